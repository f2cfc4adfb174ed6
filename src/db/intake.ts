// One arrival into the rows: called many times in one transaction, so each function leaves the rows consistent.
import { TYPING_HOLD_MS, dueAt, type WindowRules } from "../buffer/window.ts";
import type { Arrival } from "../chatwoot/arrival.ts";
import { withTranscripts } from "../chatwoot/attachments.ts";
import { type ConversationRow, conversationState } from "./conversations.ts";
import { type BufferRow, windowState } from "./buffers.ts";
import { type Incoming, noteSender } from "./intake-sender.ts";
import { waitFor } from "./intake-wait.ts";
import { messagePlace } from "../storage/names.ts";
import type { Armed, Intake, IntakeRules, Receipt } from "./store.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import type { Tables } from "./tables.ts";
import type { TurnRow } from "./turns.ts";
import { keepQuiet, pauseConversation, resumeConversation } from "./quiet.ts";
import { cancelBuffer, mustGetBuffer } from "./work.ts";

/** Where messages are not buffered, nothing is waited for and nothing learned. */
const AT_ONCE = { silenceMs: 0, isAdaptive: false, urgencyMin: null };

type Of<Kind extends Arrival["kind"]> = Extract<Arrival, { kind: Kind }>;

/** Keeps one arrival and says what became of it. Throws what SQLite throws. */
export function receiveOne(tables: Tables, intake: Intake, rules: IntakeRules, now: number): Receipt {
  const { arrival, connectionKey } = intake;
  switch (arrival.kind) {
    case "message":
      return receiveMessage(tables, intake, arrival, rules, now);
    case "edit":
      return refusalOfUnknown(tables, intake, rules) ?? receiveEdit(tables, connectionKey, arrival, now);
    case "deletion":
      return refusalOfUnknown(tables, intake, rules) ?? receiveDeletion(tables, connectionKey, arrival, now);
    case "human_reply":
      return receiveHumanReply(tables, connectionKey, arrival, rules, now);
    case "command":
      return receiveCommand(tables, connectionKey, arrival, now);
    case "own_reply":
      return receiveOwnReply(tables, connectionKey, arrival, now);
    case "state":
      return receiveState(tables, connectionKey, arrival, rules, now);
    case "typing":
      return receiveTyping(tables, connectionKey, arrival, rules, now);
  }
}

/** What is not taken is not known when it changes: nothing is kept of it then either. */
function refusalOfUnknown(
  tables: Tables,
  { connectionKey, arrival }: Intake,
  rules: IntakeRules,
): Receipt | null {
  if (!("messageId" in arrival) || tables.messages.exists(connectionKey, arrival.messageId)) return null;
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
  { connectionKey: connection, isImmediate, isSigned }: Intake,
  arrival: Of<"message">,
  rules: IntakeRules,
  now: number,
): Receipt {
  if (tables.messages.exists(connection, arrival.messageId)) return { action: "duplicate" };
  const refusal = refusalOf(tables, connection, arrival, rules);
  if (refusal !== null) return skipped(refusal, { silence: refusal });
  const conversation = noteNews(tables, connection, arrival, true, now);
  const message = noteSender(tables, connection, arrival, isSigned, now);
  if (message.verificationCode !== null && isEmpty(message))
    return leaveCode(tables, connection, message, now);
  const window = rules.windowOf(connection, conversation.inbox_id);
  const limits = isImmediate ? { ...window, ...AT_ONCE } : window;
  if (conversation.active_buffer_id !== null) {
    const buffer = mustGetBuffer(tables, conversation.active_buffer_id);
    return extendBuffer(tables, conversation, buffer, message, limits, now);
  }
  const waiting = tables.turns.waiting(connection, message.facts.conversationId);
  if (waiting !== null && isOlder(tables, message, waiting))
    return joinTurn(tables, connection, message, waiting, now);
  return openBuffer(tables, conversation, message, limits, now);
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
  const opened = { firstAt: now, lastAt: now, messageCount: 1, heldUntil: null };
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
  removeFromArchive(tables, connection, conversationId, arrival.messageId, now);
  tables.summaries.dropFrom(connection, conversationId, arrival.messageId);
  const message = tables.messages.find(connection, arrival.messageId);
  if (message === null) {
    tables.messages.bury(connection, conversationId, arrival.messageId, now);
    return skipped("deleted");
  }
  tables.messages.remove(message.id, now);
  tables.history.remove(connection, conversationId, arrival.messageId);
  tables.audios.remove(connection, arrival.messageId);
  if (message.buffer_id === null || message.buffer_status !== "active") return skipped("deleted");
  if (tables.messages.remaining(message.buffer_id).count > 0) return skipped("deleted");
  return skipped("deleted", dropped(tables, message.buffer_id, "deleted", now));
}

/** What was stored of a message goes with it; so does what still waits to be stored. */
function removeFromArchive(
  { conversations, spool, bucketTasks, newId }: Tables,
  connection: number,
  conversation: number,
  messageId: number,
  now: number,
): void {
  const archive = conversations.archiveOf(connection, conversation);
  if (archive === null || archive.bucketName === null) return;
  const place = messagePlace(archive.placeId, messageId);
  spool.removeUnder(archive.bucketName, place);
  bucketTasks.addRemoval(newId(now), archive.bucketName, place, now);
}

function receiveHumanReply(
  tables: Tables,
  connection: number,
  arrival: Of<"human_reply">,
  rules: IntakeRules,
  now: number,
): Receipt {
  const { conversationId } = arrival.facts;
  const conversation = noteNews(tables, connection, arrival, false, now);
  const isNews = tables.history.add({
    connectionKey: connection,
    conversationId,
    content: arrival.content ?? "",
    sender: "human",
    bufferKey: null,
    messageId: arrival.messageId,
    replyId: null,
    now,
  });
  // A farewell in a resolved conversation: nothing is left to pause, and no later event would lift it.
  if (!isNews || conversation.status === "resolved") return skipped("human_reply");
  const until = rules.pauseMs === null ? null : now + rules.pauseMs;
  const pause = { by: "human", byName: arrival.writerName, until } as const;
  keepQuiet(tables, { connection, conversation: conversationId }, pause, now);
  if (conversation.active_buffer_id === null) return skipped("human_reply");
  return skipped("human_reply", dropped(tables, conversation.active_buffer_id, "human_active", now));
}

/** Told to colleagues as any note is: the customer sees nothing of it. */
function receiveCommand(tables: Tables, connection: number, arrival: Of<"command">, now: number): Receipt {
  const { command, facts, writerName } = arrival;
  const conversation = noteNews(tables, connection, arrival, false, now);
  const place = { connection, conversation: facts.conversationId };
  if (command.isOn) {
    resumeConversation(tables, place, "command", now);
    return skipped("private_note");
  }
  const until = command.forMs === null ? null : now + command.forMs;
  pauseConversation(tables, place, { by: "command", byName: writerName, until }, now);
  if (conversation.active_buffer_id === null) return skipped("private_note");
  return skipped("private_note", dropped(tables, conversation.active_buffer_id, "paused", now));
}

function receiveOwnReply(tables: Tables, connection: number, arrival: Of<"own_reply">, now: number): Receipt {
  noteNews(tables, connection, arrival, false, now);
  const isProof = tables.deliveries.prove(connection, arrival.replyId, arrival.messageId, now);
  return skipped("own_reply", { provenReplyId: isProof ? arrival.replyId : null });
}

function receiveState(
  tables: Tables,
  connection: number,
  arrival: Of<"state">,
  rules: IntakeRules,
  now: number,
): Receipt {
  const noted = noteNews(tables, connection, arrival, false, now);
  // Only the newest news counts, so it is the row that says "resolved", not this event.
  const isResolved = noted.status === "resolved";
  const place = { connection, conversation: arrival.facts.conversationId };
  if (isResolved) resumeConversation(tables, place, "status", now);
  const conversation = isResolved ? { ...noted, paused_at: null } : noted;
  const reason = rules.gate(conversationState(conversation));
  if (reason === null || conversation.active_buffer_id === null) return skipped("status_handled");
  return skipped("status_handled", dropped(tables, conversation.active_buffer_id, reason, now));
}

function receiveTyping(
  tables: Tables,
  connection: number,
  arrival: Of<"typing">,
  rules: IntakeRules,
  now: number,
): Receipt {
  const conversation = noteNews(tables, connection, arrival, false, now);
  if (conversation.active_buffer_id === null) return skipped("status_handled");
  const buffer = mustGetBuffer(tables, conversation.active_buffer_id);
  const window = { ...windowState(buffer), heldUntil: arrival.isOn ? now + TYPING_HOLD_MS : null };
  const limits = rules.windowOf(connection, conversation.inbox_id);
  const due = dueAt(window, { ...limits, silenceMs: buffer.window_ms ?? limits.silenceMs }, now);
  tables.buffers.reschedule(buffer.id, window, due, now);
  return skipped("status_handled", { rearm: { bufferKey: buffer.id, dueAt: due } });
}

function noteNews(tables: Tables, connectionKey: number, arrival: Arrival, isMessage: boolean, now: number) {
  return tables.conversations.note({
    publicId: tables.newId(now),
    connectionKey,
    facts: arrival.facts,
    isMessage,
    now,
  });
}

interface SkipEffects {
  rearm?: Armed;
  cancelledBufferId?: string;
  silence?: SilenceReason;
  provenReplyId?: string | null;
}

/** What waits is dropped, and nobody answers it. */
function dropped(tables: Tables, bufferKey: number, silence: SilenceReason, now: number): SkipEffects {
  return { cancelledBufferId: cancelBuffer(tables, bufferKey, silence, now), silence };
}

function skipped(
  reason: Extract<Receipt, { action: "skipped" }>["reason"],
  effects: SkipEffects = {},
): Receipt {
  return {
    action: "skipped",
    reason,
    rearm: effects.rearm ?? null,
    cancelledBufferId: effects.cancelledBufferId ?? null,
    silence: effects.silence ?? null,
    provenReplyId: effects.provenReplyId ?? null,
  };
}
