// The moves of work that touch several tables at once: drop, close, merge, end, settle. Always inside a transaction.
import type { WindowLimits } from "../buffer/window.ts";
import type { CancelReason } from "../turn/outcome.ts";
import type { BufferRow } from "./buffers.ts";
import { type ConversationRow, windowPlace } from "./conversations.ts";
import type { DeliveryRow } from "./deliveries.ts";
import type { ClosedBuffer } from "./store-buffers.ts";
import type { Armed } from "./store-intake.ts";
import type { EndRules } from "./store-turns.ts";
import type { Errand } from "./store-errands.ts";
import type { Tables } from "./tables.ts";
import { handOffAsPlanned } from "./takeover.ts";
import type { TurnError, TurnRow } from "./turns.ts";

/** Drops an open buffer; its messages keep the reason. Gives the buffer's public id. */
export function cancelBuffer(tables: Tables, bufferKey: number, reason: CancelReason, now: number): string {
  const buffer = mustGetBuffer(tables, bufferKey);
  tables.messages.settle(bufferKey, "cancelled", reason, null);
  tables.history.keepBuffer(bufferKey);
  tables.buffers.cancel(bufferKey, reason, now);
  tables.conversations.refresh(buffer.connection_id, buffer.conversation_id);
  tables.events.add("buffer.cancelled", buffer, buffer.public_id, { reason }, now);
  return buffer.public_id;
}

/** Closes an open buffer and makes its job due; a turn of the conversation that still waits joins it. */
export function closeBuffer(tables: Tables, buffer: BufferRow, now: number): ClosedBuffer {
  const { connection_id: connection, conversation_id: conversation } = buffer;
  const waiting = tables.turns.waiting(connection, conversation);
  if (waiting !== null) supersede(tables, waiting, buffer.id, 0, now);
  tables.buffers.close(buffer.id, now);
  tables.history.keepBuffer(buffer.id);
  const jobId = tables.newId(now);
  const errorAttempts = waiting?.error_attempts ?? 0;
  // A waiting turn's own patience (a provider's "retry after") holds for the merged one as well.
  const scheduledFor = Math.max(now, waiting?.error_attempts ? waiting.scheduled_for : now);
  tables.turns.add({
    publicId: jobId,
    connection,
    conversation,
    buffer: buffer.id,
    scheduledFor,
    errorAttempts,
    crashAttempts: waiting?.crash_attempts ?? 0,
    now,
  });
  tables.conversations.refresh(connection, conversation);
  const detail = { messageCount: buffer.message_count, waitedMs: now - buffer.buffer_start_time };
  tables.events.add("buffer.closed", buffer, buffer.public_id, detail, now);
  return {
    bufferKey: buffer.id,
    bufferId: buffer.public_id,
    connectionKey: connection,
    conversationId: conversation,
    jobId,
    supersededJobId: waiting?.public_id ?? null,
    dueAt: buffer.buffer_end_time,
    firstAt: buffer.buffer_start_time,
    messageCount: buffer.message_count,
  };
}

/** The messages of a turn go over to a later buffer, and the turn ends as superseded. `discards` counts a thrown-away answer. */
export function supersede(
  tables: Tables,
  turn: TurnRow,
  intoKey: number,
  discards: 0 | 1,
  now: number,
): void {
  const from = mustGetBuffer(tables, turn.buffer_id);
  tables.buffers.merge(turn.buffer_id, intoKey, now);
  tables.buffers.setDiscards(intoKey, from.discard_count + discards);
  if (turn.status !== "completed") tables.turns.finish(turn.id, "superseded", "superseded", null, now);
  else tables.turns.setOutcome(turn.id, "superseded", "superseded");
  tables.events.add("turn.superseded", from, turn.public_id, { discarded: discards === 1 }, now);
}

/** Whether a reply of this turn may still be thrown away for later messages, and where those are. */
export function mergeTarget(tables: Tables, turn: TurnRow, discardsMax: number) {
  if (mustGetBuffer(tables, turn.buffer_id).discard_count >= discardsMax) return null;
  return laterWork(tables, turn);
}

/** Where later, unanswered messages of the conversation wait: the job that waits, else the open buffer. */
export function laterWork(tables: Tables, turn: TurnRow): { bufferKey: number; isOpen: boolean } | null {
  const waiting = tables.turns.waiting(turn.connection_id, turn.conversation_id);
  if (waiting !== null && waiting.id !== turn.id) return { bufferKey: waiting.buffer_id, isOpen: false };
  const open = tables.buffers.openOf(turn.connection_id, turn.conversation_id);
  return open === null ? null : { bufferKey: open.id, isOpen: true };
}

/** Merges a turn into later work; an open buffer takes over its age, so that nobody waits beyond the cap. */
export function mergeInto(
  tables: Tables,
  turn: TurnRow,
  later: { bufferKey: number; isOpen: boolean },
  windowOf: EndRules["windowOf"],
  now: number,
): { intoBufferId: string; rearm: Armed | null } {
  const from = mustGetBuffer(tables, turn.buffer_id);
  const limits = windowOf(windowPlace(mustGetConversation(tables, turn)));
  supersede(tables, turn, later.bufferKey, 1, now);
  const into = mustGetBuffer(tables, later.bufferKey);
  const rearm = later.isOpen ? inheritAge(tables, into, from.buffer_start_time, limits, now) : null;
  tables.conversations.refresh(turn.connection_id, turn.conversation_id);
  return { intoBufferId: into.public_id, rearm };
}

/** A turn that did not end goes back to wait, or joins the one that waits already. */
export function waitAgain(
  tables: Tables,
  turn: TurnRow,
  scheduledFor: number,
  counts: { errorAttempts: number; crashAttempts: number },
  error: TurnError | null,
  now: number,
): void {
  const waiting = tables.turns.waiting(turn.connection_id, turn.conversation_id);
  if (waiting === null) {
    tables.turns.waitAgain(turn.id, scheduledFor, counts, error);
  } else {
    supersede(tables, turn, waiting.buffer_id, 0, now);
    tables.turns.postpone(waiting.id, scheduledFor, counts.errorAttempts, counts.crashAttempts);
  }
  tables.conversations.refresh(turn.connection_id, turn.conversation_id);
}

/** The attempts as they stand. */
export function countsOf(turn: TurnRow): { errorAttempts: number; crashAttempts: number } {
  return { errorAttempts: turn.error_attempts, crashAttempts: turn.crash_attempts };
}

/** A turn ends for good without a reply: its buffer and messages say so. */
export function endWithoutReply(
  tables: Tables,
  turn: TurnRow,
  end: { outcome: "silenced" | "failed"; reason: string; error: TurnError | null },
  now: number,
): void {
  tables.turns.finish(turn.id, end.outcome, end.reason, end.error, now);
  tables.buffers.finish(turn.buffer_id, end.outcome === "failed" ? "failed" : "completed", now);
  tables.messages.settle(turn.buffer_id, end.outcome, end.reason, null);
  tables.conversations.refresh(turn.connection_id, turn.conversation_id);
  tables.events.add(`turn.${end.outcome}`, turn, turn.public_id, { reason: end.reason }, now);
}

/** It is out: the messages of its turn are answered by it, it becomes history, and people take over if they are to. */
export function deliverySent(tables: Tables, delivery: DeliveryRow, messageId: number, now: number): void {
  const turn = delivery.job_id === null ? null : mustGetTurn(tables, delivery.job_id);
  if (turn !== null && delivery.part === 0) {
    if (delivery.state === "failed" || delivery.state === "cancelled") tables.messages.reopen(turn.buffer_id);
    tables.messages.settle(turn.buffer_id, "answered", null, delivery.public_id);
    if (turn.reason === "outside_hours")
      tables.conversations.toldAway(turn.connection_id, turn.conversation_id, now);
    tables.turns.setOutcome(turn.id, "answered", turn.reason === "outside_hours" ? turn.reason : null);
  }
  tables.history.add({
    connectionKey: delivery.connection_id,
    conversationId: delivery.conversation_id,
    content: delivery.text,
    sender: "bot",
    bufferKey: turn?.buffer_id ?? null,
    messageId,
    replyId: delivery.public_id,
    now,
  });
  tables.deliveries.beginPause(delivery, now);
  if (delivery.handoff !== null && turn !== null) handOffAsPlanned(tables, turn, now);
  tables.conversations.refresh(delivery.connection_id, delivery.conversation_id);
  tables.events.add("delivery.sent", delivery, delivery.public_id, { messageId, part: delivery.part }, now);
}

/**
 * A reply will not go out: its turn says why, and parts not yet begun go with it. Where nobody took over, whom it was to
 * announce is called all the same; else people are where `callPeople` says how.
 */
export function deliveryEnded(
  tables: Tables,
  delivery: DeliveryRow,
  end: { state: "failed" | "cancelled"; reason: string; callPeople?: CallPeople },
  now: number,
): void {
  tables.deliveries.end(delivery.id, end.state, end.reason, now);
  if (delivery.job_id !== null) {
    tables.deliveries.endRest(delivery.job_id, end.state, end.reason, now);
    tables.errands.drop(delivery.job_id);
    const turn = mustGetTurn(tables, delivery.job_id);
    if (delivery.part === 0) turnUnanswered(tables, turn, end);
    const isPlanned = end.state === "failed" || end.reason === "window_closed";
    const isCalled = isPlanned && handOffAsPlanned(tables, turn, now);
    if (!isCalled && end.callPeople !== undefined) callPeople(tables, turn, end.callPeople, now);
  }
  tables.conversations.refresh(delivery.connection_id, delivery.conversation_id);
  tables.events.add(`delivery.${end.state}`, delivery, delivery.public_id, { reason: end.reason }, now);
}

type CallPeople = (inboxId: number | null) => Errand;

function callPeople(tables: Tables, turn: TurnRow, errandOf: CallPeople, now: number): void {
  const { connection_id: connection, conversation_id: conversation } = turn;
  const inboxId = tables.conversations.find(connection, conversation)?.inbox_id ?? null;
  const place = { connection, conversation, job: turn.id };
  tables.errands.add(errandOf(inboxId), tables.newId(now), place, now);
}

function turnUnanswered(
  tables: Tables,
  turn: TurnRow,
  { state, reason }: { state: "failed" | "cancelled"; reason: string },
): void {
  const outcome = state === "failed" ? "failed" : "silenced";
  tables.messages.settle(turn.buffer_id, outcome, reason, null);
  tables.turns.setOutcome(turn.id, outcome, reason);
}

export function mustGetTurn(tables: Tables, jobKey: number): TurnRow {
  const turn = tables.turns.get(jobKey);
  if (turn === null) throw new Error("a row names a job that is not there");
  return turn;
}

function mustGetConversation(tables: Tables, { connection_id, conversation_id }: TurnRow): ConversationRow {
  const conversation = tables.conversations.find(connection_id, conversation_id);
  if (conversation === null) throw new Error(`there is no conversation ${conversation_id}`);
  return conversation;
}

export function mustGetBuffer(tables: Tables, bufferKey: number): BufferRow {
  const buffer = tables.buffers.get(bufferKey);
  if (buffer === null) throw new Error("a row names a buffer that is not there");
  return buffer;
}

function inheritAge(
  tables: Tables,
  into: BufferRow,
  firstAt: number,
  limits: WindowLimits,
  now: number,
): Armed {
  const oldest = Math.min(into.buffer_start_time, firstAt);
  const due = Math.min(into.buffer_end_time, oldest + limits.ageMaxMs);
  const window = { firstAt: oldest, heldUntil: into.held_until };
  tables.buffers.reschedule(into.id, window, due, now);
  return { bufferKey: into.id, dueAt: due };
}
