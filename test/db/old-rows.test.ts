// Rows that are old by themselves: of each kind the old ones go, those still needed stay, and the young ones; and what is removed
// is found by an index, its foreign keys included.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import schema from "../../schema.sql" with { type: "text" };
import { AGED, type Aged } from "../../src/db/store-retention.ts";
import { openRaw, openStore, tempFolder } from "./sqlite-pair.ts";

const OLD = 1_000;
const BEFORE = 2_000;
const YOUNG = 3_000;

const conversation = (raw: Database): void => {
  raw.run("INSERT INTO connections (id, public_id, name, created_at) VALUES (9, 'c', 'c', 0)");
  raw.run(`INSERT INTO conversations (public_id, connection_id, chatwoot_conversation_id, created_at, updated_at)
    VALUES ('v', 9, 4, 0, 0)`);
  raw.run(
    "INSERT INTO buckets (name, kind, source, state, due_at, created_at, ready_at) VALUES ('b', 'user', 'made', 'ready', 0, 0, 0)",
  );
  raw.run("INSERT INTO schedules (name, last_due_at, updated_at) VALUES ('backup', 0, 0)");
};

/** How a row of each kind is made at a moment: one that may go, and where there is one, one that is still needed. */
const ROWS: Record<Aged, { over: string; needed?: string }> = {
  runs: {
    over: `INSERT INTO cron_job_logs (public_id, job_name, trigger, status, claimed_by, executed_at, finished_at)
      VALUES ('run' || $n, 'backup', 'hand', 'failed', 'me', $at, $at)`,
    needed: `INSERT INTO cron_job_logs (public_id, job_name, trigger, status, claimed_by, executed_at, finished_at)
      VALUES ('run' || $n, 'backup', 'hand', 'succeeded', 'me', $at, $at)`,
  },
  webhooks: {
    over: `INSERT INTO webhook_logs (event, outcome, body_bytes, duration_ms, processed_at)
      VALUES ('message_created', 'buffered', 1, 1, $at)`,
  },
  events: { over: "INSERT INTO events (at, name) VALUES ($at, 'x')" },
  forwards: {
    over: `INSERT INTO legacy_forwards (public_id, connection_id, event, headers, state, due_at, created_at, settled_at)
      VALUES ('f' || $n, 9, 'x', '{}', 'failed', $at, $at, $at)`,
    needed: `INSERT INTO legacy_forwards (public_id, connection_id, event, headers, body, due_at, created_at)
      VALUES ('f' || $n, 9, 'x', '{}', x'00', $at, $at)`,
  },
  alerts: {
    over: `INSERT INTO alerts (public_id, name, subject_id, raised_at, cleared_at, told_at, clear_told_at, due_at)
      VALUES ('a' || $n, 'disk', $n, $at, $at, $at, $at, $at)`,
    needed: `INSERT INTO alerts (public_id, name, subject_id, raised_at, told_at, due_at)
      VALUES ('a' || $n, 'disk', $n, $at, $at, $at)`,
  },
  bucket_tasks: {
    over: `INSERT INTO bucket_tasks (public_id, kind, bucket_name, state, due_at, created_at, done_at)
      VALUES ('t' || $n, 'erase', 'b', 'done', $at, $at, $at)`,
    needed: `INSERT INTO bucket_tasks (public_id, kind, bucket_name, due_at, created_at)
      VALUES ('t' || $n, 'erase', 'b', $at, $at)`,
  },
  requests: {
    over: `INSERT INTO idempotent_requests (public_id, actor, idempotency_key, request_hash, claimed_by, created_at)
      VALUES ('r' || $n, 'me', $n, 'h', 'me', $at)`,
  },
  audits: { over: "INSERT INTO audit_log (public_id, at, actor, action) VALUES ('u' || $n, $at, 'me', 'x')" },
  usage: {
    over: `INSERT INTO ai_usage (connection_id, credential_source, provider, model, step, subject_id, reserved_tokens, price_date,
      outcome, started_at, settled_at) VALUES (9, 'system', 'groq', 'm', 's', 't', 1, 'd', 'ok', $at, $at)`,
    needed: `INSERT INTO ai_usage (connection_id, credential_source, provider, model, step, subject_id, reserved_tokens,
      price_date, started_at) VALUES (9, 'system', 'groq', 'm', 's', 't', 1, 'd', $at)`,
  },
  notifications: {
    over: `INSERT INTO outbox (public_id, connection_id, conversation_id, kind, text, anchor_message_id, state, due_at,
      created_at, settled_at) VALUES ('n' || $n, 9, 4, 'notification', 'x', 0, 'sent', $at, $at, $at)`,
    needed: `INSERT INTO outbox (public_id, connection_id, conversation_id, kind, text, anchor_message_id, due_at, created_at)
      VALUES ('n' || $n, 9, 4, 'notification', 'x', 0, $at, $at)`,
  },
  errands: {
    over: `INSERT INTO errands (public_id, connection_id, conversation_id, kind, detail, state, due_at, created_at, done_at)
      VALUES ('e' || $n, 9, 4, 'note', '{}', 'failed', $at, $at, $at)`,
    needed: `INSERT INTO errands (public_id, connection_id, conversation_id, kind, detail, due_at, created_at)
      VALUES ('e' || $n, 9, 4, 'note', '{}', $at, $at)`,
  },
  graves: {
    over: `INSERT INTO buffered_messages (connection_id, conversation_id, chatwoot_message_id, message_type, sender_info,
      conversation_info, received_at, deleted_at, created_at) VALUES (9, 4, $n, 'text', '{}', '{}', $at, $at, $at)`,
  },
  outcomes: {
    over: `INSERT INTO conversation_outcomes (connection_id, conversation_id, outcome, had_human, at)
      VALUES (9, 4, 'resolved', 0, $at)`,
  },
  ratings: {
    over: `INSERT INTO csat_ratings (connection_id, conversation_id, chatwoot_message_id, rating, at) VALUES (9, 4, $n, 5, $at)`,
  },
};

const tableOf = (sql: string): string => /INSERT INTO (\w+)/.exec(sql)?.[1] ?? "";

describe.each(AGED)("of %s", (kind) => {
  test("the old ones go in steps, those still needed and the young ones stay", async () => {
    using folder = tempFolder();
    const store = openStore(folder.path);
    const raw = openRaw(folder.path);
    conversation(raw);
    const { over, needed } = ROWS[kind];
    let n = 0;
    // A statement that names no `$n` is given none.
    const add = (sql: string, at: number): void =>
      void raw.query(sql).run(sql.includes("$n") ? { at, n: ++n } : { at });
    if (needed !== undefined) add(needed, OLD);
    for (let count = 0; count < 5; count++) add(over, OLD + count);
    for (let count = 0; count < 2; count++) add(over, YOUNG + count);
    const steps: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const step = await store.cleanAged(kind, after, BEFORE, 2);
      steps.push(step.rowCount);
      after = step.next;
    }
    expect(steps.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(Math.max(...steps)).toBe(2);
    const left = raw.query(`SELECT count(*) AS n FROM ${tableOf(over)}`).get();
    expect(left).toEqual({ n: 2 + (needed === undefined ? 0 : 1) });
    raw.close();
    await store.close();
  });
});

test("of runs the newest of each task stays, and the newest that succeeded, however old", async () => {
  using folder = tempFolder();
  const store = openStore(folder.path);
  const raw = openRaw(folder.path);
  conversation(raw);
  const { over, needed = "" } = ROWS.runs;
  for (const [index, sql] of [needed, needed, over, over].entries())
    raw.query(sql).run({ at: OLD, n: index + 1 });
  await store.cleanAged("runs", 0, BEFORE, 10);
  expect(raw.query("SELECT public_id AS id FROM cron_job_logs ORDER BY id").all()).toEqual([
    { id: "run2" },
    { id: "run4" },
  ]);
  raw.close();
  await store.close();
});

test("whatever hangs on a row that goes is found by an index: a removal reads no whole table", () => {
  const db = new Database(":memory:");
  db.run(schema);
  const parents = ["message_buffer", "buffer_processing_jobs"];
  const keys = db
    .query<{ child: string; column: string; parent: string }, []>(
      `SELECT t.name AS child, k."from" AS column, k."table" AS parent
       FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'`,
    )
    .all()
    .filter(({ parent }) => parents.includes(parent));
  expect(keys.length).toBeGreaterThan(5);
  for (const { child, column } of keys) {
    const plan = db
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN SELECT 1 FROM ${child} WHERE ${column} = 7`)
      .all();
    expect(`${child}.${column}: ${plan[0]?.detail}`).toMatch(/SEARCH .* USING (COVERING )?INDEX/);
  }
  db.close();
});
