// How long the knowledge base holds up everything else: a search among many users' passages, a long text that comes in,
// and one that is swept. Figures are printed.
import { expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { EXTRACT_LIMITS } from "../../src/knowledge/extracted.ts";
import { Extractor } from "../../src/knowledge/extractor.ts";
import { splitPassages } from "../../src/knowledge/passages.ts";
import { STOP_WORDS } from "../../src/knowledge/stop-words.ts";
import { addOwner, addRead } from "../db/filed.ts";
import { seededRandom } from "../harness/random.ts";
import { openScene, rowOf, upload } from "./scene.ts";

const clock = systemClock();
const openWorker = (): Worker => new Worker(new URL("../../src/upkeep/worker.ts", import.meta.url));
const random = seededRandom(7);
const SYLLABLES = "ba co du fe gi ha jo la me ni pu ra so ta vi za".split(" ");
/** As in a language: a few words stand everywhere, most of them hardly anywhere. */
const MADE_UP = Array.from({ length: 8_000 }, (_, index) =>
  Array.from((index + 300).toString(16), (digit) => SYLLABLES[Number.parseInt(digit, 16)]).join(""),
);
const WORDS = [...STOP_WORDS, ...MADE_UP];
const SEARCHES = 200;
const word = (): string => WORDS[Math.floor(WORDS.length ** random.fraction())] ?? "metro";
const words = (count: number): string => Array.from({ length: count }, word).join(" ");

function textOf(length: number): string {
  const sentences: string[] = [];
  for (let at = 0; at < length; at += (sentences.at(-1)?.length ?? 0) + 1) sentences.push(`${words(12)}.`);
  return sentences.join(" ").slice(0, length);
}

function passagesOf(count: number): string[] {
  const texts: string[] = [];
  while (texts.length < count) texts.push(...splitPassages(textOf(400_000)).passages.map(({ text }) => text));
  return texts.slice(0, count);
}

function print(what: string, times: readonly number[]): { p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const [p50, p99] = [at(0.5), at(0.99)];
  process.stdout.write(`${what}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`);
  return { p99 };
}

/** The longest stretch in which nothing else came to its turn, until `end`. */
function measureStretches(): { end: () => { worstMs: number; tookMs: number } } {
  const begunAt = clock.monotonic();
  let lastAt = begunAt;
  let worstMs = 0;
  let isOver = false;
  const look = (): void => {
    const now = clock.monotonic();
    worstMs = Math.max(worstMs, now - lastAt);
    lastAt = now;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return {
    end() {
      look();
      isOver = true;
      return { worstMs, tookMs: clock.monotonic() - begunAt };
    },
  };
}

test("a search takes milliseconds among 200 users of 200 passages, and in one file of 6,000", async () => {
  await using scene = openScene();
  const { store } = scene;
  const owners: string[] = [];
  for (let count = 0; count < 200; count++) {
    const userId = await addOwner(store);
    const audience = count % 2 === 0 ? "customers" : "owner";
    await addRead(store, userId, passagesOf(200), { audience });
    owners.push(userId);
  }
  const large = await addOwner(store);
  await addRead(store, large, passagesOf(6_000));
  const times = async (senders: readonly string[], wordCount: number): Promise<number[]> => {
    const all: number[] = [];
    for (let index = 0; index < SEARCHES; index++) {
      const senderId = senders[index % senders.length] ?? null;
      const startedAt = clock.monotonic();
      const found = await store.searchPassages({ senderId, ownerId: owners[0] ?? null }, words(wordCount), 6);
      all.push(clock.monotonic() - startedAt);
      expect(found).not.toBeNull();
    }
    return all;
  };
  const p99s = [
    print("200 users × 200 passages, 8 words", await times(owners, 8)),
    print("200 users × 200 passages, 40 words", await times(owners, 40)),
    print("one file of 6,000 passages, 8 words", await times([large], 8)),
    print("one file of 6,000 passages, 40 words", await times([large], 40)),
  ].map(({ p99 }) => p99);
  // Ten times what a small machine takes: a search that looks through all text would take longer still.
  expect(Math.max(...p99s)).toBeLessThan(400);
}, 60_000);

test("a text of 2,000,000 characters comes in and is swept without holding anything up for long", async () => {
  await using scene = openScene();
  const userId = await scene.owner();
  const extractor = new Extractor({ clock, openWorker, residentBytes: () => process.memoryUsage.rss() });
  scene.extract = (_kind, bytes, signal) => extractor.extractText("txt", bytes, EXTRACT_LIMITS, signal);
  const fileId = await upload(scene, {
    userId,
    content: textOf(EXTRACT_LIMITS.charactersMax),
    pieceBytes: 65_536,
  });
  const reading = measureStretches();
  expect(await scene.reader.runOnce()).toBe(1);
  const read = reading.end();
  const { passageCount } = await rowOf(scene, userId, fileId);
  expect(passageCount).toBeGreaterThan(2_000);
  await scene.files.remove(userId, fileId);
  const sweeping = measureStretches();
  expect(await scene.sweeper.runOnce()).toBe(1);
  const swept = sweeping.end();
  await extractor.stop();
  for (const [what, { worstMs, tookMs }] of [
    ["read", read],
    ["swept", swept],
  ] as const) {
    const took = `${Math.round(tookMs)} ms, at most ${worstMs.toFixed(1)} ms at a stretch`;
    process.stdout.write(`${passageCount} passages ${what} in ${took}\n`);
    // On a machine that has no time for anybody all of it takes longer.
    expect(worstMs).toBeLessThan(Math.max(100, tookMs / 4));
  }
}, 30_000);
