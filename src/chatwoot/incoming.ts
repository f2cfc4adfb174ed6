// What the customer wrote: a message to buffer, a change of one, or a reason to leave it.
// Whether its conversation is answered at all is decided later, by those who know modes, groups, lists and pauses.
import { takeCode } from "../identity/verification.ts";
import type { MessageExtra, ReadEvent, SkipReason } from "./arrival.ts";
import { kindOf, readAttachments } from "./attachments.ts";
import type { MessageBody } from "./event-schema.ts";
import { customerOf, messageFacts } from "./facts.ts";
import { cleanText, clippedText } from "./stored-text.ts";

const TWILIO_CHANNEL = "Channel::TwilioSms";
/** How Twilio's WhatsApp contacts are told from its SMS ones. */
const TWILIO_WHATSAPP_PREFIX = "whatsapp:";

const CONTENT_TYPE_LENGTH_MAX = 50;

/** The keys of WhatsApp's ad referral that tell where a customer came from. */
const REFERRAL_KEYS = ["source_type", "source_id", "source_url", "headline", "body", "ctwa_clid"];
const REFERRAL_LENGTH_MAX = 1_000;

/**
 * Reads a customer's message; an update (`isNew` false) is an edit or a deletion, never a second message.
 * `channels` are the Chatwoot channel types that lull serves; Twilio's counts for WhatsApp contacts only.
 */
export function readIncoming(
  message: MessageBody,
  isNew: boolean,
  channels: readonly string[],
): ReadEvent["outcome"] {
  const skip = refusal(message, channels);
  if (skip !== null) return { skip };
  return isNew ? readNew(message) : readChange(message);
}

function refusal(message: MessageBody, channels: readonly string[]): SkipReason | null {
  if (!isSupported(message, channels)) return "unsupported_channel";
  return customerOf(message)?.blocked === true ? "blocked_contact" : null;
}

/** A body that names no channel is taken: Chatwoot always names it, so this one was made by hand. */
function isSupported(message: MessageBody, channels: readonly string[]): boolean {
  const { channel, contact_inbox: contactInbox } = message.conversation;
  if (channel === null || channel === undefined) return true;
  if (!channels.includes(channel)) return false;
  return channel !== TWILIO_CHANNEL || (contactInbox?.source_id ?? "").startsWith(TWILIO_WHATSAPP_PREFIX);
}

function readNew(message: MessageBody): ReadEvent["outcome"] {
  if (isDeleted(message)) return { skip: "deleted" };
  const attachments = readAttachments(message.attachments);
  const form = formOf(message);
  // What stands in its place is Chatwoot's own note, in the account's language.
  const { code, text: content } = form === "unsupported" ? { code: null, text: null } : withoutCode(message);
  if (form === undefined && (content ?? "").trim() === "" && attachments.length === 0 && code === null)
    return { skip: "empty" };
  return {
    arrival: {
      kind: "message",
      facts: messageFacts(message),
      messageId: message.id,
      messageKind: form === "unsupported" ? "other" : kindOf(attachments),
      content,
      contentType: clippedText(message.content_type, CONTENT_TYPE_LENGTH_MAX) ?? "text",
      attachments,
      extra: {
        inReplyTo: inReplyTo(message),
        referral: referral(message),
        ...(form === undefined ? {} : { form }),
      },
      verificationCode: code,
    },
  };
}

function readChange(message: MessageBody): ReadEvent["outcome"] {
  const named = { facts: messageFacts(message), messageId: message.id };
  if (isDeleted(message)) return { arrival: { kind: "deletion", ...named } };
  const attachments = readAttachments(message.attachments);
  return { arrival: { kind: "edit", ...named, content: withoutCode(message).text, attachments } };
}

/** Codes are taken out at the door: no row, prompt or note may ever hold one. */
function withoutCode(message: MessageBody): { code: string | null; text: string | null } {
  const content = cleanText(message.content);
  return content === null ? { code: null, text: null } : takeCode(content);
}

/** Chatwoot keeps a deleted message, with a note in the account's language for its content. */
function isDeleted(message: MessageBody): boolean {
  return message.content_attributes?.deleted === true;
}

/** WhatsApp's pictures are JPEG or PNG, its stickers WebP without a word; newer Chatwoots say so themselves. */
function formOf({ content, content_type: contentType, ...message }: MessageBody): MessageExtra["form"] {
  if (message.content_attributes?.is_unsupported === true) return "unsupported";
  const [first] = message.attachments ?? [];
  if (contentType === "sticker" && first !== undefined) return "sticker";
  const isWordless = (content ?? "").trim() === "";
  return isWordless && first?.content_type === "image/webp" ? "sticker" : undefined;
}

function inReplyTo(message: MessageBody): number | null {
  const messageId = message.content_attributes?.in_reply_to;
  return typeof messageId === "number" && Number.isSafeInteger(messageId) && messageId > 0 ? messageId : null;
}

/** Only known keys with text, each bounded: the rest of the hash is anybody's. */
function referral(message: MessageBody): Record<string, string> | null {
  const given = message.content_attributes?.referral;
  if (typeof given !== "object" || given === null) return null;
  const known = new Map<string, unknown>(Object.entries(given));
  const kept = REFERRAL_KEYS.flatMap((key) => {
    const value = known.get(key);
    const text = typeof value === "string" ? clippedText(value, REFERRAL_LENGTH_MAX) : null;
    return text === null ? [] : [[key, text] as const];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}
