// A phone number as people and programs write it: cleaned, and told from what only looks like one.
// It knows spellings, not numbering plans.

/** Anything longer is no address; the limit is looked at before any pattern is. */
export const RAW_UNITS_MAX = 200;

/** Numbers copied from WhatsApp carry direction marks, from web pages zero-width spaces, from files a BOM. */
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu;
const DECIMAL_DIGIT = /\p{Nd}/u;
const FOREIGN_DIGIT = /[^\P{Nd}0-9]/gu;
const DASH = /[\u2010-\u2015\u2212\u30FC]/g;

/** No other character may stand in a number: a letter, `*`, `_` or `•` means a mask, a name or 5.5E+12. */
const PHONE_TEXT = /^\+?[\s().\-/[\]]*\d[\d\s().\-/[\]]*$/;
/** Digits hidden behind dots or dashes (`+49 30 ...456`); an ellipsis has become three dots. */
const RUN_OF_MARKS = /[-.] ?[-.] ?[-.]/;
/** A spreadsheet's float: its `0` is no digit of the number. */
const FLOAT = /^\+?\d+\.0$/;

/** `0xx11`: the paper form of "0, the carrier of your choice, area 11". Only at the start, where it is no mask. */
const ANY_CARRIER = /^((?:\+55 ?)?\(?)0 ?xx ?(?=\)? ?\d\d)/i;
const PARENTHESISED_PLUS = /^\( ?\+/;

const SHORT_LINK = /^(?:https?:\/\/)?wa\.me\/([^/?#]*)\/?(?:[?#]|$)/i;
const SEND_LINK =
  /^(?:(?:https?:\/\/)?(?:api|web)\.whatsapp\.com\/send|whatsapp:\/\/send)\/?\?(?:[^#]*&)?phone=([^&#]*)/i;
const TWILIO_PREFIX = /^whatsapp:/i;
const TEL_PREFIX = /^tel:/i;

/** How a number was written: with its country by some sign, after 00, or bare. */
export type Writing = "international" | "double_zero" | "bare";

/** Without invisible characters and outer space. */
export function visibleText(raw: string): string {
  return raw.replace(INVISIBLE, "").trim();
}

/** The same in plain characters: compatibility forms folded, every script's digits as 0–9, every dash as `-`. */
export function plainText(visible: string): string {
  return visible.normalize("NFKC").replace(FOREIGN_DIGIT, asciiDigit).replace(DASH, "-").trim();
}

/** Digits of a number in plain text and how they were written; null when it is not one number. */
export function readDigits(plain: string): { digits: string; writing: Writing } | null {
  const { text, isFromWhatsApp } = withoutAddressing(plain);
  const spelled = text.replace(ANY_CARRIER, "$10").replace(PARENTHESISED_PLUS, "+");
  if (!PHONE_TEXT.test(spelled) || RUN_OF_MARKS.test(spelled) || FLOAT.test(spelled)) return null;
  const digits = onlyDigits(spelled);
  if (spelled.startsWith("+")) return { digits, writing: "international" };
  if (digits.startsWith("00")) return { digits: digits.slice(2), writing: "double_zero" };
  return { digits, writing: isFromWhatsApp ? "international" : "bare" };
}

/** All digits of a text that holds nothing but digits and phone punctuation; null for any other. */
export function readPlaceholder(plain: string): string | null {
  const text = plain.replace(PARENTHESISED_PLUS, "+");
  return PHONE_TEXT.test(text) ? onlyDigits(text) : null;
}

export function onlyDigits(plain: string): string {
  return plain.replace(/\D/g, "");
}

/** Without `tel:`, `whatsapp:` or the link around the number. In WhatsApp's own forms it is international. */
function withoutAddressing(plain: string): { text: string; isFromWhatsApp: boolean } {
  const linked = SHORT_LINK.exec(plain)?.[1] ?? SEND_LINK.exec(plain)?.[1];
  if (linked !== undefined) return { text: unescaped(linked), isFromWhatsApp: true };
  if (TWILIO_PREFIX.test(plain))
    return { text: plain.replace(TWILIO_PREFIX, "").trim(), isFromWhatsApp: true };
  return { text: plain.replace(TEL_PREFIX, "").trim(), isFromWhatsApp: false };
}

/** The two escapes that occur in a link's number; `decodeURIComponent` throws on half of one. */
function unescaped(linked: string): string {
  return linked.replace(/%2b/gi, "+").replace(/%20/g, " ").trim();
}

/** Unicode lays out decimal digits in runs of ten, zero first; some runs follow each other. */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let runAt = codePoint;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(runAt - 1))) runAt -= 1;
  return String((codePoint - runAt) % 10);
}
