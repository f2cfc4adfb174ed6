// What was said by whom (customer_conversations): the prompt's history.
import type { Database } from "bun:sqlite";
import type { Sender } from "../identity/layers.ts";
import type { OwnedLine } from "./store-turns.ts";

export interface Said {
  connectionKey: number;
  conversationId: number;
  content: string;
  sender: "bot" | "human";
  /** The buffer it answers, whose user it then belongs to; null for a person's, which is the conversation's user's. */
  bufferKey: number | null;
  messageId: number;
  replyId: string | null;
  now: number;
}

/** What a message says in words: its text, and what was heard in its voice notes, by lull or by Chatwoot; else what it is. */
const WORDS = `CASE WHEN m.attachments = '[]' THEN coalesce(nullif(m.content, ''), '[' || m.message_type || ']')
  ELSE coalesce(nullif(concat_ws(char(10), nullif(m.content, ''), coalesce(
    (SELECT group_concat(a.transcript, char(10) ORDER BY a.id) FROM audio_files AS a
      WHERE a.connection_id = m.connection_id AND a.chatwoot_message_id = m.chatwoot_message_id),
    (SELECT group_concat(value ->> '$.transcript', char(10)) FROM json_each(m.attachments)))), ''),
    '[' || m.message_type || ']') END`;

export function historyTable(db: Database) {
  const keepBuffer = db.query<null, [{ buffer: number }]>(`
    INSERT INTO customer_conversations (connection_id, conversation_id, contact_id, phone_number, phone_key, key_version,
      content, sender, source, chatwoot_message_id, created_at)
    SELECT connection_id, conversation_id, sender_info ->> '$.id', sender_info ->> '$.phone_number', phone_key, key_version,
      ${WORDS}, 'user', 'whatsapp', chatwoot_message_id, received_at
    FROM buffered_messages AS m WHERE buffer_id = $buffer AND deleted_at IS NULL
    ON CONFLICT DO NOTHING`);

  const retell = db.query<null, [{ connection: number; conversation: number; message: number }]>(`
    UPDATE customer_conversations AS h SET content = ${WORDS} FROM buffered_messages AS m
    WHERE h.connection_id = $connection AND h.conversation_id = $conversation AND h.chatwoot_message_id = $message
      AND h.sender = 'user'
      AND m.connection_id = h.connection_id AND m.chatwoot_message_id = h.chatwoot_message_id AND m.deleted_at IS NULL`);

  const add = db.query<null, [Record<string, string | number | null>]>(`
    INSERT INTO customer_conversations (connection_id, conversation_id, user_id, content, sender, source,
      chatwoot_message_id, reply_id, created_at)
    VALUES ($connection, $conversation, CASE WHEN $buffer IS NULL
        THEN (SELECT user_id FROM conversations WHERE connection_id = $connection AND chatwoot_conversation_id = $conversation)
        ELSE (SELECT user_id FROM message_buffer WHERE id = $buffer) END,
      $content, $sender, 'whatsapp', $message, $reply, $now)
    ON CONFLICT DO NOTHING`);

  const remove = db.query<null, [{ connection: number; conversation: number; message: number }]>(`
    DELETE FROM customer_conversations
    WHERE connection_id = $connection AND conversation_id = $conversation AND chatwoot_message_id = $message`);

  const before = db.query<
    OwnedLine,
    [{ connection: number; conversation: number; message: number; limit: number }]
  >(`
    SELECT sender, content, userId, messageId FROM (
      SELECT sender, content, user_id AS userId, chatwoot_message_id AS messageId FROM customer_conversations
      WHERE connection_id = $connection AND conversation_id = $conversation
        AND (chatwoot_message_id < $message OR sender = 'bot')
      ORDER BY chatwoot_message_id DESC LIMIT $limit
    ) ORDER BY messageId`);

  const said = db.query<OwnedLine, [{ connection: number; conversation: number; message: number }]>(`
    SELECT sender, content, user_id AS userId, chatwoot_message_id AS messageId FROM customer_conversations
    WHERE connection_id = $connection AND conversation_id = $conversation AND chatwoot_message_id = $message`);

  const lastSender = db.query<
    Pick<Sender, "contactId" | "phone">,
    [{ connection: number; conversation: number }]
  >(`
    SELECT contact_id AS contactId, phone_number AS phone FROM customer_conversations
    WHERE connection_id = $connection AND conversation_id = $conversation AND sender = 'user'
    ORDER BY chatwoot_message_id DESC LIMIT 1`);

  return {
    /** The messages of a buffer that closes (or is dropped) become history. */
    keepBuffer: (buffer: number) => void keepBuffer.run({ buffer }),
    /** What a message of a customer says is known better by now. */
    retell: (connection: number, conversation: number, message: number) =>
      void retell.run({ connection, conversation, message }),
    /** False when it was known already. */
    add({
      connectionKey,
      conversationId,
      bufferKey,
      content,
      sender,
      messageId,
      replyId,
      now,
    }: Said): boolean {
      const { changes } = add.run({
        connection: connectionKey,
        conversation: conversationId,
        buffer: bufferKey,
        content,
        sender,
        message: messageId,
        reply: replyId,
        now,
      });
      return changes > 0;
    },
    remove: (connection: number, conversation: number, message: number) =>
      void remove.run({ connection, conversation, message }),
    /** What a message of this conversation said; null when it is not known. */
    said: (connection: number, conversation: number, message: number) =>
      said.get({ connection, conversation, message }),
    /** Who wrote last here, as far as lines tell. */
    lastSender(connection: number, conversation: number): Sender {
      const known = lastSender.get({ connection, conversation });
      return { contactId: null, phone: null, sourceId: null, identifier: null, ...known };
    },
    /**
     * The last lines older than a message, ascending; and every reply of lull's own, which answered earlier turns
     * even when it went out after the customer had written on.
     */
    before: (connection: number, conversation: number, message: number, limit: number) =>
      before.all({ connection, conversation, message, limit }),
  };
}
