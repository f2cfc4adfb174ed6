// What the prompt says of a message beside its text and attachments: what it answers, which ad it came from, that
// WhatsApp would not pass it on. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import type { MessageExtra } from "../chatwoot/arrival.ts";
import { onOneLine } from "./attachment-words.ts";
import type { SensedMessage } from "./sensed.ts";

const QUOTE_LENGTH_MAX = 300;
const AD_LENGTH_MAX = 500;

/** Each in round brackets on one line, to stand before the text. */
export function messageWords({ extra, quote }: Pick<SensedMessage, "extra" | "quote">): string[] {
  if (extra === null) return [];
  const { inReplyTo, referral, form } = extra;
  return [
    ...(inReplyTo === null ? [] : [replyWords(quote)]),
    ...(referral === null ? [] : [adWords(referral)]),
    ...(form === "unsupported" ? ["(a message of a kind that WhatsApp does not pass on)"] : []),
  ];
}

function replyWords(quote: string | undefined): string {
  const said = shortly(quote, QUOTE_LENGTH_MAX);
  return said === "" ? "(in reply to an earlier message)" : `(in reply to "${said}")`;
}

function adWords({ headline, body }: NonNullable<MessageExtra["referral"]>): string {
  const title = shortly(headline, AD_LENGTH_MAX);
  const text = shortly(body, AD_LENGTH_MAX);
  const named = title === "" ? "(came from an ad" : `(came from the ad "${title}"`;
  return text === "" ? `${named})` : `${named}: ${text})`;
}

function shortly(text: string | undefined, lengthMax: number): string {
  return clippedText(onOneLine(text ?? null), lengthMax) ?? "";
}
