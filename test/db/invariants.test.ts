// Rules that the database itself keeps, whoever writes: shown by writing past the store.
import type { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { Scene } from "./scene.ts";
import { openRaw, openSqlitePair } from "./sqlite-pair.ts";

test("a conversation has one open buffer", async () => {
  await using open = await openScene();
  await open.scene.say(10);
  expect(() => copyRow(open.raw, "message_buffer", {})).toThrow("UNIQUE constraint failed");
  expect(copyRow(open.raw, "message_buffer", { status: "'completed'" })).toBe(1);
  const conversation = { conversation_id: "(SELECT max(chatwoot_conversation_id) FROM conversations)" };
  await open.scene.say(20, { conversationId: 900 });
  open.raw.run("UPDATE message_buffer SET status = 'completed' WHERE conversation_id = 900");
  expect(copyRow(open.raw, "message_buffer", conversation)).toBe(1);
});

test("a conversation has one turn that waits and one that runs", async () => {
  await using open = await openScene();
  await open.scene.say(10);
  await open.scene.lull();
  const another = { buffer_id: anotherBuffer(open.raw) };
  expect(() => copyRow(open.raw, "buffer_processing_jobs", another)).toThrow("UNIQUE constraint failed");
  await open.scene.claim();
  expect(() => copyRow(open.raw, "buffer_processing_jobs", another)).toThrow("UNIQUE constraint failed");
  const waiting = { ...another, status: "'scheduled'", claimed_by: "NULL" };
  expect(copyRow(open.raw, "buffer_processing_jobs", waiting)).toBe(1);
});

test("a buffer has one turn", async () => {
  await using open = await openScene();
  await open.scene.say(10);
  await open.scene.lull();
  const done = { status: "'completed'", outcome: "'silenced'" };
  expect(() => copyRow(open.raw, "buffer_processing_jobs", done)).toThrow("buffer_processing_jobs.buffer_id");
  expect(copyRow(open.raw, "buffer_processing_jobs", { ...done, buffer_id: anotherBuffer(open.raw) })).toBe(
    1,
  );
});

test("a message is kept once in a connection, and in another again", async () => {
  await using open = await openScene();
  await open.scene.say(10);
  expect(() => copyRow(open.raw, "buffered_messages", {})).toThrow("UNIQUE constraint failed");
  expect(copyRow(open.raw, "buffered_messages", { connection_id: String(open.scene.there) })).toBe(1);
});

test("a part of a reply is there once", async () => {
  await using open = await openScene();
  await open.scene.answered([10]);
  expect(() => copyRow(open.raw, "outbox", {})).toThrow("UNIQUE constraint failed");
  expect(copyRow(open.raw, "outbox", { part: "1" })).toBe(1);
});

test.each([
  ["a message without an outcome is not processed", "buffered_messages", "processed = 1"],
  ["a message that is not processed has no outcome", "buffered_messages", "outcome = 'answered'"],
  ["a message waits in a buffer unless it was deleted", "buffered_messages", "buffer_id = NULL"],
  ["a dropped buffer has a reason", "message_buffer", "status = 'cancelled'"],
  ["a buffer that is not dropped has none", "message_buffer", "cancel_reason = 'operator'"],
  ["only a dropped buffer is merged", "message_buffer", "merged_into = id"],
  ["a running turn has a holder", "buffer_processing_jobs", "status = 'running'"],
  ["a turn that does not run has none", "buffer_processing_jobs", "claimed_by = 'x'"],
  ["a turn that ended has an outcome", "buffer_processing_jobs", "status = 'failed', outcome = NULL"],
  ["a turn that waits has none", "buffer_processing_jobs", "status = 'scheduled'"],
  ["a settled delivery has its moment", "outbox", "state = 'sent'"],
  ["an unsettled delivery has none", "outbox", "settled_at = 1"],
  ["an unknown delivery knows since when", "outbox", "state = 'unknown'"],
])("%s", async (_rule, table, change) => {
  await using open = await openScene();
  await open.scene.answered([10]);
  expect(() => open.raw.run(`UPDATE ${table} SET ${change}`)).toThrow("CHECK constraint failed");
});

async function openScene() {
  const pair = openSqlitePair();
  const scene = await Scene.open(pair);
  const raw = openRaw(pair.path);
  return {
    scene,
    raw,
    async [Symbol.asyncDispose]() {
      raw.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

/** Writes the first row of a table once more, with these columns changed; gives how many rows came. */
function copyRow(db: Database, table: string, changes: Record<string, string>): number {
  const columns = db.query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${table}')`).all();
  const names = columns.map(({ name }) => name).filter((name) => name !== "id");
  const fresh: Record<string, string> = { public_id: "hex(randomblob(16))", ...changes };
  const values = names.map((name) => fresh[name] ?? name);
  const copy = `INSERT INTO ${table} (${names.join(", ")}) SELECT ${values.join(", ")} FROM ${table} ORDER BY id LIMIT 1`;
  return db.run(copy).changes;
}

/** A further buffer, closed, for a turn to be about; gives its key. */
function anotherBuffer(db: Database): string {
  copyRow(db, "message_buffer", { status: "'completed'" });
  return "(SELECT max(id) FROM message_buffer)";
}
