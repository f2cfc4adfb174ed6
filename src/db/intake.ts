// One arrival into the rows: called many times in one transaction, so each function leaves the rows consistent.
import { dueAt, type WindowRules } from "../buffer/window.ts";
import type { Arrival } from "../chatwoot/arrival.ts";
import { withTranscripts } from "../chatwoot/attachments.ts";
import { type ConversationRow, windowPlace } from "./conversations.ts";
import { type BufferRow, windowState } from "./buffers.ts";
import { keepAnswered, receiveLostReply } from "./intake-answered.ts";
import {
  receiveCommand,
  receiveHumanReply,
  receiveOwnReply,
  receiveRating,
  receiveState,
  receiveTyping,
} from "./intake-people.ts";
import { dropped, noteNews, type Of, skipped } from "./intake-receipt.ts";
import { forward } from "./intake-sides.ts";
import { type Incoming, noteSender } from "./intake-sender.ts";
import { waitFor } from "./intake-wait.ts";
import type { Intake, IntakeRules, Receipt } from "./store-intake.ts";
import type { Tables } from "./tables.ts";
import type { TurnRow } from "./turns.ts";
import { unarchive } from "./unarchive.ts";
import { mustGetBuffer } from "./work.ts";

/** Where messages are not buffered, nothing is waited for and nothing learned. */
const AT_ONCE = { silenceMs: 0, isAdaptive: false, urgencyMin: null };

/** Keeps one arrival and says what became of it. Throws what SQLite throws. */
export function receiveOne(tables: Tables, intake: Intake, rules: IntakeRules, now: number): Receipt {
  const forwarded = rules.sides === null ? null : forward(tables, intake, rules.sides, now);
  if (forwarded === null) return receiveHere(tables, intake, rules, now);
  // However a conversation stands, lull knows it when it comes back; and what was deleted is deleted on both sides.
  const { kind } = intake.arrival;
  if (kind === "state" || kind === "deletion") receiveHere(tables, intake, rules, now);
  return forwarded;
}

function receiveHere(tables: Tables, intake: Intake, rules: IntakeRules, now: number): Receipt {
  const { arrival, connectionKey } = intake;
  switch (arrival.kind) {
    case "message":
      return receiveMessage(tables, intake, arrival, rules, now);
    case "edit":
      return (
        refusalOfUnknown(tables, connectionKey, arrival, rules) ??
        receiveEdit(tables, connectionKey, arrival, now)
      );
    case "deletion":
      return (
        refusalOfUnknown(tables, connectionKey, arrival, rules) ??
        receiveDeletion(tables, connectionKey, arrival, now)
      );
    case "human_reply":
      return receiveHumanReply(tables, connectionKey, arrival, rules, now);
    case "command":
      return receiveCommand(tables, connectionKey, arrival, now);
    case "own_reply":
      return receiveOwnReply(tables, connectionKey, arrival, now);
    case "rating":
      return receiveRating(tables, connectionKey, arrival, now);
    case "lost_reply":
      return receiveLostReply(tables, connectionKey, arrival, now);
    case "state":
      return receiveState(tables, connectionKey, arrival, rules, now);
    case "typing":
      return receiveTyping(tables, connectionKey, arrival, rules, now);
    case "left":
      return skipped(arrival.reason);
  }
}

/** What is not taken is not known when it changes: nothing is kept of it then either. */
function refusalOfUnknown(
  tables: Tables,
  connectionKey: number,
  arrival: Of<"edit"> | Of<"deletion">,
  rules: IntakeRules,
): Receipt | null {
  if (tables.messages.exists(connectionKey, arrival.messageId)) return null;
  const refusal = refusalOf(tables, connectionKey, arrival, rules);
  return refusal === null ? null : skipped(refusal);
}

/** A list of messages does not name their inbox; the conversation does. */
function refusalOf(tables: Tables, connection: number, { facts }: Arrival, rules: IntakeRules) {
  const known = facts.inboxId ?? tables.conversations.find(connection, facts.conversationId)?.inbox_id;
  return rules.refusal(connection, { ...facts, inboxId: known ?? null });
}

function receiveMessage(
  tables: Tables,
  { connectionKey: connection, isImmediate, isSigned, answered }: Intake,
  arrival: Of<"message">,
  rules: IntakeRules,
  now: number,
): Receipt {
  if (isKnown(tables, connection, arrival)) return { action: "duplicate" };
  const refusal = refusalOf(tables, connection, arrival, rules);
  if (refusal !== null) return skipped(refusal, { silence: refusal });
  const conversation = noteNews(tables, connection, arrival, true, now);
  const message = noteSender(tables, connection, arrival, isSigned, now);
  if (message.verificationCode !== null && isEmpty(message))
    return leaveCode(tables, connection, message, now);
  if (answered !== undefined) return keepAnswered(tables, connection, message, answered, now);
  const place = windowPlace(conversation);
  const window = rules.windowOf(place);
  const limits = isImmediate || !rules.isBuffering(place) ? { ...window, ...AT_ONCE } : window;
  if (conversation.active_buffer_id !== null) {
    const buffer = mustGetBuffer(tables, conversation.active_buffer_id);
    return extendBuffer(tables, conversation, buffer, message, limits, now);
  }
  const waiting = tables.turns.waiting(connection, message.facts.conversationId);
  if (waiting !== null && isOlder(tables, message, waiting))
    return joinTurn(tables, connection, message, waiting, now);
  return openBuffer(tables, conversation, message, limits, now);
}

/** What retention took away is known all the same. */
function isKnown({ messages, conversations }: Tables, connection: number, arrival: Of<"message">): boolean {
  const { facts, messageId } = arrival;
  return (
    messages.exists(connection, messageId) ||
    conversations.isForgotten(connection, facts.conversationId, messageId)
  );
}

function isEmpty({ content, attachments }: Incoming): boolean {
  return (content ?? "").trim() === "" && attachments.length === 0;
}

/** A message that was a code and nothing else: nobody answers it, and its second delivery is a duplicate. */
function leaveCode(tables: Tables, connection: number, { facts, messageId }: Incoming, now: number): Receipt {
  tables.messages.bury(connection, facts.conversationId, messageId, now);
  return skipped("empty");
}

function openBuffer(
  tables: Tables,
  row: ConversationRow,
  message: Incoming,
  rules: WindowRules,
  now: number,
): Receipt {
  const { connection_id: connection } = row;
  const { conversationId: conversation } = message.facts;
  const publicId = tables.newId(now);
  const wait = waitFor(tables, row, message, null, rules, now);
  const opened = { firstAt: now, lastAt: now, messageCount: 1, heldUntil: null, extendedUntil: null };
  const due = dueAt(opened, { ...rules, silenceMs: wait.silenceMs }, now);
  const key = tables.buffers.open({ publicId, connection, conversation, dueAt: due, wait, now });
  tables.conversations.open(connection, conversation, key);
  tables.messages.add(connection, key, message, now);
  return { action: "buffered", bufferKey: key, bufferId: publicId, dueAt: due, isNew: true };
}

function extendBuffer(
  tables: Tables,
  row: ConversationRow,
  buffer: BufferRow,
  message: Incoming,
  rules: WindowRules,
  now: number,
): Receipt {
  const messageCount = buffer.message_count + 1;
  const wait = waitFor(tables, row, message, buffer, rules, now);
  const due = dueAt(
    { ...windowState(buffer), lastAt: now, messageCount },
    { ...rules, silenceMs: wait.silenceMs },
    now,
  );
  tables.buffers.extend(buffer.id, due, wait, now);
  tables.messages.add(row.connection_id, buffer.id, message, now);
  return { action: "buffered", bufferKey: buffer.id, bufferId: buffer.public_id, dueAt: due, isNew: false };
}

/** Chatwoot promises no order: a message older than what a closed turn holds must not be answered after it. */
function isOlder(tables: Tables, message: Incoming, waiting: TurnRow): boolean {
  return message.messageId < (tables.messages.remaining(waiting.buffer_id).last ?? 0);
}

function joinTurn(
  tables: Tables,
  connection: number,
  message: Incoming,
  waiting: TurnRow,
  now: number,
): Receipt {
  const buffer = mustGetBuffer(tables, waiting.buffer_id);
  tables.buffers.join(buffer.id, now);
  tables.messages.add(connection, buffer.id, message, now);
  tables.history.keepBuffer(buffer.id);
  return {
    action: "buffered",
    bufferKey: buffer.id,
    bufferId: buffer.public_id,
    dueAt: waiting.scheduled_for,
    isNew: false,
  };
}

function receiveEdit(tables: Tables, connection: number, arrival: Of<"edit">, now: number): Receipt {
  noteNews(tables, connection, arrival, false, now);
  const message = tables.messages.find(connection, arrival.messageId);
  if (message?.buffer_id == null || message.deleted_at !== null) return skipped("not_buffered");
  if (message.buffer_status !== "active") {
    if (message.buffer_status === "processing") hearOfTranscripts(tables, connection, message.id, arrival);
    return skipped("not_buffered");
  }
  tables.messages.edit(message.id, arrival.content, arrival.attachments, now);
  const buffer = mustGetBuffer(tables, message.buffer_id);
  return {
    action: "buffered",
    bufferKey: buffer.id,
    bufferId: buffer.public_id,
    dueAt: buffer.buffer_end_time,
    isNew: false,
  };
}

/** Chatwoot's own transcripts come when they come: a turn that is being worked on may still need them. */
function hearOfTranscripts(
  { messages, audios, history }: Tables,
  connection: number,
  id: number,
  { facts, messageId, attachments }: Of<"edit">,
): void {
  if (attachments.every(({ transcript }) => transcript === null)) return;
  const kept = audios.attachmentsBeside({ connectionKey: connection, messageId }) ?? [];
  messages.setAttachments(id, withTranscripts(kept, attachments));
  history.retell(connection, facts.conversationId, messageId);
}

function receiveDeletion(tables: Tables, connection: number, arrival: Of<"deletion">, now: number): Receipt {
  const { conversationId } = arrival.facts;
  noteNews(tables, connection, arrival, false, now);
  unarchive(tables, connection, conversationId, arrival.messageId, now);
  tables.summaries.dropFrom(connection, conversationId, arrival.messageId);
  // The history outlives the message's own row.
  tables.history.remove(connection, conversationId, arrival.messageId);
  tables.audios.remove(connection, arrival.messageId);
  const message = tables.messages.find(connection, arrival.messageId);
  if (message === null) {
    tables.messages.bury(connection, conversationId, arrival.messageId, now);
    return skipped("deleted");
  }
  tables.messages.remove(message.id, now);
  if (message.buffer_id === null || message.buffer_status !== "active") return skipped("deleted");
  if (tables.messages.remaining(message.buffer_id).count > 0) return skipped("deleted");
  return skipped("deleted", dropped(tables, message.buffer_id, "deleted", now));
}
