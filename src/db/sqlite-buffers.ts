// The store's verbs for buffers, each one transaction.
import type { BufferStore, ClosedBuffer } from "./store-buffers.ts";
import type { Armed } from "./store-intake.ts";
import type { Transact } from "./transact.ts";
import type { Tables } from "./tables.ts";
import { cancelBuffer, closeBuffer } from "./work.ts";

export function bufferWork(tables: Tables, transact: Transact): BufferStore {
  const { buffers } = tables;
  return {
    openBuffers: (afterKey, limit) => transact(() => buffers.listOpen(afterKey, limit)),
    dueBufferKeys: (now, limit) => transact(() => buffers.due(now, limit)),
    closeDue: (keys, now) => transact(() => closeDue(tables, keys, now)),
    hastenBuffer: (bufferId, now) =>
      transact(() => {
        const buffer = buffers.getOpen(bufferId);
        if (buffer === null) return null;
        buffers.reschedule(buffer.id, { firstAt: buffer.buffer_start_time, heldUntil: null }, now, now);
        return { bufferKey: buffer.id, dueAt: now };
      }),
    extendBuffer: (bufferId, byMs, ageMaxOf, now) =>
      transact(() => {
        const buffer = buffers.getOpen(bufferId);
        if (buffer === null) return null;
        const { connection_id: connection, conversation_id: conversation } = buffer;
        const inboxId = tables.conversations.find(connection, conversation)?.inbox_id ?? null;
        const capAt = buffer.buffer_start_time + ageMaxOf(connection, inboxId);
        const wanted = Math.min(Math.max(buffer.buffer_end_time, now) + byMs, capAt);
        const dueAt = Math.max(buffer.buffer_end_time, wanted);
        buffers.prolong(buffer.id, dueAt, now);
        return { bufferKey: buffer.id, dueAt };
      }),
    cancelBuffer: (bufferId, reason, now) =>
      transact(() => {
        const buffer = buffers.getOpen(bufferId);
        if (buffer === null) return false;
        cancelBuffer(tables, buffer.id, reason, now);
        return true;
      }),
    shiftMoments: (deltaMs) =>
      transact(() => {
        buffers.shift(deltaMs);
        tables.conversations.shift(deltaMs);
        tables.turns.shift(deltaMs);
        tables.deliveries.shift(deltaMs);
        tables.credentials.shift(deltaMs);
        tables.mappings.shift(deltaMs);
        tables.buckets.shift(deltaMs);
        tables.bucketTasks.shift(deltaMs);
        tables.spool.shift(deltaMs);
        tables.errands.shift(deltaMs);
        tables.forwards.shift(deltaMs);
        tables.catchUp.shift(deltaMs);
      }),
  };
}

/** The timer was only a hint: the row says whether the deadline has passed. */
function closeDue(tables: Tables, keys: readonly number[], now: number) {
  const closed: ClosedBuffer[] = [];
  const waiting: Armed[] = [];
  for (const key of keys) {
    const buffer = tables.buffers.get(key);
    if (buffer === null || buffer.status !== "active") continue;
    if (buffer.buffer_end_time > now) waiting.push({ bufferKey: key, dueAt: buffer.buffer_end_time });
    else closed.push(closeBuffer(tables, buffer, now));
  }
  return { closed, waiting };
}
