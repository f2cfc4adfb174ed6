// Backups that do not come to be: no room, a broken copy, another key, an end in the middle. Nothing of them stays.
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseFacts } from "../../src/db/store-files.ts";
import { openMetrics } from "../../src/metrics.ts";
import { BackupFiles } from "../../src/upkeep/backup-files.ts";
import { Backups } from "../../src/upkeep/backups.ts";
import { type DatabaseAsker, databaseThread } from "../../src/upkeep/database-thread.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

const parent = mkdtempSync(join(tmpdir(), "lull-backups-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
let house = 0;

const WHOLE: DatabaseFacts = {
  schemaVersion: 5,
  fault: null,
  canary: "mine",
  counts: {},
  sizeBytes: 3,
  sha256: "00",
};
const NO_SIGNAL = new AbortController().signal;

function open({
  answer = () => WHOLE,
  freeBytes = 2 ** 40,
}: { answer?: () => DatabaseFacts; freeBytes?: number } = {}) {
  const folder = join(parent, String(house++));
  const files = Object.assign(new BackupFiles(folder), { freeBytes: () => freeBytes });
  let copyCount = 0;
  const database = {
    ask(_: string, [, target = ""]: string[]) {
      copyCount++;
      // What SQLite leaves when it is cut off.
      writeFileSync(target, "abc");
      writeFileSync(`${target}-journal`, "abc");
      return Promise.try(answer);
    },
  } as DatabaseAsker;
  const backups = new Backups({
    files,
    databasePath: "lull.db",
    database,
    sizes: () => Promise.resolve({ databaseBytes: 10_000, walBytes: 0 }),
    opensWithKey: (canary) => canary === "mine",
    schemaVersion: 5,
    version: "test",
    clock: new ManualClock(),
    random: seededRandom(),
    metrics: openMetrics("test"),
  });
  return {
    backups,
    folder,
    left: () => (existsSync(folder) ? readdirSync(folder) : []),
    copyCount: () => copyCount,
  };
}

test.each([
  ["another key", { canary: "another" }, "another master key sealed it"],
  ["damage", { fault: "row 3 missing from index" }, "row 3 missing from index"],
  ["a newer version", { schemaVersion: 6 }, "it is of version 6, this lull knows 5"],
  ["no database of lull's", { schemaVersion: 0 }, "it is no database of lull's"],
])("a copy with %s is no backup", async (_, facts, why) => {
  const { backups, left } = open({ answer: () => ({ ...WHOLE, ...facts }) });
  const error = await failureOf(backups.create(NO_SIGNAL));
  expect(error).toMatchObject({ code: "internal", message: `The copy is not whole: ${why}.` });
  expect(left()).toEqual([]);
  expect(backups.list()).toEqual([]);
});

test("where there is too little room nothing is even begun: the rest is for messages that come", async () => {
  const { backups, left, copyCount } = open({ freeBytes: 40 * 2 ** 20 });
  expect(await failureOf(backups.create(NO_SIGNAL))).toMatchObject({
    code: "cannot_store",
    reason: "disk_full",
    message: "A backup needs 65 MiB, 40 MiB are free.",
    fix: expect.stringContaining("Make room"),
  });
  expect([left(), copyCount()]).toEqual([[], 0]);
});

test("a disk that fills up meanwhile is told as such, and what was written is gone", async () => {
  const { folder } = open();
  const full = databaseThread(() =>
    threadOf(`self.onmessage = () => self.postMessage({ failed: "SQLITE_FULL" })`),
  );
  expect(await failureOf(full.ask("copy", ["a", join(folder, "b")], NO_SIGNAL))).toMatchObject({
    code: "cannot_store",
    fix: expect.stringContaining("free space"),
  });
  const { backups, left } = open({
    answer() {
      throw new Error("full");
    },
  });
  await failureOf(backups.create(NO_SIGNAL));
  expect(left()).toEqual([]);
});

test("a thread that crashes or ends without a word fails its task, and one that hangs ends with its signal", async () => {
  const crash = databaseThread(() => threadOf("self.onmessage = () => { throw new Error('no') }"));
  expect(await failureOf(crash.ask("check", ["a"], NO_SIGNAL))).toMatchObject({ code: "internal" });
  const quit = databaseThread(() => threadOf("self.onmessage = () => process.exit(3)"));
  expect(await failureOf(quit.ask("check", ["a"], NO_SIGNAL))).toMatchObject({ code: "internal" });
  const hang = databaseThread(() => threadOf("self.onmessage = () => { for (;;); }"));
  const leaving = new AbortController();
  const hanging = failureOf(hang.ask("check", ["a"], leaving.signal));
  leaving.abort(new Error("over"));
  expect(await hanging).toEqual(new Error("over"));
});

test("what a dead process left is swept by the next backup, and a half-written list entry is none", async () => {
  const { backups, folder, left } = open();
  await backups.create(NO_SIGNAL);
  writeFileSync(join(folder, "lull-x.db.part"), "abc");
  writeFileSync(join(folder, "lull-y.json"), "{");
  writeFileSync(join(folder, "lull-z.json"), `{"file":"lull-z.db","createdAt":1}`);
  expect(backups.list()).toHaveLength(1);
  await backups.create(NO_SIGNAL);
  expect(backups.list()).toHaveLength(2);
  expect(left().filter((name) => name.includes(".part"))).toEqual([]);
});

function threadOf(script: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([script], { type: "application/javascript" })));
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}
