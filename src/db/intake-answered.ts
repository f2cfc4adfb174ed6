// Messages that somebody answered before lull heard of them: kept and told like all others, and answered by nobody again.
import { dropped, noteNews, type Of, skipped } from "./intake-receipt.ts";
import type { Incoming } from "./intake-sender.ts";
import type { Answered, Receipt } from "./store-intake.ts";
import type { Tables } from "./tables.ts";

/** A customer's message that a person, or a reply of lull's that its rows have lost, stands after in Chatwoot. */
export function keepAnswered(
  tables: Tables,
  connection: number,
  message: Incoming,
  answered: Answered,
  now: number,
): Receipt {
  const { conversationId: conversation } = message.facts;
  const buffer = keptBuffer(tables, connection, conversation, answered, now);
  tables.messages.add(connection, buffer, message, now);
  tables.buffers.join(buffer, now);
  settle(tables, buffer, answered);
  if (answered.by === "human") return skipped("human_reply", { silence: "human_active" });
  return skipped("own_reply");
}

/** What it answered and still waits here goes over to it, in whatever state its buffer or turn is: as if it were deleted there. */
export function receiveLostReply(
  tables: Tables,
  connection: number,
  arrival: Of<"lost_reply">,
  now: number,
): Receipt {
  const { messageId, replyId, answersTo, content } = arrival;
  const { conversationId: conversation } = arrival.facts;
  const { active_buffer_id: open } = noteNews(tables, connection, arrival, false, now);
  const said = { connectionKey: connection, conversationId: conversation, bufferKey: null, messageId };
  tables.history.add({ ...said, content, sender: "bot", replyId, now });
  const waiting = answersTo === null ? [] : tables.messages.unanswered(connection, conversation, answersTo);
  if (waiting.length === 0) return skipped("own_reply");
  const answered = { by: "reply", replyId } as const;
  const buffer = keptBuffer(tables, connection, conversation, answered, now);
  for (const { id, bufferKey } of waiting) {
    tables.messages.move(id, buffer);
    tables.buffers.moveOne(bufferKey, buffer, now);
  }
  settle(tables, buffer, answered);
  if (open === null || tables.messages.remaining(open).count > 0) return skipped("own_reply");
  return skipped("own_reply", dropped(tables, open, "superseded", now));
}

/** Of messages that nobody has to work on any more, as yet without any. */
function keptBuffer(
  tables: Tables,
  connection: number,
  conversation: number,
  { by }: Answered,
  now: number,
): number {
  const publicId = tables.newId(now);
  const reason = by === "human" ? "human_active" : null;
  const key = tables.buffers.keep({ publicId, connection, conversation, reason, now });
  const place = { connection_id: connection, conversation_id: conversation };
  tables.events.add("buffer.answered_before", place, publicId, { by }, now);
  return key;
}

function settle({ messages, history }: Tables, buffer: number, answered: Answered): void {
  if (answered.by === "human") messages.settle(buffer, "cancelled", "human_active", null);
  else messages.settle(buffer, "answered", null, answered.replyId);
  history.keepBuffer(buffer);
}
