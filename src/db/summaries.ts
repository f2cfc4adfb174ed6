// Summaries: of each conversation one, in a model's words, for the one user it was held with.
import type { Database } from "bun:sqlite";
import type { NewSummary, Summary } from "./store-context.ts";

type Params = Record<string, string | number | null>;
type Place = { connection: number; conversation: number };

const HERE = "connection_id = $connection AND conversation_id = $conversation";

export function summaryTable(db: Database) {
  const find = db.query<Summary, [Params]>(`
    SELECT text, last_message_id AS lastMessageId, line_count AS lineCount FROM conversation_summaries
    WHERE ${HERE} AND user_id IS $userId`);
  const lines = db.query<{ count: number }, [Params]>(`
    SELECT count(*) AS count FROM customer_conversations
    WHERE ${HERE} AND chatwoot_message_id IN (SELECT value FROM json_each($messageIds))`);
  const save = db.query<null, [Params]>(`
    INSERT INTO conversation_summaries (connection_id, conversation_id, user_id, text, last_message_id, line_count,
      updated_at)
    VALUES ($connection, $conversation, $userId, $text, $lastMessageId, $lineCount, $now)
    ON CONFLICT (connection_id, conversation_id) DO UPDATE SET user_id = excluded.user_id, text = excluded.text,
      last_message_id = excluded.last_message_id, line_count = excluded.line_count, updated_at = excluded.updated_at`);
  const dropFrom = db.query<null, [Params]>(
    `DELETE FROM conversation_summaries WHERE ${HERE} AND last_message_id >= $messageId`,
  );
  const dropOfOthers = db.query<null, [Params]>(
    `DELETE FROM conversation_summaries WHERE ${HERE} AND user_id IS NOT $userId`,
  );

  const findOf = ({ connection, conversation }: Place, userId: string | null) =>
    find.get({ connection, conversation, userId });

  return {
    find: findOf,
    /** False: nothing was kept, what it was made from is not there any more. */
    save(place: Place, { userId, text, messageIds, continues }: NewSummary, now: number): boolean {
      const { connection, conversation } = place;
      const count = lines.get({ connection, conversation, messageIds: JSON.stringify(messageIds) })?.count;
      const before = findOf(place, userId);
      const isSame = before?.lastMessageId === continues?.lastMessageId && before?.text === continues?.text;
      if (count !== messageIds.length || !isSame) return false;
      const lastMessageId = messageIds.at(-1) ?? 0;
      const lineCount = (continues?.lineCount ?? 0) + messageIds.length;
      save.run({ connection, conversation, userId, text, lastMessageId, lineCount, now });
      return true;
    },
    /** A message is gone: a summary that reaches as far may tell of it. */
    dropFrom: (connection: number, conversation: number, messageId: number) =>
      void dropFrom.run({ connection, conversation, messageId }),
    /** The conversation is held with this user now: what was said with another is not for them. */
    dropOfOthers: (connection: number, conversation: number, userId: string | null) =>
      void dropOfOthers.run({ connection, conversation, userId }),
  };
}
