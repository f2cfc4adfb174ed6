// Buffers: the rows of messages that wait for silence.
import type { Database } from "bun:sqlite";
import type { Wait } from "../buffer/wait.ts";
import type { WindowState } from "../buffer/window.ts";
import type { Armed } from "./store-intake.ts";

export interface BufferRow {
  id: number;
  public_id: string;
  connection_id: number;
  conversation_id: number;
  buffer_start_time: number;
  buffer_end_time: number;
  last_message_time: number;
  held_until: number | null;
  extended_until: number | null;
  user_id: string | null;
  status: "active" | "processing" | "completed" | "cancelled" | "failed";
  message_count: number;
  discard_count: number;
  window_ms: number | null;
  window_reason: string | null;
  urgency: number | null;
}

export interface NewBuffer {
  publicId: string;
  connection: number;
  conversation: number;
  dueAt: number;
  wait: Wait;
  now: number;
}

const COLUMNS = `id, public_id, connection_id, conversation_id, buffer_start_time, buffer_end_time, last_message_time,
  held_until, extended_until, user_id, status, message_count, discard_count, window_ms, window_reason, urgency`;

export function bufferTable(db: Database) {
  const get = db.query<BufferRow, [{ key: number }]>(`SELECT ${COLUMNS} FROM message_buffer WHERE id = $key`);

  const getOpen = db.query<BufferRow, [{ publicId: string }]>(`
    SELECT ${COLUMNS} FROM message_buffer WHERE public_id = $publicId AND status = 'active'`);

  const byPublicId = db.query<BufferRow, [{ publicId: string }]>(`
    SELECT ${COLUMNS} FROM message_buffer WHERE public_id = $publicId`);

  const openOf = db.query<BufferRow, [{ connection: number; conversation: number }]>(`
    SELECT ${COLUMNS} FROM message_buffer
    WHERE connection_id = $connection AND conversation_id = $conversation AND status = 'active'`);

  const open = db.query<{ id: number }, [Record<string, string | number | null>]>(`
    INSERT INTO message_buffer (public_id, connection_id, conversation_id, buffer_start_time, buffer_end_time,
      last_message_time, message_count, window_ms, window_reason, urgency, created_at, updated_at)
    VALUES ($publicId, $connection, $conversation, $now, $dueAt, $now, 1, $silenceMs, $reason, $urgency, $now, $now)
    RETURNING id`);

  const keep = db.query<{ id: number }, [Record<string, string | number | null>]>(`
    INSERT INTO message_buffer (public_id, connection_id, conversation_id, buffer_start_time, buffer_end_time,
      last_message_time, message_count, status, cancel_reason, processed_at, created_at, updated_at)
    VALUES ($publicId, $connection, $conversation, $now, $now, $now, 0, iif($reason IS NULL, 'completed', 'cancelled'),
      $reason, $now, $now, $now)
    RETURNING id`);

  const leave = db.query<null, [{ key: number; into: number; now: number }]>(`
    UPDATE message_buffer SET message_count = message_count + iif(id = $into, 1, -1), updated_at = $now
    WHERE id IN ($key, $into)`);

  const extend = db.query<null, [Record<string, string | number | null>]>(`
    UPDATE message_buffer SET buffer_end_time = $dueAt, last_message_time = $now, message_count = message_count + 1,
      window_ms = $silenceMs, window_reason = $reason, urgency = $urgency, updated_at = $now WHERE id = $key`);

  // Of the conversation's last buffer: its last message, and when its answer went out. One that is still to come or under
  // way counts as of now; null: there is none and none is coming.
  const lastThought = db.query<
    { lastAt: number; answeredAt: number | null },
    [{ connection: number; conversation: number; now: number }]
  >(`
    SELECT b.last_message_time AS lastAt, iif(b.status = 'processing', $now, (SELECT iif(o.state = 'sent', o.settled_at, $now)
      FROM buffer_processing_jobs AS j JOIN outbox AS o ON o.job_id = j.id
      WHERE j.buffer_id = b.id AND o.part = 0 AND o.state NOT IN ('failed', 'cancelled'))) AS answeredAt
    FROM message_buffer AS b WHERE b.connection_id = $connection AND b.conversation_id = $conversation
    ORDER BY b.id DESC LIMIT 1`);

  const join = db.query<null, [{ key: number; now: number }]>(`
    UPDATE message_buffer SET message_count = message_count + 1, updated_at = $now WHERE id = $key`);

  const reschedule = db.query<
    null,
    [{ key: number; dueAt: number; firstAt: number; heldUntil: number | null; now: number }]
  >(`
    UPDATE message_buffer SET buffer_end_time = $dueAt, buffer_start_time = $firstAt, held_until = $heldUntil,
      updated_at = $now WHERE id = $key`);

  const prolong = db.query<null, [{ key: number; dueAt: number; now: number }]>(`
    UPDATE message_buffer SET buffer_end_time = $dueAt, extended_until = $dueAt, updated_at = $now WHERE id = $key`);

  const setStatus = db.query<
    null,
    [{ key: number; status: string; reason: string | null; processedAt: number | null; now: number }]
  >(`
    UPDATE message_buffer SET status = $status, cancel_reason = $reason, processed_at = $processedAt, updated_at = $now
    WHERE id = $key`);

  const merge = db.query<null, [{ from: number; into: number; now: number }]>(`
    UPDATE message_buffer SET status = 'cancelled', cancel_reason = 'superseded', merged_into = $into, processed_at = $now,
      updated_at = $now WHERE id = $from OR merged_into = $from`);

  const setDiscards = db.query<null, [{ key: number; discards: number }]>(`
    UPDATE message_buffer SET discard_count = max(discard_count, $discards) WHERE id = $key`);

  const listOpen = db.query<Armed, [{ after: number; limit: number }]>(`
    SELECT id AS bufferKey, buffer_end_time AS dueAt FROM message_buffer
    WHERE status = 'active' AND id > $after ORDER BY id LIMIT $limit`);

  const due = db.query<{ id: number }, [{ now: number; limit: number }]>(`
    SELECT id FROM message_buffer WHERE status = 'active' AND buffer_end_time <= $now
    ORDER BY buffer_end_time LIMIT $limit`);

  const shift = db.query<null, [{ delta: number }]>(`
    UPDATE message_buffer SET buffer_start_time = buffer_start_time + $delta, buffer_end_time = buffer_end_time + $delta,
      last_message_time = last_message_time + $delta, held_until = held_until + $delta,
      extended_until = extended_until + $delta WHERE status = 'active'`);

  return {
    get: (key: number) => get.get({ key }),
    getOpen: (publicId: string) => getOpen.get({ publicId }),
    byPublicId: (publicId: string) => byPublicId.get({ publicId }),
    openOf: (connection: number, conversation: number) => openOf.get({ connection, conversation }),
    open({ wait, ...buffer }: NewBuffer): number {
      const row = open.get({ ...buffer, ...wait });
      if (row === null) throw new Error("a new buffer returned no row");
      return row.id;
    },
    /** One that nobody has to work on any more, as yet without messages; cancelled where there is a reason. */
    keep(buffer: Omit<NewBuffer, "dueAt" | "wait"> & { reason: string | null }): number {
      const row = keep.get({ ...buffer });
      if (row === null) throw new Error("a kept buffer returned no row");
      return row.id;
    },
    /** One message goes over from an own buffer into another. */
    moveOne: (key: number, into: number, now: number) => void leave.run({ key, into, now }),
    /** One more message: the deadline moves. */
    extend: (key: number, dueAt: number, wait: Wait, now: number) =>
      void extend.run({ key, dueAt, ...wait, now }),
    lastThought: (connection: number, conversation: number, now: number) =>
      lastThought.get({ connection, conversation, now }),
    /** One more message for a buffer that is closed already: nothing but its count changes. */
    join: (key: number, now: number) => void join.run({ key, now }),
    reschedule: (
      key: number,
      window: Pick<WindowState, "firstAt" | "heldUntil">,
      dueAt: number,
      now: number,
    ) => void reschedule.run({ key, dueAt, firstAt: window.firstAt, heldUntil: window.heldUntil, now }),
    /** By an operator: neither a further message nor the end of typing brings it forward. */
    prolong: (key: number, dueAt: number, now: number) => void prolong.run({ key, dueAt, now }),
    close: (key: number, now: number) =>
      void setStatus.run({ key, status: "processing", reason: null, processedAt: null, now }),
    cancel: (key: number, reason: string, now: number) =>
      void setStatus.run({ key, status: "cancelled", reason, processedAt: now, now }),
    finish: (key: number, status: "completed" | "failed", now: number) =>
      void setStatus.run({ key, status, reason: null, processedAt: now, now }),
    /** The messages of `from` (and of what was merged into it) are answered by `into` from now on. */
    merge: (from: number, into: number, now: number) => void merge.run({ from, into, now }),
    setDiscards: (key: number, discards: number) => void setDiscards.run({ key, discards }),
    listOpen: (after: number, limit: number) => listOpen.all({ after, limit }),
    due: (now: number, limit: number) => due.all({ now, limit }).map((row) => row.id),
    shift: (delta: number) => void shift.run({ delta }),
  };
}

/** The row in the window rule's words. */
export function windowState(row: BufferRow): WindowState {
  return {
    firstAt: row.buffer_start_time,
    lastAt: row.last_message_time,
    messageCount: row.message_count,
    heldUntil: row.held_until,
    extendedUntil: row.extended_until,
  };
}
