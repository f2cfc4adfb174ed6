// kill -9 in the middle of puts and of labels: an object is there whole or not at all, labels are the old ones or the
// new, and what was said to be done is done.
// SEED=<number> repeats the choice of moments, though not what the kernel makes of them.
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { sleep } from "../harness/sleep.ts";
import { openDiskScene } from "./disk-scene.ts";
import { bytesNamed } from "./put-names.ts";
import { BUCKET, contentOf, LABELS, patient, readBytes } from "./scene.ts";

const ROUNDS = 50;
const LABEL_ROUNDS = 20;
/** After the first object: long enough for some puts, so that kills fall anywhere in one. */
const LIFE_MAX_MS = 40;
const LIMIT_MS = 120_000;
const PUTS = join(import.meta.dir, "put-child.ts");
const LABELS_CHILD = join(import.meta.dir, "label-child.ts");

const clock = systemClock();
const seed = Number(process.env["SEED"] ?? clock.now() % 1_000_000);
const random = seededRandom(seed);

test(
  "50 times kill -9 in the middle of a put: no half object, none lost that was said to be stored",
  async () => {
    await using scene = await openDiskScene();
    const said: Said = { begun: new Set(), stored: new Set() };
    for (let round = 1; round <= ROUNDS; round++) await workAndDie(PUTS, [scene.folder, String(round)], said);

    const { objects } = await scene.store.list(BUCKET, "", null, 1_000_000, patient);
    const there = new Set(objects.map(({ name }) => name));
    const leftovers = readdirSync(join(scene.folder, ".staging")).length;
    console.log(
      `seed ${seed}: ${ROUNDS} kills, ${said.begun.size} puts begun, ${said.stored.size} said to be stored, ` +
        `${there.size} there, ${leftovers} left half in staging`,
    );
    expect([...said.stored].filter((name) => !there.has(name))).toEqual([]);
    expect([...there].filter((name) => !said.begun.has(name))).toEqual([]);
    for (const name of there) {
      const bytes = await readBytes(scene.second, name);
      expect(Buffer.compare(bytes ?? Buffer.alloc(0), bytesNamed(name))).toBe(0);
    }
    for (const name of said.begun) {
      const end = await scene.store.put(BUCKET, name, contentOf(bytesNamed(name)), patient);
      expect(end).toBe(there.has(name) ? "same" : "stored");
    }
    // Else the kills proved little.
    expect(leftovers).toBeGreaterThan(ROUNDS / 5);
    expect(said.stored.size).toBeGreaterThan(ROUNDS);
  },
  LIMIT_MS,
);

test(
  "20 times kill -9 in the middle of a label: the bucket says what it said before or what was asked for",
  async () => {
    await using scene = await openDiskScene();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    let last = 0;
    for (let round = 1; round <= LABEL_ROUNDS; round++) {
      const said: Said = { begun: new Set(), stored: new Set() };
      await workAndDie(LABELS_CHILD, [scene.folder, String(last + 1)], said);
      const found = await scene.second.bucket(BUCKET, patient);
      expect(found).toEqual({ labels: { ...LABELS, turn: expect.any(String) } });
      const told = Number([...said.stored].at(-1));
      expect(Number(found?.labels["turn"])).toBeWithin(told, told + 2);
      expect(told).toBeGreaterThan(last);
      last = told;
    }
    console.log(`seed ${seed}: ${LABEL_ROUNDS} kills, ${last} labels said to be set`);
  },
  LIMIT_MS,
);

interface Said {
  begun: Set<string>;
  stored: Set<string>;
}

async function workAndDie(script: string, args: string[], said: Said): Promise<void> {
  const child = Bun.spawn([process.execPath, script, ...args], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const first = Promise.withResolvers<void>();
  const told = hear(child.stdout, said, first.resolve);
  await first.promise;
  await sleep(clock, random.fraction() * LIFE_MAX_MS);
  child.kill("SIGKILL");
  await child.exited;
  await told;
}

async function hear(output: ReadableStream<Uint8Array>, said: Said, onFirst: () => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of output) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [end = "", name = ""] = line.split(" ");
      if (end === "begin") said.begun.add(name);
      else said.stored.add(name);
      if (end !== "begin") onFirst();
    }
  }
  // A child that ends by itself is a failure that shows in the counts.
  onFirst();
}
