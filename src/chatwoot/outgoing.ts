// What a webhook brings of our own side of the conversation: lull's reply, a person's word, or a reason to leave it.
// Who wrote it is writer.ts' business.
import { takeCode } from "../identity/verification.ts";
import type { ReadEvent } from "./arrival.ts";
import { readCommand } from "./command.ts";
import type { MessageBody } from "./event-schema.ts";
import { messageFacts } from "./facts.ts";
import { cleanText, clippedText } from "./stored-text.ts";
import { markerOf, writerOf } from "./writer.ts";

/** Chatwoot's own limit for names, in UTF-16 units. */
const NAME_LENGTH_MAX = 255;
const RATINGS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);

/**
 * Reads a message that is not the customer's. An update (`isNew` false) is a delivery receipt or an edit: it proves
 * a reply of lull's again, and is never a new word from a person.
 */
export function readOutgoing(message: MessageBody, isNew: boolean): ReadEvent["outcome"] {
  if (message.private === true) return readNote(message, isNew);
  const rating = ratingOf(message);
  if (rating !== null)
    return { arrival: { kind: "rating", facts: messageFacts(message), messageId: message.id, rating } };
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
  const writerName = personName(message);
  return {
    arrival: {
      kind: "human_reply",
      facts: messageFacts(message),
      messageId: message.id,
      content,
      writerName,
      writtenAt: null,
    },
  };
}

/**
 * A survey that the customer answered comes as an update of Chatwoot's own question. What they wrote beside the figure is
 * not read.
 */
function ratingOf({ content_type: contentType, content_attributes: attributes }: MessageBody): number | null {
  if (contentType !== "input_csat") return null;
  const answer = fieldOf(fieldOf(attributes?.submitted_values, "csat_survey_response"), "rating");
  const rating = typeof answer === "string" && /^[1-5]$/.test(answer) ? Number(answer) : answer;
  return typeof rating === "number" && RATINGS.has(rating) ? rating : null;
}

function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? new Map(Object.entries(holder)).get(name) : null;
}

/** A note is for colleagues: it proves nothing and pauses nothing, unless it is a colleague's word to lull. */
function readNote(message: MessageBody, isNew: boolean): ReadEvent["outcome"] {
  const isColleagues = isNew && message.sender?.type === "user" && writerOf(message) === "person";
  const command = isColleagues ? readCommand(cleanText(message.content)) : null;
  if (command === null) return { skip: "private_note" };
  const writerName = personName(message);
  return { arrival: { kind: "command", facts: messageFacts(message), command, writerName } };
}

/** A colleague's name in the dashboard; "phone" for whoever had the shop's telephone in hand. */
function personName({ sender, content_attributes: attributes }: MessageBody): string {
  const name = sender?.type === "user" ? sender.name : attributes?.external_sender_name;
  return clippedText(typeof name === "string" ? cleanText(name)?.trim() : null, NAME_LENGTH_MAX) || "phone";
}
