// A user goes, with all rows of theirs. Their turns stay as figures, without a word of what was said in them.
import type { Database } from "bun:sqlite";
import type { IdentityChanges } from "./identity-changes.ts";

type Params = Record<string, string | number | null>;

/** A turn that is not over, or whose reply is not out yet, still needs its texts. */
const isOver = (buffer: string) => `${buffer}.status NOT IN ('active', 'processing') AND NOT EXISTS (
  SELECT 1 FROM buffer_processing_jobs AS j JOIN outbox AS o ON o.job_id = j.id
  WHERE j.buffer_id = ${buffer}.id AND o.state IN ('intent', 'sending', 'unknown'))`;

/** Gives the function that removes a user; false when there is none. */
export function userRemoval(db: Database, changes: IdentityChanges) {
  const finished = db.query<{ buffer: number }, [Params]>(`
    SELECT b.id AS buffer FROM message_buffer AS b LEFT JOIN message_buffer AS into_b ON into_b.id = b.merged_into
    WHERE b.user_id = $userId AND ${isOver("b")} AND (into_b.id IS NULL OR (${isOver("into_b")}))`);

  // Deleted, so that a turn which is tried again finds nothing to read instead of empty messages.
  const emptyMessages = db.query<null, [Params]>(`
    UPDATE buffered_messages SET content = NULL, attachments = '[]', extra = NULL, sender_info = '{}',
      conversation_info = '{}', phone_key = NULL, key_version = NULL, deleted_at = coalesce(deleted_at, $now)
    WHERE buffer_id = $buffer`);
  const emptyJob = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET answer_key = NULL, answer = NULL WHERE buffer_id = $buffer`);
  // A failed reply could be sent again, and would be empty.
  const emptyReplies = db.query<null, [Params]>(`
    UPDATE outbox SET text = '', reason = iif(state = 'failed', 'deleted', reason),
      state = iif(state = 'failed', 'cancelled', state)
    WHERE job_id IN (SELECT id FROM buffer_processing_jobs WHERE buffer_id = $buffer) AND settled_at IS NOT NULL`);

  const forget = [
    "DELETE FROM customer_conversations WHERE user_id = $userId",
    "DELETE FROM ai_usage WHERE user_id = $userId",
    "UPDATE message_buffer SET user_id = NULL WHERE user_id = $userId",
    "UPDATE conversations SET user_id = NULL WHERE user_id = $userId",
  ].map((sql) => db.query<null, [Params]>(sql));
  const remove = db.query<null, [Params]>("DELETE FROM users WHERE public_id = $userId");

  return (userId: string, now: number): boolean => {
    if (remove.run({ userId }).changes === 0) return false;
    for (const { buffer } of finished.all({ userId })) {
      emptyMessages.run({ buffer, now });
      emptyJob.run({ buffer });
      emptyReplies.run({ buffer });
    }
    for (const statement of forget) statement.run({ userId });
    changes.changed();
    return true;
  };
}
