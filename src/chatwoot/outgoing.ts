// What somebody on our side of the conversation wrote: lull itself, a person, or a machine.
// The rule is Chatwoot's own (`Message#human_response?`), less the messages that carry lull's marker.
import type { ReadEvent } from "./arrival.ts";
import type { MessageBody } from "./event-schema.ts";
import { messageFacts } from "./facts.ts";
import { cleanText, clippedText } from "./stored-text.ts";

/** Lull's own markers are UUIDs; a longer one is cut and so matches none. */
const REPLY_ID_LENGTH_MAX = 100;

/**
 * Reads a message that is not the customer's. An update (`isNew` false) is a delivery receipt or an edit: it proves
 * a reply of lull's again, and is never a new word from a person.
 */
export function readOutgoing(message: MessageBody, isNew: boolean): ReadEvent["outcome"] {
  // A note is for colleagues: it neither pauses the bot nor proves that a customer got a reply.
  if (message.private === true) return { skip: "private_note" };
  if (message.message_type === "template") return { skip: "template" };
  const replyId = markerOf(message);
  if (replyId !== null) {
    return { arrival: { kind: "own_reply", facts: messageFacts(message), messageId: message.id, replyId } };
  }
  if (!isNew) return { skip: "outgoing_message" };
  if (isAutomation(message)) return { skip: "automation" };
  if (!isByPerson(message)) return { skip: "outgoing_message" };
  const content = cleanText(message.content);
  return { arrival: { kind: "human_reply", facts: messageFacts(message), messageId: message.id, content } };
}

function markerOf(message: MessageBody): string | null {
  const marker = message.content_attributes?.lull_reply_id;
  return typeof marker === "string" ? clippedText(marker, REPLY_ID_LENGTH_MAX) : null;
}

function isAutomation(message: MessageBody): boolean {
  const ruleId = message.content_attributes?.automation_rule_id ?? null;
  const campaignId = message.additional_attributes?.campaign_id ?? null;
  return ruleId !== null || campaignId !== null;
}

/** From the dashboard, or from the WhatsApp app on a phone as Chatwoot (echo) or fazer-ai's fork (name) marks it. */
function isByPerson(message: MessageBody): boolean {
  if (message.sender?.type === "user") return true;
  const attributes = message.content_attributes;
  if (attributes?.external_echo === true) return true;
  return (message.sender ?? null) === null && typeof attributes?.external_sender_name === "string";
}
