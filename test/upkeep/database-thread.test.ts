// Work on a whole database file in its thread: what it gives, and that this thread goes on with its own meanwhile.
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorker } from "../../src/app-knowledge.ts";
import { addOldRows } from "../../bench/old-rows.ts";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import { databaseThread } from "../../src/upkeep/database-thread.ts";
import { seededRandom } from "../harness/random.ts";
import { TEST_START } from "../harness/clock.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-thread-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const NO_SIGNAL = new AbortController().signal;

/** A database with rows enough that reading it takes a while. */
async function openFull(bufferCount: number) {
  const path = join(folder, `${bufferCount}.db`);
  const store = openSqliteStore({ path, random: seededRandom() });
  await store.ensureConnection("default", TEST_START);
  addOldRows(path, bufferCount, TEST_START);
  return { path, store };
}

test("while the thread copies, checks and cuts the log, writes and turns of the event loop go on here", async () => {
  const { path, store } = await openFull(3_000);
  const target = join(folder, "copy.db");
  writeFileSync(target, "");
  const thread = databaseThread(openWorker);
  let isDone = false;
  let writeCount = 0;
  const working = (async () => {
    const copied = await thread.ask("copy", [path, target], NO_SIGNAL);
    const fault = await thread.ask("check", [path], NO_SIGNAL);
    await thread.ask("shortenLog", [path], NO_SIGNAL);
    return { copied, fault };
  })().finally(() => (isDone = true));
  while (!isDone) {
    await store.saveSetting("beside", String(++writeCount), TEST_START);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { copied, fault } = await working;
  expect(writeCount).toBeGreaterThan(20);
  expect(copied).toMatchObject({ fault: null, counts: { message_buffer: 3_000, buffered_messages: 9_000 } });
  expect(copied.sizeBytes).toBe(statSync(target).size);
  expect(fault).toBe(null);
  await store.close();
});

test("a log that a reader holds is left to be, and nobody waits for the reader", async () => {
  const { path, store } = await openFull(10);
  const thread = databaseThread(openWorker);
  const reading = openReader(path);
  await store.saveSetting("after", "the reader began", TEST_START);
  await thread.ask("shortenLog", [path], NO_SIGNAL);
  expect((await store.sizes()).walBytes).toBeGreaterThan(0);
  reading.close();
  await thread.ask("shortenLog", [path], NO_SIGNAL);
  expect((await store.sizes()).walBytes).toBe(0);
  await store.close();
});

/** A connection in the middle of a read. */
function openReader(path: string): { close(): void } {
  const db = new Database(path, { readonly: true });
  db.run("BEGIN");
  db.query("SELECT count(*) FROM settings").get();
  return { close: () => db.close() };
}
