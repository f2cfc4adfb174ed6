// What happens in a conversation beside the customer's messages: people's replies and commands, its status, somebody who
// types, lull's own replies coming back. Each into the rows, as intake.ts does with messages.
import { TYPING_HOLD_MS, dueAt } from "../buffer/window.ts";
import { windowState } from "./buffers.ts";
import { conversationState, windowPlace } from "./conversations.ts";
import { dropped, noteNews, type Of, skipped } from "./intake-receipt.ts";
import { keepQuiet, pauseConversation, resumeConversation } from "./quiet.ts";
import type { IntakeRules, Receipt } from "./store-intake.ts";
import type { Tables } from "./tables.ts";
import { mustGetBuffer } from "./work.ts";

export function receiveHumanReply(
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
  const until = rules.pauseMs === null ? null : Math.min(arrival.writtenAt ?? now, now) + rules.pauseMs;
  const isOver = until !== null && until <= now;
  const pause = { by: "human", byName: arrival.writerName, until } as const;
  if (!isOver) keepQuiet(tables, { connection, conversation: conversationId }, pause, now);
  const { active_buffer_id: open } = conversation;
  if (open === null || (isOver && isWrittenOn(tables, open, arrival))) return skipped("human_reply");
  return skipped("human_reply", dropped(tables, open, "human_active", now));
}

/** The customer wrote after the person did. */
function isWrittenOn({ messages }: Tables, bufferKey: number, { messageId }: Of<"human_reply">): boolean {
  return (messages.remaining(bufferKey).last ?? 0) > messageId;
}

/** Told to colleagues as any note is: the customer sees nothing of it. */
export function receiveCommand(
  tables: Tables,
  connection: number,
  arrival: Of<"command">,
  now: number,
): Receipt {
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

export function receiveOwnReply(
  tables: Tables,
  connection: number,
  arrival: Of<"own_reply">,
  now: number,
): Receipt {
  noteNews(tables, connection, arrival, false, now);
  const isProof = tables.deliveries.prove(connection, arrival.replyId, arrival.messageId, now);
  return skipped("own_reply", { provenReplyId: isProof ? arrival.replyId : null });
}

export function receiveRating(
  tables: Tables,
  connection: number,
  arrival: Of<"rating">,
  now: number,
): Receipt {
  const { facts, messageId, rating } = arrival;
  noteNews(tables, connection, arrival, false, now);
  tables.outcomes.rate({ connection, conversation: facts.conversationId }, messageId, rating, now);
  return skipped("status_handled");
}

export function receiveState(
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

export function receiveTyping(
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
  const limits = rules.windowOf(windowPlace(conversation));
  const due = dueAt(window, { ...limits, silenceMs: buffer.window_ms ?? limits.silenceMs }, now);
  tables.buffers.reschedule(buffer.id, window, due, now);
  return skipped("status_handled", { rearm: { bufferKey: buffer.id, dueAt: due } });
}
