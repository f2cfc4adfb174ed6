// Buffers of an older system, with their messages and jobs. Those that were open lie still until all of them are there, and go
// on then: what the older system has answered, or may be answering, is never answered again.
import type { Database } from "bun:sqlite";
import type { ImportedHistory } from "./import-history.ts";
import type { OpenedBuffers } from "./store-import.ts";
import type { Tables } from "./tables.ts";

type Params = Record<string, string | number | null>;

interface ImportedBuffer {
  id: number;
  publicId: string;
  connection: number;
  conversation: number;
  status: string;
  reason: string | null;
  lastAt: number;
}

/** Why a buffer lies still: it waits for the rest of the import, or the older system was at work on it. */
const WAITING = "importing";
const BUSY = "importing_busy";
const ERROR = { code: "imported", text: "The older system had not answered it." };

export function importBuffers(db: Database, tables: Tables, history: ImportedHistory) {
  const sql = <Found>(text: string) => db.query<Found, [Params]>(text);
  const COLUMNS = `id, public_id AS publicId, connection_id AS connection, conversation_id AS conversation, status,
    cancel_reason AS reason, last_message_time AS lastAt`;
  const find = sql<ImportedBuffer>(`SELECT ${COLUMNS} FROM message_buffer WHERE public_id = $buffer`);
  const ensureConversation = sql<null>(`
    INSERT INTO conversations (public_id, connection_id, chatwoot_conversation_id, user_id, created_at, updated_at)
    VALUES ($id, $connection_id, $conversation_id, $user_id, $created_at, $now) ON CONFLICT DO NOTHING`);
  const add = sql<null>(`
    INSERT INTO message_buffer (public_id, connection_id, conversation_id, user_id, buffer_start_time, buffer_end_time,
      last_message_time, status, cancel_reason, message_count, processed_at, created_at, updated_at)
    VALUES ($public_id, $connection_id, $conversation_id, $user_id, $buffer_start_time, $buffer_end_time,
      $last_message_time, $status, $cancel_reason, $message_count, $processed_at, $created_at, $now)`);
  const addMessage = sql<null>(`
    INSERT INTO buffered_messages (connection_id, conversation_id, buffer_id, chatwoot_message_id, content, message_type,
      content_type, attachments, sender_info, phone_key, key_version, conversation_info, received_at, processed, outcome,
      reason, created_at)
    SELECT connection_id, conversation_id, id, $chatwoot_message_id, $content, $message_type, $content_type, $attachments,
      $sender_info, $phone_key, $key_version, $conversation_info, $received_at, $outcome IS NOT NULL, $outcome, $reason,
      $created_at
    FROM message_buffer WHERE id = $key`);
  const addJob = sql<null>(`
    INSERT INTO buffer_processing_jobs (public_id, connection_id, conversation_id, buffer_id, scheduled_for, status,
      attempts, outcome, error_code, error_message, quarantined_at, created_at, processed_at)
    SELECT $id, connection_id, conversation_id, id, $scheduledFor, $status, $attempts,
      iif($status = 'completed', 'answered', 'failed'), $errorCode, $errorMessage, $quarantinedAt, $createdAt, $processedAt
    FROM message_buffer WHERE id = $key`);
  const keepDeadline = sql<null>(`
    UPDATE message_buffer SET buffer_end_time = $scheduled_for, cancel_reason = '${WAITING}'
    WHERE public_id = $buffer AND status = 'cancelled' AND cancel_reason IN ('${WAITING}', '${BUSY}')`);
  const open = sql<null>(
    "UPDATE message_buffer SET status = 'active', cancel_reason = NULL, updated_at = $now WHERE id = $id",
  );
  const still = sql<ImportedBuffer>(`
    SELECT ${COLUMNS} FROM message_buffer AS b
    WHERE status = 'cancelled' AND cancel_reason IN ('${WAITING}', '${BUSY}')
      AND EXISTS (SELECT 1 FROM buffered_messages AS m WHERE m.buffer_id = b.id)
    ORDER BY id LIMIT $limit`);

  function endAs(buffer: ImportedBuffer, end: "completed" | "failed", now: number): void {
    tables.buffers.finish(buffer.id, end, now);
    tables.messages.settle(buffer.id, end === "completed" ? "answered" : "failed", null, null);
    history.keepBuffer(buffer.id);
  }

  /** What was not answered waits for an operator's word: it is never tried again by itself. */
  function giveUp(buffer: ImportedBuffer, now: number): void {
    endAs(buffer, "failed", now);
    const error = { errorCode: ERROR.code, errorMessage: ERROR.text, quarantinedAt: now, processedAt: now };
    const job = { id: tables.newId(now), key: buffer.id, scheduledFor: now, createdAt: now };
    addJob.run({ ...job, status: "failed", attempts: 0, ...error });
  }

  function openOne(
    buffer: ImportedBuffer,
    answerableSince: number,
    opened: OpenedBuffers,
    now: number,
  ): void {
    const { id, connection, conversation } = buffer;
    const present = tables.buffers.openOf(connection, conversation);
    if (buffer.reason === BUSY) {
      giveUp(buffer, now);
      opened.failedCount += 1;
    } else if (buffer.lastAt < answerableSince) {
      tables.messages.settle(id, "cancelled", "window_closed", null);
      history.keepBuffer(id);
      tables.buffers.cancel(id, "window_closed", now);
    } else if (present === null) {
      open.run({ id, now });
      opened.armed.push({ bufferKey: id, dueAt: tables.buffers.get(id)?.buffer_end_time ?? now });
    } else {
      tables.buffers.merge(id, present.id, now);
      opened.joinedCount += 1;
    }
    tables.conversations.refresh(connection, conversation);
  }

  return {
    addBuffer(values: Params, now: number): void {
      ensureConversation.run({ ...values, id: tables.newId(now), now });
      const { status = null, ...rest } = values;
      const reasons: Params = { active: WAITING, processing: BUSY, cancelled: "operator" };
      const reason = reasons[String(status)] ?? null;
      add.run({ ...rest, status: reason === null ? status : "cancelled", cancel_reason: reason, now });
    },
    addMessage(values: Params): void {
      const buffer = find.get(values);
      if (buffer === null) return;
      addMessage.run({ ...values, ...outcomeIn(buffer), key: buffer.id });
      if (buffer.status === "completed") history.keepBuffer(buffer.id);
    },
    addJob(values: Params, now: number): void {
      const buffer = find.get(values);
      if (buffer === null) return;
      if (values["status"] === "scheduled") return void keepDeadline.run(values);
      const isDone = values["status"] === "completed" || buffer.status === "completed";
      if (isStill(buffer)) endAs(buffer, isDone ? "completed" : "failed", now);
      addJob.run({
        key: buffer.id,
        id: values["public_id"] ?? null,
        scheduledFor: values["scheduled_for"] ?? null,
        attempts: values["attempts"] ?? null,
        createdAt: values["created_at"] ?? null,
        processedAt: values["processed_at"] ?? now,
        status: isDone ? "completed" : "failed",
        errorCode: isDone ? null : ERROR.code,
        errorMessage: isDone ? null : ERROR.text,
        quarantinedAt: isDone ? null : now,
      });
    },
    open(limit: number, answerableSince: number, now: number): OpenedBuffers {
      const buffers = still.all({ limit });
      const opened: OpenedBuffers = {
        armed: [],
        joinedCount: 0,
        failedCount: 0,
        isLast: buffers.length < limit,
      };
      for (const buffer of buffers) openOne(buffer, answerableSince, opened, now);
      return opened;
    },
  };
}

function isStill({ status, reason }: ImportedBuffer): boolean {
  return status === "cancelled" && (reason === WAITING || reason === BUSY);
}

/** What became of a message whose buffer is over by now; nothing where it still waits. */
function outcomeIn(buffer: ImportedBuffer): { outcome: string | null; reason: string | null } {
  const { status, reason } = buffer;
  if (status === "completed") return { outcome: "answered", reason: null };
  if (status === "failed") return { outcome: "failed", reason: null };
  return status === "cancelled" && !isStill(buffer)
    ? { outcome: "cancelled", reason }
    : { outcome: null, reason: null };
}
