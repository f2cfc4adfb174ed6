// What it costs to make a picture small: no webhook waits for it, and no more memory is taken than its pixels need.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { Seeing } from "../../src/turn/seeing.ts";
import { jpeg, png } from "../harness/pictures.ts";

const clock = systemClock();
const patient = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "lull-pictures-"));
/** Longest that nothing else may come to its turn. */
const STRETCH_MAX_MS = 50;

afterAll(() => rmSync(folder, { recursive: true }));

const seeing = new Seeing({
  files: { bring: () => Promise.reject(new Error("nothing is fetched in this test")) },
  asker: { sees: () => Promise.resolve(true) },
});

function look(bytes: Uint8Array, contentType: string) {
  const path = join(folder, "picture");
  writeFileSync(path, bytes);
  const file = { path, contentType, sizeBytes: bytes.length, checksum: "", sha256: "" };
  return seeing.look({ ...file, [Symbol.dispose]: () => {} }, patient);
}

/** The longest stretch in which the event loop came to nothing else. */
async function longestStretch(work: Promise<unknown>): Promise<number> {
  let [worstMs, lastAt, isOver] = [0, clock.monotonic(), false];
  const watch = (): void => {
    const now = clock.monotonic();
    worstMs = Math.max(worstMs, now - lastAt);
    lastAt = now;
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  await work;
  isOver = true;
  return worstMs;
}

test("the largest picture there may be is made small while the event loop goes on", async () => {
  const bytes = await jpeg(5_000, 5_000);
  const startedAt = clock.monotonic();
  const working = look(bytes, "image/jpeg");
  const stretchMs = await longestStretch(working);
  const tookMs = clock.monotonic() - startedAt;
  console.log(`25 megapixels: ${tookMs.toFixed(0)} ms, longest stretch ${stretchMs.toFixed(1)} ms`);
  const sense = await working;
  expect(sense.kind === "seen" && sense.image.startsWith("data:image/jpeg;base64,")).toBe(true);
  expect(stretchMs).toBeLessThan(STRETCH_MAX_MS);
});

test.each<[what: string, bytes: Uint8Array, contentType: string, kind: string]>([
  ["a JPEG of 25 megapixels", await jpeg(5_000, 5_000), "image/jpeg", "seen"],
  ["a JPEG with a row more", await jpeg(5_000, 5_001), "image/jpeg", "too_large"],
  ["a PNG of 9 megapixels", png(3_000, 3_000), "image/png", "seen"],
  ["a PNG with a row more", png(3_000, 3_001), "image/png", "too_large"],
  ["a JPEG that is said to be a PNG", await jpeg(20, 10), "image/png", "seen"],
  ["nothing", new Uint8Array(), "image/png", "unreadable"],
  ["a type that is not looked at", png(2, 2), "image/svg+xml", "unsupported"],
])("%s", async (_what, bytes, contentType, expected) => {
  const sense = await look(bytes, contentType);
  expect(sense.kind === "unread" ? sense.reason : sense.kind).toBe<string>(expected);
});
