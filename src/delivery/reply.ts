// From the model's text to the messages to post: cleaned, in marks WhatsApp shows, harmless to Chatwoot's
// template engine, short enough. Pure text work: sending is relay.ts.
import { UNSEEN } from "../unseen.ts";
import type { MarkdownReader } from "./mark-pairs.ts";
import { splitText } from "./split.ts";
import { formatForWhatsapp } from "./whatsapp-text.ts";

/** Longest message in UTF-16 units: WhatsApp takes 4,096 characters, this leaves room for what Chatwoot adds. */
export const MESSAGE_UNITS_MAX = 4_000;

/** Blank lines in a row that a reply may keep. */
const BLANK_LINES_MAX = 2;

/** Channels whose text Chatwoot converts from Markdown before it reaches WhatsApp; every other one gets it raw. */
const RENDERED_CHANNELS: ReadonlySet<string | null> = new Set(["Channel::Whatsapp", "Channel::TwilioSms"]);

/** Whether Chatwoot itself speaks to WhatsApp there; elsewhere a bridge does, by rules of its own. */
export function isWhatsappChannel(channel: string | null): boolean {
  return RENDERED_CHANNELS.has(channel);
}

/**
 * The messages to post for one reply, in order, each 1 to `MESSAGE_UNITS_MAX` UTF-16 units; none for a blank text.
 * `channel` is Chatwoot's channel type, null when unknown.
 */
export function composeReply(text: string, channel: string | null): string[] {
  const reader: MarkdownReader = isWhatsappChannel(channel) ? "chatwoot" : "whatsapp";
  const formatted = formatForWhatsapp(cleanText(text), reader);
  return splitText(neutraliseLiquid(tidyLines(formatted)), MESSAGE_UNITS_MAX);
}

/**
 * Removes what a reader cannot see but a machine can: control characters, lone surrogates, bidirectional overrides,
 * tag characters, zero-width characters, variation selectors. Kept are newlines, the joiners inside a letter or emoji
 * sequence and the emoji selector U+FE0F. A tab becomes a space, every kind of line end a newline.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, "\n")
    .replaceAll("\t", " ")
    .replace(/(?!\n)\p{Cc}|\p{Cs}/gu, "")
    .replace(UNSEEN, "")
    .replace(/[\uFE00-\uFE0E\u{E0100}-\u{E01EF}]|(?<!\p{Emoji})\uFE0F/gu, "")
    .replace(/(?<![\p{Lo}\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}])[\u200C\u200D]/gu, "");
}

/**
 * Makes `{{`, `{%`, `}}` and `%}` two separate characters for Chatwoot, which runs outgoing text through Liquid
 * (`{{contact.email}}` would leak), while they look the same to people: a zero-width space goes between.
 */
export function neutraliseLiquid(text: string): string {
  return text.replace(/\{(?=[{%])|\}(?=\})|%(?=\})/g, "$&\u200B");
}

/** No trailing spaces, no long runs of blank lines, nothing blank at either end. */
function tidyLines(text: string): string {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const breaksMax = "\n".repeat(BLANK_LINES_MAX + 1);
  return lines
    .join("\n")
    .replace(/\n{4,}/g, breaksMax)
    .trim();
}
