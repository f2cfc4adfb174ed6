// 100 MiB in and out of each store, in a process of its own: what they take of its memory.
import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { GcsDouble } from "../doubles/gcs.ts";
import { openDiskScene } from "./disk-scene.ts";

const SIZE_BYTES = 100 * 1024 * 1024;
/** A piece on its way to Google is 4 MiB, and the runtime keeps some of the last ones before it lets them go. */
const GROWTH_MAX_BYTES = 80 * 1024 * 1024;
const LIMIT_MS = 60_000;
const CHILD = join(import.meta.dir, "memory-child.ts");

test.each(["disk", "gcs"])(
  "100 MiB go into the store and out of it in a fraction of their size: %s",
  async (kind) => {
    await using scene = await openDiskScene();
    const keyFile = join(scene.folder, "..", "key.pem");
    await using gcs = await openDouble(keyFile);
    const told = await run(kind, kind === "disk" ? scene.folder : gcs.url, keyFile);
    const [before, put, read] = [told.before, told.putGrowth, told.readGrowth].map(inMiB);
    console.log(
      `${kind}: 100 MiB put with ${put} MiB more than the ${before} before, read with ${read} MiB more`,
    );
    expect(told.putGrowth).toBeLessThan(GROWTH_MAX_BYTES);
    expect(told.readGrowth).toBeLessThan(GROWTH_MAX_BYTES);
  },
  LIMIT_MS,
);

async function openDouble(keyFile: string): Promise<{ url: string } & AsyncDisposable> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await Bun.write(keyFile, privateKey);
  const clientEmail = "lull@project-1.iam.gserviceaccount.com";
  const gcs = await GcsDouble.open({ account: { publicKey, clientEmail }, now: () => systemClock().now() });
  return { url: gcs.url, [Symbol.asyncDispose]: () => gcs.close() };
}

interface Told {
  before: number;
  putGrowth: number;
  readGrowth: number;
}

async function run(kind: string, place: string, keyFile: string): Promise<Told> {
  const command = [process.execPath, CHILD, kind, place, keyFile, String(SIZE_BYTES)];
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  const told = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return JSON.parse(told);
}

function inMiB(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
