// What a database of version 3 held is there after its upgrade: replies in every state, and who kept lull quiet.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { openDatabase } from "../../src/db/open.ts";
import versionThree from "./versions/3.sql" with { type: "text" };
import { openRaw, tempFolder } from "./sqlite-pair.ts";

type Row = Record<string, string | number | null>;

const SETTLED = ["sent", "failed", "cancelled"];
const STATES = ["intent", "sending", "unknown", ...SETTLED];

test("every reply keeps its state, its claim and its place, and is a reply", () => {
  using folder = tempFolder();
  const old = openThree(folder.path);
  STATES.forEach((state, at) => addReply(old, at + 1, state));
  const before = old.query<Row, []>("SELECT * FROM outbox ORDER BY id").all();
  old.close();
  openDatabase(folder.path).close();
  const raw = openRaw(folder.path);
  const after = raw.query<Row, []>("SELECT * FROM outbox ORDER BY id").all();
  const added = { kind: "reply", template: null, pause_ms: 0, handoff: null };
  expect(after).toMatchObject(before.map((row) => ({ ...row, ...added })));
  expect(raw.query("PRAGMA foreign_key_check").all()).toEqual([]);
  raw.close();
});

test("whoever kept lull quiet was a person, and still does", () => {
  using folder = tempFolder();
  const old = openThree(folder.path);
  old.run("UPDATE conversations SET paused_at = 5, paused_until = 99 WHERE chatwoot_conversation_id = 2");
  old.close();
  openDatabase(folder.path).close();
  const raw = openRaw(folder.path);
  const sql =
    "SELECT paused_at, paused_until, paused_by FROM conversations ORDER BY chatwoot_conversation_id";
  expect(raw.query<Row, []>(sql).all()).toEqual([
    { paused_at: null, paused_until: null, paused_by: null },
    { paused_at: 5, paused_until: 99, paused_by: "human" },
  ]);
  raw.close();
});

/** With one connection and two conversations. */
function openThree(path: string): Database {
  const db = new Database(path, { create: true, strict: true });
  db.run(versionThree);
  db.run("PRAGMA user_version = 3");
  db.run("INSERT INTO connections (id, public_id, name, created_at) VALUES (1, 'c', 'default', 1)");
  for (const number of [1, 2])
    db.run(`INSERT INTO conversations (public_id, connection_id, chatwoot_conversation_id, created_at, updated_at)
      VALUES ('v${number}', 1, ${number}, 1, 1)`);
  return db;
}

/** Keys that leave gaps, so that a copy which counts anew is seen. */
function addReply(db: Database, number: number, state: string): void {
  db.run(`INSERT INTO message_buffer (id, public_id, connection_id, conversation_id, buffer_start_time, buffer_end_time,
      last_message_time, status, message_count, processed_at, created_at, updated_at)
    VALUES (${number}, 'b${number}', 1, 1, 1, 1, 1, 'completed', 1, 1, 1, 1)`);
  db.run(`INSERT INTO buffer_processing_jobs (id, public_id, connection_id, conversation_id, buffer_id, status, outcome,
      scheduled_for, created_at)
    VALUES (${number}, 'j${number}', 1, 1, ${number}, 'completed', 'answered', 1, 1)`);
  db.query<null, [Row]>(
    `
    INSERT INTO outbox (id, public_id, connection_id, conversation_id, job_id, part, text, anchor_message_id, state, reason,
      due_at, claims, claimed_by, lease_until, sends, looks, unknown_since, chatwoot_message_id, created_at, settled_at)
    VALUES ($id, $publicId, 1, 1, $job, 0, 'yes', 7, $state, 'why', 8, 3, $by, $until, 2, 1, $since, 9, 4, $settled)`,
  ).run({
    id: number * 3,
    publicId: `o${number}`,
    job: number,
    state,
    by: state === "sending" ? "one/boot" : null,
    until: state === "sending" ? 6 : null,
    since: state === "unknown" ? 5 : null,
    settled: SETTLED.includes(state) ? 6 : null,
  });
}
