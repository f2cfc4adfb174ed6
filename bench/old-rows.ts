// A database full of rows that are old enough to go, made by SQL in seconds: what retention has to work through. Each buffer has
// three messages, a turn with four steps and a reply: ten rows. What was said stays, and is all archived.
import { Database } from "bun:sqlite";

export const ROWS_PER_BUFFER = 10;

const NUMBERS = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)`;
const CONVERSATION = "1 + i % $conversations";

/** Fills the database that lull made at `path`; the rows are of a conversation each 20th, all ended before `endedAt` (ms). */
export function addOldRows(path: string, bufferCount: number, endedAt: number): void {
  using db = new Database(path, { readwrite: true, strict: true });
  const params = {
    count: bufferCount,
    conversations: Math.ceil(bufferCount / 20),
    at: endedAt,
    connection: connectionOf(db),
  };
  db.transaction(() => {
    for (const sql of FILL) db.query(sql).run(namedIn(sql, params));
  }).immediate();
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** Rows that are left of those. */
export function oldRowCount(path: string, endedAt: number): number {
  using db = new Database(path, { readonly: true, strict: true });
  const row = db.query<{ count: number }, [{ at: number }]>(COUNT).get({ at: endedAt });
  return row?.count ?? 0;
}

const FILL = [
  `${NUMBERS} INSERT INTO conversations (public_id, connection_id, chatwoot_conversation_id, inbox_id, created_at, updated_at)
    SELECT 'old-conversation-' || i, $connection, 9000000 + i, 5, $at, $at FROM n WHERE i <= $conversations`,
  `${NUMBERS} INSERT INTO message_buffer (public_id, connection_id, conversation_id, buffer_start_time, buffer_end_time,
      last_message_time, status, message_count, processed_at, created_at, updated_at)
    SELECT 'old-buffer-' || i, $connection, 9000000 + ${CONVERSATION}, $at, $at, $at, 'completed', 3, $at, $at, $at FROM n`,
  ...[0, 1, 2].map(
    (part) => `
    INSERT INTO buffered_messages (connection_id, conversation_id, buffer_id, chatwoot_message_id, content, message_type,
      sender_info, conversation_info, received_at, processed, outcome, created_at)
    SELECT connection_id, conversation_id, id, 900000000 + id * 3 + ${part}, 'Bom dia! Quanto custa o azul, e chega até sexta?',
      'text', '{"id":7,"name":"Cliente","phone_number":"+5511900000000"}', '{"id":7}', $at, 1, 'answered', $at
    FROM message_buffer WHERE created_at = $at`,
  ),
  `INSERT INTO buffer_processing_jobs (public_id, connection_id, conversation_id, buffer_id, scheduled_for, status, outcome,
      created_at, processed_at)
    SELECT 'old-job-' || id, connection_id, conversation_id, id, $at, 'completed', 'answered', $at, $at
    FROM message_buffer WHERE created_at = $at`,
  ...[1, 2, 3, 4].map(
    (step) => `
    INSERT INTO turn_steps (job_id, attempt, name, outcome, started_at, duration_ms, detail)
    SELECT id, 1, 'step-${step}', 'ok', $at, 12, '{"model":"a model","inputTokens":412}'
    FROM buffer_processing_jobs WHERE created_at = $at`,
  ),
  `INSERT INTO outbox (public_id, connection_id, conversation_id, job_id, text, anchor_message_id, state, due_at, created_at,
      settled_at)
    SELECT 'old-reply-' || id, connection_id, conversation_id, id, 'Custa dez, e chega na quinta.', 1, 'sent', $at, $at, $at
    FROM buffer_processing_jobs WHERE created_at = $at`,
  `INSERT INTO customer_conversations (connection_id, conversation_id, content, sender, source, chatwoot_message_id, created_at)
    SELECT connection_id, conversation_id, content, 'user', 'whatsapp', chatwoot_message_id, $at
    FROM buffered_messages WHERE created_at = $at`,
  `INSERT INTO settings (name, value, updated_at)
    SELECT 'archived_through', CAST(max(id) AS TEXT), $at FROM customer_conversations
    WHERE true ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
];

const COUNT = `SELECT (SELECT count(*) FROM message_buffer WHERE created_at = $at)
  + (SELECT count(*) FROM buffered_messages WHERE created_at = $at)
  + (SELECT count(*) FROM buffer_processing_jobs WHERE created_at = $at)
  + (SELECT count(*) FROM turn_steps WHERE started_at = $at)
  + (SELECT count(*) FROM outbox WHERE created_at = $at) AS count`;

function connectionOf(db: Database): number {
  return db.query<{ id: number }, []>("SELECT id FROM connections WHERE name = 'default'").get()?.id ?? 0;
}

/** Those of the parameters that a statement names: one it does not know would be refused. */
function namedIn(sql: string, params: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => sql.includes(`$${name}`)));
}
