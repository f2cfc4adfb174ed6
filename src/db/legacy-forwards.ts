// Webhooks for the older system: kept byte for byte until it has them, in order within a conversation.
import type { Database } from "bun:sqlite";
import type { RawWebhook } from "../chatwoot/raw-webhook.ts";
import { page, pageParams } from "./page.ts";
import type { DueForward, ForwardSettlement } from "./store-legacy.ts";
import type { ListQuery, Page, Row } from "./store-insight.ts";

type Params = Record<string, string | number | Uint8Array | null>;
type StoredForward = Omit<DueForward, "headers"> & { headers: string };

export interface ForwardPlace {
  connection: number;
  /** Null: the event belongs to none. */
  conversation: number | null;
  /** Null: it brings no message of a customer. */
  messageId: number | null;
}

export function forwardTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO legacy_forwards (public_id, connection_id, conversation_id, chatwoot_message_id, event, headers, body,
      due_at, created_at)
    VALUES ($id, $connection, $conversation, $messageId, $event, $headers, $body, $now, $now)`);
  const holds = db.query<{ id: number }, [Params]>(`
    SELECT id FROM legacy_forwards WHERE connection_id = $connection AND chatwoot_message_id = $messageId LIMIT 1`);
  const waits = db.query<{ id: number }, [Params]>(`
    SELECT id FROM legacy_forwards INDEXED BY forwards_of_conversation WHERE state = 'waiting'
      AND connection_id = $connection AND conversation_id = $conversation AND chatwoot_message_id IS NOT NULL LIMIT 1`);

  const due = db.query<StoredForward, [Params]>(`
    SELECT f.id AS key, f.public_id AS id, f.connection_id AS connectionKey, f.conversation_id AS conversationId,
      f.event, f.headers, f.body, f.attempts, f.created_at AS createdAt
    FROM legacy_forwards AS f INDEXED BY forwards_due
    WHERE f.state = 'waiting' AND f.due_at <= $now AND (f.conversation_id IS NULL
      OR NOT EXISTS (SELECT 1 FROM legacy_forwards AS o INDEXED BY forwards_of_conversation WHERE o.state = 'waiting'
        AND o.connection_id = f.connection_id AND o.conversation_id = f.conversation_id AND o.id < f.id))
    ORDER BY f.due_at, f.id LIMIT $limit`);
  const nextAt = db.query<{ at: number }, [Params]>(`
    SELECT due_at AS at FROM legacy_forwards INDEXED BY forwards_due WHERE state = 'waiting' AND due_at > $now
    ORDER BY due_at LIMIT 1`);

  // What is over there needs no second copy; what failed keeps its body, so that it can be tried again.
  const end = db.query<
    { connection: number; conversation: number | null; messageId: number | null },
    [Params]
  >(`
    UPDATE legacy_forwards SET state = $to, body = iif($to = 'sent', NULL, body), headers = iif($to = 'sent', '[]', headers),
      status_code = $statusCode, duration_ms = $durationMs, reason = $reason, settled_at = $now, attempts = attempts + 1
    WHERE id = $key AND state = 'waiting'
    RETURNING connection_id AS connection, conversation_id AS conversation, chatwoot_message_id AS messageId`);
  const wait = db.query<null, [Params]>(`
    UPDATE legacy_forwards SET status_code = $statusCode, duration_ms = $durationMs, reason = $reason, due_at = $dueAt,
      attempts = attempts + 1 WHERE id = $key AND state = 'waiting'`);
  // The others of the conversation come after it whatever happens: until then they need not be looked at.
  const follow = db.query<null, [Params]>(`
    UPDATE legacy_forwards SET due_at = $dueAt WHERE state = 'waiting' AND id > $key AND due_at < $dueAt
      AND (connection_id, conversation_id) = (SELECT connection_id, conversation_id FROM legacy_forwards WHERE id = $key)`);
  const retry = db.query<null, [Params]>(`
    UPDATE legacy_forwards SET state = 'waiting', reason = NULL, settled_at = NULL, attempts = 0, due_at = $now,
      created_at = $now WHERE public_id = $id AND state = 'failed' AND body IS NOT NULL`);
  const giveUp = db.query<null, [Params]>(`
    UPDATE legacy_forwards SET state = 'failed', reason = 'given_up', settled_at = $now WHERE state = 'waiting'`);

  const list = db.query<Row, [Params]>(`
    SELECT f.id AS key, f.public_id AS id, c.name AS connection, f.conversation_id AS conversationId,
      f.chatwoot_message_id AS messageId, f.event, f.state, f.attempts, f.status_code AS statusCode,
      f.duration_ms AS durationMs, f.reason, length(f.body) AS bodyBytes, f.due_at AS dueAt, f.created_at AS createdAt,
      f.settled_at AS settledAt
    FROM legacy_forwards AS f JOIN connections AS c ON c.id = f.connection_id
    WHERE ($cursor IS NULL OR f.id < $cursor) AND ($state IS NULL OR f.state = $state)
    ORDER BY f.id DESC LIMIT $limit`);
  const any = db.query<{ id: number }, []>("SELECT id FROM legacy_forwards LIMIT 1");
  const states = db.query<{ state: "waiting" | "sent" | "failed"; count: number }, []>(
    "SELECT state, count(*) AS count FROM legacy_forwards GROUP BY state",
  );
  const oldest = db.query<{ at: number | null }, []>(
    "SELECT min(created_at) AS at FROM legacy_forwards WHERE state = 'waiting'",
  );
  const quantile = db.query<{ ms: number }, [Params]>(`
    SELECT duration_ms AS ms FROM legacy_forwards WHERE created_at >= $since AND state = 'sent'
    ORDER BY duration_ms LIMIT 1 OFFSET (SELECT CAST((count(*) - 1) * $share AS INTEGER) FROM legacy_forwards
      WHERE created_at >= $since AND state = 'sent')`);
  const shift = db.query<null, [Params]>(`
    UPDATE legacy_forwards SET due_at = due_at + $delta, created_at = created_at + $delta WHERE state = 'waiting'`);

  return {
    add({ event, headers, body }: RawWebhook, id: string, place: ForwardPlace, now: number): void {
      add.run({ id, ...place, event, headers: JSON.stringify(headers), body, now });
    },
    /** Whether a customer's message went, or goes, to the older system. */
    holds: (connection: number, messageId: number) => holds.get({ connection, messageId }) !== null,
    /** Whether a customer's message of the conversation is still on its way. */
    waits: (connection: number, conversation: number) => waits.get({ connection, conversation }) !== null,
    due: (limit: number, now: number): DueForward[] => due.all({ limit, now }).map(read),
    nextAt: (now: number) => nextAt.get({ now })?.at ?? null,
    /** Gives where the forward belongs, when this ended it. */
    settle(key: number, settlement: ForwardSettlement, now: number): ForwardPlace | null {
      const { to, statusCode, durationMs } = settlement;
      const reason = "reason" in settlement ? settlement.reason : null;
      const answer = { key, statusCode, durationMs, reason };
      if (to !== "waiting") return end.get({ ...answer, to, now });
      const { dueAt } = settlement;
      wait.run({ ...answer, dueAt });
      follow.run({ key, dueAt });
      return null;
    },
    list: (query: ListQuery): Page => page(list.all(pageParams(query)), query.limit),
    retry: (id: string, now: number) => retry.run({ id, now }).changes > 0,
    giveUp: (now: number) => giveUp.run({ now }).changes,
    hasAny: () => any.get() !== null,
    byState: () => ({ waiting: 0, sent: 0, failed: 0, ...Object.fromEntries(states.all().map(counted)) }),
    oldestWaitingAt: () => oldest.get()?.at ?? null,
    /** What this share of the answers since then took at most. */
    answerMs: (since: number, share: number) => quantile.get({ since, share })?.ms ?? null,
    shift: (delta: number) => void shift.run({ delta }),
  };
}

function counted({ state, count }: { state: string; count: number }) {
  return [state, count] as const;
}

function read({ headers, ...row }: StoredForward): DueForward {
  return { ...row, headers: JSON.parse(headers) as DueForward["headers"] };
}
