// The whole story of one conversation, the newest first: what was said, and everything that lull did about it. Which rows a
// page is of is found first, by their moments; only then is each of them told.
import type { Database } from "bun:sqlite";
import type { ConversationPlace, TimelineItem, TimelineKind, TimelineQuery } from "./store-conversations.ts";

type Params = Record<string, string | number | null>;

interface Ref {
  at: number;
  rank: number;
  key: number;
}

interface Source {
  kind: TimelineKind;
  /** FROM and WHERE of its rows, and the column of their moment. */
  at: string;
  rows: string;
  /** What is told of one, by its key. */
  told: string;
}

const here = (alias: string): string =>
  `${alias}.connection_id = $connectionKey AND ${alias}.conversation_id = $conversationId`;

/** Of the same moment the later in this list comes later in the story. */
const SOURCES: readonly Source[] = [
  // What still waits, and what was deleted, is no history.
  {
    kind: "message",
    at: "m.received_at",
    rows: `message_buffer AS b JOIN buffered_messages AS m ON m.buffer_id = b.id WHERE ${here("b")}
      AND NOT EXISTS (SELECT 1 FROM customer_conversations AS h WHERE h.connection_id = m.connection_id
        AND h.conversation_id = m.conversation_id AND h.chatwoot_message_id = m.chatwoot_message_id)`,
    told: `SELECT json_object('sender', 'user', 'text', iif(deleted_at IS NULL, content, NULL),
      'messageId', chatwoot_message_id, 'type', message_type, 'editedAt', edited_at, 'deletedAt', deleted_at,
      'outcome', outcome, 'reason', reason, 'replyId', reply_id) AS detail FROM buffered_messages AS m`,
  },
  {
    kind: "message",
    at: "m.created_at",
    rows: `customer_conversations AS m WHERE ${here("m")}`,
    told: `SELECT json_object('sender', m.sender, 'text', m.content, 'messageId', m.chatwoot_message_id,
      'type', b.message_type, 'editedAt', b.edited_at, 'deletedAt', NULL, 'outcome', b.outcome, 'reason', b.reason,
      'replyId', coalesce(m.reply_id, b.reply_id)) AS detail
      FROM customer_conversations AS m LEFT JOIN buffered_messages AS b
        ON b.connection_id = m.connection_id AND b.chatwoot_message_id = m.chatwoot_message_id`,
  },
  {
    kind: "buffer",
    at: "m.buffer_start_time",
    rows: `message_buffer AS m WHERE ${here("m")}`,
    told: `SELECT json_object('id', m.public_id, 'state', m.status, 'reason', m.cancel_reason,
      'messageCount', m.message_count, 'windowMs', m.window_ms, 'windowReason', m.window_reason, 'urgency', m.urgency,
      'dueAt', m.buffer_end_time, 'endedAt', m.processed_at) AS detail FROM message_buffer AS m`,
  },
  {
    kind: "event",
    at: "m.at",
    rows: `events AS m WHERE ${here("m")}`,
    told: `SELECT json_object('name', m.name, 'subjectId', m.subject_id, 'detail', json(m.detail)) AS detail
      FROM events AS m`,
  },
  {
    kind: "turn",
    at: "m.created_at",
    rows: `message_buffer AS b JOIN buffer_processing_jobs AS m ON m.buffer_id = b.id WHERE ${here("b")}`,
    told: `SELECT json_object('id', m.public_id, 'state', m.status, 'outcome', m.outcome, 'reason', m.reason,
      'errorCode', m.error_code, 'attempts', m.attempts, 'urgency', m.urgency, 'confidence', m.confidence,
      'intent', m.intent, 'promptVersion', m.prompt_version, 'handoffReason', m.handoff_reason, 'endedAt', m.processed_at,
      'usage', json((SELECT json_object('inputTokens', coalesce(sum(u.input_tokens), 0),
          'outputTokens', coalesce(sum(u.output_tokens), 0), 'costMicroUsd', sum(u.cost_micro_usd))
        FROM ai_usage AS u WHERE u.subject_id = m.public_id)),
      'steps', json((SELECT json_group_array(json_object('attempt', s.attempt, 'name', s.name, 'outcome', s.outcome,
          'startedAt', s.started_at, 'durationMs', s.duration_ms, 'detail', json(s.detail)) ORDER BY s.id)
        FROM turn_steps AS s WHERE s.job_id = m.id))) AS detail FROM buffer_processing_jobs AS m`,
  },
  // Those of turns by their turn, the others by the event of their making: neither looks through all that was ever sent.
  {
    kind: "delivery",
    at: "m.created_at",
    rows: `outbox AS m WHERE m.id IN (
      SELECT o.id FROM message_buffer AS b JOIN buffer_processing_jobs AS j ON j.buffer_id = b.id
        JOIN outbox AS o ON o.job_id = j.id WHERE ${here("b")}
      UNION ALL SELECT o.id FROM events AS e JOIN outbox AS o ON o.public_id = e.subject_id
        WHERE ${here("e")} AND e.name = 'notification.added')`,
    told: `SELECT json_object('id', m.public_id, 'kind', m.kind, 'part', m.part, 'state', m.state, 'reason', m.reason,
      'sends', m.sends, 'looks', m.looks, 'messageId', m.chatwoot_message_id, 'settledAt', m.settled_at) AS detail
      FROM outbox AS m`,
  },
  {
    kind: "errand",
    at: "m.created_at",
    rows: `errands AS m WHERE ${here("m")}`,
    told: `SELECT json_object('id', m.public_id, 'kind', m.kind, 'state', m.state, 'reason', m.reason,
      'attempts', m.attempts, 'endedAt', m.done_at) AS detail FROM errands AS m`,
  },
  {
    kind: "outcome",
    at: "m.at",
    rows: `conversation_outcomes AS m WHERE ${here("m")}`,
    told: `SELECT json_object('outcome', m.outcome, 'hadHuman', json(iif(m.had_human, 'true', 'false'))) AS detail
      FROM conversation_outcomes AS m`,
  },
];

export function timeline(db: Database) {
  const told = SOURCES.map((source) =>
    db.query<{ detail: string }, [{ key: number }]>(`${source.told} WHERE m.id = $key`),
  );

  function refs({ kind, before, limit }: TimelineQuery, place: ConversationPlace): Ref[] {
    const rows = SOURCES.flatMap((source, rank) =>
      kind === null || source.kind === kind
        ? [`SELECT ${source.at} AS at, ${rank} AS rank, m.id AS key FROM ${source.rows}`]
        : [],
    );
    const { at = null, rank = null, key = null } = before ?? {};
    const params = { ...place, at, rank, key, limit: limit + 1 };
    return db
      .query<Ref, [Params]>(
        `SELECT at, rank, key FROM (${rows.join(" UNION ALL ")})
        WHERE $at IS NULL OR (at, rank, key) < ($at, $rank, $key) ORDER BY at DESC, rank DESC, key DESC LIMIT $limit`,
      )
      .all(params);
  }

  return (place: ConversationPlace, query: TimelineQuery) => {
    const found = refs(query, place);
    const items = found.slice(0, query.limit).map(({ at, rank, key }): TimelineItem => {
      const kind = SOURCES[rank]?.kind ?? "event";
      return { at, kind, detail: told[rank]?.get({ key })?.detail ?? "{}" };
    });
    return { items, next: found.length > query.limit ? (found[query.limit - 1] ?? null) : null };
  };
}
