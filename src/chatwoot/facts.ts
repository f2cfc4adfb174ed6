// What a body tells about its conversation, with unknown parts as null so that they change nothing.
// It does not decide what the news is: that is event.ts.
import type { ConversationFacts } from "./arrival.ts";
import type { Sender } from "../identity/layers.ts";
import type { Conversation, MessageBody, Person } from "./event-schema.ts";
import { isGroupAddress } from "./group-address.ts";
import { clippedText } from "./stored-text.ts";
import { isBotType } from "./writer.ts";

/** Chatwoot's own limit for names, in UTF-16 units. */
const NAME_LENGTH_MAX = 255;
/** E.164 has 15 digits; the rest is room for what bridges write. */
const PHONE_LENGTH_MAX = 64;
/** A BSUID has up to 128 characters and a prefix. */
const ADDRESS_LENGTH_MAX = 150;
/** Channels whose source ids WhatsApp gave; any API client may have made up those of the others. */
const WHATSAPP_CHANNELS = ["Channel::Whatsapp", "Channel::TwilioSms"];
/** Channels that know a contact's number themselves; a visitor of a web page may claim any. */
const PROVING_CHANNELS = [...WHATSAPP_CHANNELS, "Channel::Sms", "Channel::Api"];
/** For words of Chatwoot's own lists: a status, a channel type. */
const WORD_LENGTH_MAX = 100;

/** Facts of a message event. `conversation.messages` is left alone: it may show another, newer message. */
export function messageFacts(message: MessageBody): ConversationFacts {
  const inboxId = message.conversation.inbox_id ?? message.inbox?.id ?? null;
  return { ...conversationFacts(message.conversation, customerOf(message)), inboxId };
}

/** The contact a message belongs to: its sender when it came in, the conversation's contact else. */
export function customerOf(message: MessageBody): Person | null {
  const contact = message.conversation.meta?.sender ?? null;
  return message.message_type === "incoming" ? (message.sender ?? contact) : contact;
}

/** Facts of a conversation; `customer` is by default the contact that it names itself. */
export function conversationFacts(
  conversation: Conversation,
  customer: Person | null = conversation.meta?.sender ?? null,
): ConversationFacts {
  return {
    conversationId: conversation.id,
    inboxId: conversation.inbox_id ?? null,
    channel: clippedText(conversation.channel, WORD_LENGTH_MAX),
    status: clippedText(conversation.status, WORD_LENGTH_MAX),
    assignee: assigneeOf(conversation.meta),
    canReply: conversation.can_reply ?? null,
    contactId: customer?.id ?? null,
    contactName: clippedText(customer?.name, NAME_LENGTH_MAX),
    contactPhone: isProven(conversation) ? clippedText(customer?.phone_number, PHONE_LENGTH_MAX) : null,
    contactSourceId: sourceIdOf(conversation),
    contactIdentifier: isProven(conversation) ? jidOf(customer) : null,
    isGroup: [customer?.identifier, conversation.contact_inbox?.source_id].some(isGroupAddress),
    stateAt: momentOf(conversation.updated_at),
  };
}

/** Who wrote, in the words of those who look people up. */
export function senderOf(facts: ConversationFacts): Sender {
  const { contactId, contactPhone: phone, contactSourceId: sourceId, contactIdentifier: identifier } = facts;
  return { contactId, phone, sourceId, identifier };
}

/** A body that names no channel was made by hand. */
function isProven({ channel }: Conversation): boolean {
  return channel === null || channel === undefined || PROVING_CHANNELS.includes(channel);
}

/** Only a JID: any other identifier is the caller's own numbering. */
function jidOf(customer: Person | null): string | null {
  const identifier = clippedText(customer?.identifier, ADDRESS_LENGTH_MAX);
  return identifier?.includes("@") === true ? identifier : null;
}

function sourceIdOf({ channel, contact_inbox: contactInbox }: Conversation): string | null {
  const sourceId = clippedText(contactInbox?.source_id, ADDRESS_LENGTH_MAX);
  const isJid = channel === "Channel::Api" && sourceId?.includes("@") === true;
  return WHATSAPP_CHANNELS.includes(channel ?? "") || isJid ? sourceId : null;
}

/** `assignee_type` exists since Chatwoot 4.8; before, the assignee's own `type` tells. */
function assigneeOf(meta: Conversation["meta"]): ConversationFacts["assignee"] {
  if (meta?.assignee === undefined) return null;
  if (meta.assignee === null) return "none";
  return isBotType(meta.assignee_type) || isBotType(meta.assignee.type) ? "bot" : "human";
}

/** Chatwoot's float seconds as integer ms; null for anything else. */
function momentOf(seconds: unknown): number | null {
  if (typeof seconds !== "number") return null;
  const atMs = Math.round(seconds * 1000);
  return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : null;
}
