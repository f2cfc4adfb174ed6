// Takes the words out of a buffer whose turn is over: what was written, heard, answered and noted. What is left are figures,
// and the names of its messages, so that none of them is taken for a new one.
import type { Database } from "bun:sqlite";

type Params = Record<string, string | number | null>;

/** A turn that is not over, or whose reply is not out yet, still needs its texts. */
export const isOver = (buffer: string) => `${buffer}.status NOT IN ('active', 'processing') AND NOT EXISTS (
  SELECT 1 FROM buffer_processing_jobs AS j JOIN outbox AS o ON o.job_id = j.id
  WHERE j.buffer_id = ${buffer}.id AND o.state IN ('intent', 'sending', 'unknown'))`;

export function bufferEmptying(db: Database): (buffer: number, now: number) => void {
  // Deleted, so that a turn which is tried again finds nothing to read instead of empty messages.
  const emptyMessages = db.query<null, [Params]>(`
    UPDATE buffered_messages SET content = NULL, attachments = '[]', extra = NULL, sender_info = '{}',
      conversation_info = '{}', phone_key = NULL, key_version = NULL, deleted_at = coalesce(deleted_at, $now)
    WHERE buffer_id = $buffer`);
  const emptyJob = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET answer_key = NULL, answer = NULL, intent = NULL, quality = NULL
    WHERE buffer_id = $buffer`);
  // A failed reply could be sent again, and would be empty.
  const emptyReplies = db.query<null, [Params]>(`
    UPDATE outbox SET text = '', handoff = NULL, reason = iif(state = 'failed', 'deleted', reason),
      state = iif(state = 'failed', 'cancelled', state)
    WHERE job_id IN (SELECT id FROM buffer_processing_jobs WHERE buffer_id = $buffer) AND settled_at IS NOT NULL`);
  const emptyHistory = db.query<null, [Params]>(`
    DELETE FROM customer_conversations WHERE id IN (
      SELECT h.id FROM buffered_messages AS m JOIN customer_conversations AS h ON h.connection_id = m.connection_id
        AND h.conversation_id = m.conversation_id AND h.chatwoot_message_id = m.chatwoot_message_id
      WHERE m.buffer_id = $buffer)`);
  // Of a conversation that is nobody's by now, too: it may tell of what they said.
  const emptySummary = db.query<null, [Params]>(`
    DELETE FROM conversation_summaries WHERE (connection_id, conversation_id) IN (
      SELECT connection_id, conversation_id FROM message_buffer WHERE id = $buffer)`);
  const emptyAudios = db.query<null, [Params]>(`
    DELETE FROM audio_files WHERE (connection_id, chatwoot_message_id) IN (
      SELECT connection_id, chatwoot_message_id FROM buffered_messages WHERE buffer_id = $buffer)`);
  // Notes tell what was said. A handoff that waits is still needed, without the words that it would bring.
  const emptyErrands = db.query<null, [Params]>(`
    DELETE FROM errands WHERE job_id IN (SELECT id FROM buffer_processing_jobs WHERE buffer_id = $buffer)
      AND (kind = 'note' OR state <> 'waiting')`);
  const emptyHandoffs = db.query<null, [Params]>(`
    UPDATE errands SET detail = json_set(detail, '$.note', '') WHERE kind = 'handoff'
      AND job_id IN (SELECT id FROM buffer_processing_jobs WHERE buffer_id = $buffer)`);
  const close = db.query<null, [Params]>("UPDATE message_buffer SET user_id = NULL WHERE id = $buffer");

  return (buffer, now) => {
    emptyHistory.run({ buffer });
    emptyAudios.run({ buffer });
    emptyErrands.run({ buffer });
    emptyHandoffs.run({ buffer });
    emptyMessages.run({ buffer, now });
    emptyJob.run({ buffer });
    emptySummary.run({ buffer });
    emptyReplies.run({ buffer });
    close.run({ buffer });
  };
}
