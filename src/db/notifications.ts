// Notifications: whom they can go to, and their rows of the outbox.
import type { Database } from "bun:sqlite";
import type { NewNotification, NotifiedConversation } from "./store-notifications.ts";

type Params = Record<string, string | number | null>;
type ConversationRow = Omit<NotifiedConversation, "canReply" | "sender"> & {
  canReply: 0 | 1 | null;
  /** Null: retention took all of its buffers. */
  bufferKey: number | null;
};
interface KeptRow {
  deliveryId: string;
  requestHash: string | null;
}

export function notificationTable(db: Database) {
  // Of messages that still wait the newest buffer knows, of all others the history, or that they were forgotten.
  const conversation = db.query<ConversationRow, [Params]>(`
    SELECT connection_id AS connectionKey, chatwoot_conversation_id AS conversationId, inbox_id AS inboxId, channel,
      can_reply AS canReply, last_message_at AS lastMessageAt, bufferKey, max(
        coalesce((SELECT max(h.chatwoot_message_id) FROM customer_conversations AS h
          WHERE h.connection_id = $connection AND h.conversation_id = $conversation), 0),
        coalesce((SELECT max(m.chatwoot_message_id) FROM buffered_messages AS m
          WHERE m.buffer_id = bufferKey), 0), coalesce(forgotten_message_id, 0)) AS anchorMessageId
    FROM conversations JOIN (SELECT max(b.id) AS bufferKey FROM message_buffer AS b
      WHERE b.connection_id = $connection AND b.conversation_id = $conversation)
    WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation
      AND last_message_at IS NOT NULL AND coalesce(bufferKey, forgotten_message_id) IS NOT NULL`);

  // A LID or BSUID that was told beside one of the numbers is the same person.
  const ofKeys = db.query<{ conversation: number }, [Params]>(`
    WITH wanted AS (
      SELECT value AS key FROM json_each($keys)
      UNION SELECT alias_key FROM identity_pairs INDEXED BY pairs_of_phone
        WHERE phone_key IN (SELECT value FROM json_each($keys)) AND connection_id = $connection AND conflict_at IS NULL)
    SELECT c.chatwoot_conversation_id AS conversation FROM conversations AS c
    WHERE c.connection_id = $connection AND c.chatwoot_conversation_id IN (
      SELECT h.conversation_id FROM customer_conversations AS h INDEXED BY history_of_phone
        WHERE h.phone_key IN (SELECT key FROM wanted) AND h.connection_id = $connection AND h.conversation_id IS NOT NULL
      UNION SELECT m.conversation_id FROM buffered_messages AS m INDEXED BY messages_of_phone
        WHERE m.phone_key IN (SELECT key FROM wanted) AND m.connection_id = $connection AND m.deleted_at IS NULL)
    ORDER BY c.last_message_at DESC, c.id DESC LIMIT $limit`);

  const provenKeys = db.query<{ key: string }, [Params]>(`
    SELECT phone_key AS key FROM whatsapp_user_mapping
    WHERE user_id = $userId AND is_verified = 1 AND (connection_id IS NULL OR connection_id = $connection)
    UNION SELECT phone_key FROM profiles WHERE user_id = $userId AND is_verified = 1 AND phone_key IS NOT NULL
    LIMIT $limit`);

  const ofRequest = db.query<KeptRow, [Params]>(`
    SELECT public_id AS deliveryId, request_hash AS requestHash FROM outbox
    WHERE idempotency_key = $key AND created_at > $since`);
  const forgetRequest = db.query<null, [Params]>(
    "UPDATE outbox SET idempotency_key = NULL, request_hash = NULL WHERE idempotency_key = $key",
  );
  const add = db.query<null, [Params]>(`
    INSERT INTO outbox (public_id, connection_id, conversation_id, kind, text, template, anchor_message_id,
      is_answer, idempotency_key, request_hash, due_at, created_at)
    VALUES ($deliveryId, $connectionKey, $conversationId, 'notification', $text, $template, $anchorMessageId,
      $isAnswer, $requestKey, $requestHash, $now, $now)`);

  return {
    /** With the key of its newest buffer. Null: no customer wrote in it. */
    conversation: (connection: number, conversationId: number) =>
      conversation.get({ connection, conversation: conversationId }),
    ofKeys: (connection: number, keys: readonly string[], limit: number) =>
      ofKeys.all({ connection, keys: JSON.stringify(keys), limit }).map((row) => row.conversation),
    provenKeys: (userId: string, connection: number, limit: number) =>
      provenKeys.all({ userId, connection, limit }).map(({ key }) => key),
    ofRequest: (key: string, since: number) => ofRequest.get({ key, since }),
    /** The mark is free for another request. */
    forgetRequest: (key: string) => void forgetRequest.run({ key }),
    add: (deliveryId: string, { request, isAnswer, ...rest }: NewNotification, now: number) =>
      void add.run({
        deliveryId,
        ...rest,
        isAnswer: Number(isAnswer),
        requestKey: request?.key ?? null,
        requestHash: request?.hash ?? null,
        now,
      }),
  };
}
