// Messages that came by the chat API and their answers: rows of customer_conversations without a conversation.
import type { Database } from "bun:sqlite";
import type { ChatMessageRow } from "./store-chat.ts";
import type { SenderMark } from "./store-identity.ts";
import type { HistoryLine } from "./store-turns.ts";

type Params = Record<string, string | number | null>;

export function chatTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO customer_conversations (public_id, connection_id, phone_number, phone_key, key_version, content, sender,
      source, created_at)
    VALUES ($id, $connectionKey, $phoneNumber, $phoneKey, $keyVersion, $text, 'user', $source, $now)`);
  const mark = db.query<null, [Params]>(`
    UPDATE customer_conversations SET user_id = $userId, identified_by = $layer, user_verified = $isVerified
    WHERE public_id = $id AND ($userId IS NULL OR EXISTS (SELECT 1 FROM users WHERE users.public_id = $userId))`);

  // A number may have changed hands: what was said with another user is not shown, nor with any user to nobody.
  const before = db.query<HistoryLine, [Params]>(`
    SELECT sender, content FROM (
      SELECT line.id, line.sender, line.content FROM customer_conversations AS message
      JOIN customer_conversations AS line ON line.phone_key = message.phone_key
        AND line.connection_id = message.connection_id AND line.conversation_id IS NULL AND line.id < message.id
      WHERE message.public_id = $id AND (line.user_id IS NULL OR line.user_id = message.user_id)
      ORDER BY line.id DESC LIMIT $limit
    ) ORDER BY id`);

  // An answer proves nothing of who is behind a number: it takes no layer along.
  const answer = db.query<null, [Params]>(`
    INSERT INTO customer_conversations (public_id, connection_id, user_id, phone_number, phone_key, key_version, content,
      sender, source, created_at)
    SELECT $id, connection_id, user_id, phone_number, phone_key, key_version, $text, 'bot', source, $now
    FROM customer_conversations WHERE public_id = $question`);

  return {
    add: (id: string, message: ChatMessageRow, now: number) => void add.run({ id, ...message, now }),
    mark: (id: string, { userId, layer, isVerified }: SenderMark) =>
      void mark.run({ id, userId, layer, isVerified: Number(isVerified) }),
    /** The last lines of the same number before a message, ascending. */
    before: (id: string, limit: number) => before.all({ id, limit }),
    answer: (id: string, question: string, text: string, now: number) =>
      void answer.run({ id, question, text, now }),
  };
}
