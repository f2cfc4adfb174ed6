// A contact goes, with every word of theirs. Conversations stay as numbers of Chatwoot's with their figures; what comes later is
// a new start. What a turn or a delivery under way still needs goes once it is over. Always inside a transaction.
import type { Database } from "bun:sqlite";
import { bufferEmptying, isOver } from "./buffer-emptying.ts";
import { rememberTaken } from "./conversations.ts";
import { CONTACT_BUFFERS, type personalRows } from "./personal-rows.ts";
import type { Person } from "./store-erasures.ts";
import type { Tables } from "./tables.ts";
import { unarchive } from "./unarchive.ts";
import { cancelBuffer } from "./work.ts";

type Contact = Extract<Person, { kind: "contact" }>;
type Params = Record<string, string | number | null>;

/** Up to which rows an erasure goes: what is written later is a new start. */
export interface Reach {
  buffers: number;
  history: number;
  deliveries: number;
}

export type ContactErasure = ReturnType<typeof contactErasure>;

const OF_CONVERSATIONS = `(connection_id, conversation_id) IN (
  SELECT connection_id, chatwoot_conversation_id FROM conversations
  WHERE connection_id = $connection AND contact_id = $contact)`;

export function contactErasure(db: Database, tables: Tables, rows: ReturnType<typeof personalRows>) {
  const sql = <Found>(text: string) => db.query<Found, [Params]>(text);
  const empty = bufferEmptying(db);
  const isKnown =
    sql<object>(`SELECT 1 FROM conversations WHERE connection_id = $connection AND contact_id = $contact
    UNION ALL SELECT 1 FROM contact_bucket_mapping WHERE connection_id = $connection
      AND contact_ref LIKE 'contact\\_' || $contact || '\\_account\\_%' ESCAPE '\\' LIMIT 1`);
  const reach = sql<Reach>(`SELECT (SELECT coalesce(max(id), 0) FROM message_buffer) AS buffers,
    (SELECT coalesce(max(id), 0) FROM customer_conversations) AS history,
    (SELECT coalesce(max(id), 0) FROM outbox) AS deliveries`);
  const open = sql<{ id: number }>(`SELECT id FROM (${CONTACT_BUFFERS} AND status = 'active')`);
  const buffers = sql<{ id: number }>(`SELECT id FROM (${CONTACT_BUFFERS} AND id <= $buffers)`);
  const underWay = sql<object>(`SELECT 1 FROM message_buffer AS b
    WHERE b.id IN (${CONTACT_BUFFERS} AND id <= $buffers) AND NOT (${isOver("b")})
    UNION ALL SELECT 1 FROM outbox WHERE ${OF_CONVERSATIONS} AND id <= $deliveries
      AND state IN ('intent', 'sending', 'unknown') LIMIT 1`);
  const cancelWaiting = sql<null>(`
    UPDATE outbox SET state = 'cancelled', reason = 'deleted', settled_at = $now, claimed_by = NULL, lease_until = NULL
    WHERE ${OF_CONVERSATIONS} AND state = 'intent'`);
  const emptyDeliveries = sql<null>(`
    UPDATE outbox SET text = '', template = NULL, handoff = NULL, idempotency_key = NULL, request_hash = NULL,
      reason = iif(state = 'failed', 'deleted', reason), state = iif(state = 'failed', 'cancelled', state)
    WHERE ${OF_CONVERSATIONS} AND id <= $deliveries AND settled_at IS NOT NULL AND text <> ''`);
  // A reply that was on its way is said after the erasure, and is of before it all the same.
  const forgetSaid = sql<{ conversation: number; messageId: number }>(`
    DELETE FROM customer_conversations WHERE ${OF_CONVERSATIONS} AND (id <= $history
      OR reply_id IN (SELECT public_id FROM outbox WHERE ${OF_CONVERSATIONS} AND id <= $deliveries))
    RETURNING conversation_id AS conversation, chatwoot_message_id AS messageId`);
  const forgetNumbers = sql<null>(`
    UPDATE meeting_notes SET contact_phone = NULL, contact_name = NULL, phone_key = NULL, key_version = NULL
    WHERE phone_key IN (SELECT value FROM json_each($phones))`);
  const phones = sql<{ key: string }>(`
    SELECT DISTINCT phone_key AS key FROM ${rows.rowsOf({ kind: "contact", connectionKey: 0, contactId: 0 })["history"]}
      AND t.phone_key IS NOT NULL
    UNION SELECT phone_key FROM buffered_messages WHERE buffer_id IN (${CONTACT_BUFFERS}) AND phone_key IS NOT NULL`);
  const remember = sql<null>(rememberTaken(`customer_conversations WHERE ${OF_CONVERSATIONS}`));
  const forgetConversation = sql<null>(`
    UPDATE conversations SET user_id = NULL, paused_by_name = NULL, bucket_name = NULL, gap_count = 0, gap_log_mean = 0,
      gap_log_variance = 0 WHERE connection_id = $connection AND contact_id = $contact`);
  // In this order: numbers are found by what was said.
  const kindsToDelete = [
    "addresses",
    "history",
    "summaries",
    "transcripts",
    "errands",
    "forwards",
    "ratings",
  ];

  function emptyBuffers(params: Params, now: number): void {
    for (const { id } of buffers.all(params)) empty(id, now);
  }

  return {
    isKnown: (contact: Contact) => isKnown.get(rows.paramsOf(contact)) !== null,
    /** Takes out what nothing needs any more; gives how far it reaches. */
    begin(contact: Contact, now: number): Reach {
      const upTo = reach.get({}) ?? { buffers: 0, history: 0, deliveries: 0 };
      const params = { ...rows.paramsOf(contact), ...upTo, now };
      for (const { id } of open.all(params)) cancelBuffer(tables, id, "deleted", now);
      forgetNumbers.run({ phones: JSON.stringify(phones.all(params).map(({ key }) => key)) });
      cancelWaiting.run(params);
      remember.run(params);
      const from = rows.rowsOf(contact);
      for (const kind of kindsToDelete) deleteRows(db, from[kind] ?? "", params);
      emptyDeliveries.run(params);
      emptyBuffers(params, now);
      forgetConversation.run(params);
      tables.identityChanges.changed();
      return upTo;
    },
    /**
     * Takes out whatever a turn or a delivery under way has written since; gives the tasks for what was archived of it.
     * `isOver`: none of them goes on.
     */
    sweep(contact: Contact, upTo: Reach, now: number): { isOver: boolean; taskIds: string[] } {
      const params = { ...rows.paramsOf(contact), ...upTo, now };
      emptyDeliveries.run(params);
      const taskIds = forgetSaid
        .all(params)
        .map(({ conversation, messageId }) =>
          unarchive(tables, contact.connectionKey, conversation, messageId, now),
        )
        .filter((id) => id !== null);
      emptyBuffers(params, now);
      return { isOver: underWay.get(params) === null, taskIds };
    },
  };
}

/** `from` is a table as `t` and what holds of its rows. */
function deleteRows(db: Database, from: string, params: Params): void {
  db.query<null, [Params]>(`DELETE FROM ${from}`).run(params);
}
