// What people ask for: lists, one turn whole, counts. Read-only, without message texts in lists.
import type { Database } from "bun:sqlite";
import { filteredList } from "./filtered.ts";
import { withoutKey } from "./page.ts";
import type { Counts, InsightStore, OpenWork, Row } from "./store-insight.ts";
import type { Transact } from "./transact.ts";
import type { Tables } from "./tables.ts";

type Params = Record<string, string | number | null>;

const BUFFER_FIELDS = `b.id AS key, b.public_id AS id, c.name AS connection, b.conversation_id AS conversationId, b.status,
  b.cancel_reason AS cancelReason, b.message_count AS messageCount, b.discard_count AS discardCount,
  b.window_ms AS windowMs, b.window_reason AS windowReason, b.urgency, b.buffer_start_time AS openedAt, b.buffer_end_time AS dueAt, b.held_until AS heldUntil,
  m.public_id AS mergedInto, b.processed_at AS processedAt`;
const BUFFER_FROM = `FROM message_buffer AS b JOIN connections AS c ON c.id = b.connection_id
  LEFT JOIN message_buffer AS m ON m.id = b.merged_into`;
const BUFFER = `${BUFFER_FIELDS} ${BUFFER_FROM}`;

/** With its turn, and how many messages there are in fact: it should be as many as were counted. */
const LISTED_BUFFER = `${BUFFER_FIELDS}, (SELECT count(*) FROM buffered_messages AS a WHERE a.buffer_id = b.id)
  AS actualMessageCount, j.public_id AS turnId, j.status AS turnState, j.attempts, j.error_code AS errorCode,
  j.error_message AS errorMessage ${BUFFER_FROM} LEFT JOIN buffer_processing_jobs AS j ON j.buffer_id = b.id`;

const BUFFER_CONDITIONS = {
  state: "b.status = $state",
  connection: "c.name = $connection",
  conversationId: "b.conversation_id = $conversationId",
  userId: "b.user_id = $userId",
  since: "b.buffer_start_time >= $since",
  until: "b.buffer_start_time < $until",
};

export const TURN = `j.id AS key, j.public_id AS id, c.name AS connection, j.conversation_id AS conversationId,
  b.public_id AS bufferId, j.status AS state, j.outcome, j.reason, j.error_code AS errorCode,
  j.error_message AS errorMessage, j.attempts, j.error_attempts AS errorAttempts, j.crash_attempts AS crashAttempts,
  j.failure_count AS failureCount, j.scheduled_for AS scheduledFor, j.quarantined_at AS quarantinedAt,
  j.discarded_at AS discardedAt, j.created_at AS createdAt,
  j.processed_at AS processedAt
  FROM buffer_processing_jobs AS j JOIN connections AS c ON c.id = j.connection_id
  JOIN message_buffer AS b ON b.id = j.buffer_id`;

/** What was found out about one turn: in words, too, which no list shows. */
const FINDINGS = `j.prompt_version AS promptVersion, j.urgency, j.confidence, j.intent, j.quality,
  j.handoff_reason AS handoffReason`;

const DELIVERY = `o.id AS key, o.public_id AS id, c.name AS connection, o.conversation_id AS conversationId,
  j.public_id AS turnId, o.kind, o.part, o.pause_ms AS pauseMs, o.state, o.reason, o.sends, o.looks, o.due_at AS dueAt,
  o.unknown_since AS unknownSince, o.chatwoot_message_id AS messageId, o.created_at AS createdAt,
  o.settled_at AS settledAt FROM outbox AS o JOIN connections AS c ON c.id = o.connection_id
  LEFT JOIN buffer_processing_jobs AS j ON j.id = o.job_id`;

/** Without what they carry: that is for colleagues in Chatwoot. */
const ERRAND = `e.id AS key, e.public_id AS id, c.name AS connection, e.conversation_id AS conversationId,
  j.public_id AS turnId, e.kind, e.state, e.reason, e.attempts, e.due_at AS dueAt, e.created_at AS createdAt,
  e.done_at AS doneAt FROM errands AS e JOIN connections AS c ON c.id = e.connection_id
  LEFT JOIN buffer_processing_jobs AS j ON j.id = e.job_id`;

const MESSAGES = `SELECT m.chatwoot_message_id AS messageId, m.content, m.message_type AS kind, m.received_at AS receivedAt,
  m.edited_at AS editedAt, m.deleted_at AS deletedAt, m.outcome, m.reason, m.reply_id AS replyId FROM buffered_messages AS m`;

const workConditions = (alias: "o" | "e") => ({
  state: `${alias}.state = $state`,
  connection: "c.name = $connection",
  conversationId: `${alias}.conversation_id = $conversationId`,
  kind: `${alias}.kind = $kind`,
  since: `${alias}.created_at >= $since`,
  until: `${alias}.created_at < $until`,
});

export function openInsight(db: Database, tables: Tables, transact: Transact): InsightStore {
  const buffers = filteredList(db, LISTED_BUFFER, "b", BUFFER_CONDITIONS);
  const deliveries = filteredList(db, DELIVERY, "o", workConditions("o"));
  const errands = filteredList(db, ERRAND, "e", workConditions("e"));

  const oneBuffer = db.query<Row, [Params]>(`SELECT ${BUFFER} WHERE b.public_id = $id`);
  const oneTurn = db.query<Row, [Params]>(`SELECT ${FINDINGS}, ${TURN} WHERE j.public_id = $id`);
  const messages = db.query<Row, [Params]>(`
    ${MESSAGES} WHERE m.buffer_id IN (
      SELECT b.id FROM message_buffer AS b WHERE b.public_id = $bufferId
      UNION ALL SELECT b.id FROM message_buffer AS b JOIN message_buffer AS into_b ON into_b.id = b.merged_into
        WHERE into_b.public_id = $bufferId)
    ORDER BY m.chatwoot_message_id`);
  const steps = db.query<Row, [Params]>(`
    SELECT s.attempt, s.name, s.outcome, s.started_at AS startedAt, s.duration_ms AS durationMs, s.detail
    FROM turn_steps AS s JOIN buffer_processing_jobs AS j ON j.id = s.job_id WHERE j.public_id = $id ORDER BY s.id`);
  const ofTurn = db.query<Row, [Params]>(`SELECT ${DELIVERY} WHERE j.public_id = $id ORDER BY o.id`);

  const errandsOfTurn = db.query<Row, [Params]>(`SELECT ${ERRAND} WHERE j.public_id = $id ORDER BY e.id`);

  const latest = (sql: string, table: string) =>
    db.query<Row, [Params]>(`SELECT ${sql} WHERE ${table}.connection_id = $connection
      AND ${table}.conversation_id = $conversation ORDER BY ${table}.id DESC LIMIT 1`);
  const latestBuffer = latest(BUFFER, "b");
  const latestTurn = latest(TURN, "j");
  const latestDelivery = latest(DELIVERY, "o");

  const pause = db.query<Row, [Params]>(`
    SELECT paused_by AS by, paused_by_name AS byName, paused_until AS until FROM conversations
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation AND paused_at IS NOT NULL`);

  const tally = (table: string, column: string) =>
    db.query<{ name: string; count: number }, []>(
      `SELECT ${column} AS name, count(*) AS count FROM ${table} GROUP BY ${column}`,
    );
  const tallies = {
    buffers: tally("message_buffer", "status"),
    jobs: tally("buffer_processing_jobs", "status"),
    deliveries: tally("outbox", "state"),
    messages: tally("buffered_messages", "coalesce(outcome, 'waiting')"),
  };
  const openWork = db.query<Record<string, number | null>, []>(`SELECT
    (SELECT count(*) FROM message_buffer WHERE status = 'active') AS buffers,
    (SELECT min(buffer_start_time) FROM message_buffer WHERE status = 'active') AS oldestBufferAt,
    (SELECT count(*) FROM buffer_processing_jobs WHERE status = 'scheduled') AS scheduled,
    (SELECT count(*) FROM buffer_processing_jobs WHERE status = 'running') AS running,
    (SELECT count(*) FROM buffer_processing_jobs
      WHERE status = 'failed' AND discarded_at IS NULL AND quarantined_at IS NULL) AS failed,
    (SELECT count(*) FROM buffer_processing_jobs
      WHERE status = 'failed' AND discarded_at IS NULL AND quarantined_at IS NOT NULL) AS quarantined,
    (SELECT count(*) FROM outbox WHERE state IN ('intent', 'sending', 'unknown')) AS deliveries`);

  return {
    listBuffers: (query) => transact(() => buffers({ ...query })),
    listDeliveries: (query) => transact(() => deliveries({ ...query })),
    listErrands: (query) => transact(() => errands({ ...query })),
    buffer: (bufferId) =>
      transact(() => {
        const row = oneBuffer.get({ id: bufferId });
        return row === null ? null : { buffer: withoutKey(row), messages: messages.all({ bufferId }) };
      }),
    turn: (jobId) =>
      transact(() => {
        const row = oneTurn.get({ id: jobId });
        if (row === null) return null;
        return {
          turn: withoutKey(row),
          messages: messages.all({ bufferId: row["bufferId"] ?? "" }),
          steps: steps.all({ id: jobId }),
          deliveries: ofTurn.all({ id: jobId }).map(withoutKey),
          errands: errandsOfTurn.all({ id: jobId }).map(withoutKey),
        };
      }),
    counts: () =>
      transact((): Counts => ({
        buffers: asRecord(tallies.buffers.all()),
        jobs: asRecord(tallies.jobs.all()),
        deliveries: asRecord(tallies.deliveries.all()),
        messages: asRecord(tallies.messages.all()),
      })),
    openWork: () =>
      transact((): OpenWork => {
        const row = openWork.get() ?? {};
        const { buffers: bufferCount, scheduled, running, failed, quarantined } = row;
        return {
          bufferCount: bufferCount ?? 0,
          oldestBufferAt: row["oldestBufferAt"] ?? null,
          jobs: {
            scheduled: scheduled ?? 0,
            running: running ?? 0,
            failed: failed ?? 0,
            quarantined: quarantined ?? 0,
          },
          deliveryCount: row["deliveries"] ?? 0,
        };
      }),
    conversationWork: (connection, conversation, eventsMax) =>
      transact(() => ({
        buffer: latestBuffer.get({ connection, conversation }),
        turn: latestTurn.get({ connection, conversation }),
        delivery: latestDelivery.get({ connection, conversation }),
        pause: pause.get({ connection, conversation }),
        events: tables.events.latest(connection, conversation, eventsMax),
      })),
  };
}

/** Counts by name. */
export function asRecord(rows: { name: string; count: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}
