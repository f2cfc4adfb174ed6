// What a webhook brings of our own side of the conversation: lull's reply, a person's word, or a reason to leave it.
// Who wrote it is writer.ts' business.
import { takeCode } from "../identity/verification.ts";
import type { ReadEvent } from "./arrival.ts";
import type { MessageBody } from "./event-schema.ts";
import { messageFacts } from "./facts.ts";
import { cleanText } from "./stored-text.ts";
import { markerOf, writerOf } from "./writer.ts";

/**
 * Reads a message that is not the customer's. An update (`isNew` false) is a delivery receipt or an edit: it proves
 * a reply of lull's again, and is never a new word from a person.
 */
export function readOutgoing(message: MessageBody, isNew: boolean): ReadEvent["outcome"] {
  // A note is for colleagues: it neither pauses the bot nor proves that a customer got a reply.
  if (message.private === true) return { skip: "private_note" };
  if (message.message_type === "template") return { skip: "template" };
  const replyId = markerOf(message.content_attributes);
  if (replyId !== null) {
    return { arrival: { kind: "own_reply", facts: messageFacts(message), messageId: message.id, replyId } };
  }
  if (!isNew) return { skip: "outgoing_message" };
  const writer = writerOf(message);
  if (writer !== "person") return { skip: writer === "automation" ? "automation" : "outgoing_message" };
  const text = cleanText(message.content);
  // A colleague may quote a customer's code: it is no word for the history either.
  const content = text === null ? null : takeCode(text).text;
  return { arrival: { kind: "human_reply", facts: messageFacts(message), messageId: message.id, content } };
}
