// The one choke point of all that is logged: what looks like a key, a number, a mail address or a secret part of an address
// is masked, even where a caller slipped. Pure.

export type FieldValue = string | number | boolean | null | undefined;

export const MASK = "***";

/** Longest text of a field, in UTF-16 units. */
const TEXT_LENGTH_MAX = 4_000;
/** Fields whose text is a secret by their name alone. */
const SECRET_NAME = /(?:token|secret|password|apikey|authorization|cookie)$/i;
/** Numbers that are large for another reason than being somebody's. */
const MEASURED_NAME = /(?:At|Ms|Bytes|Count|Id|Tokens|Time|Duration|MicroUsd|pid|revision)$/;
const PHONE_NUMBER_MIN = 1_000_000_000;
/** A word, a dotted name, an id of lull's own: nothing to look for in it, and most fields are one. */
const PLAIN =
  /^(?:(?!gsk_|lull_|sk_)[a-z][A-Za-z_.]{0,30}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
/** Signs that move the cursor, colour a terminal, end a line or turn the reading round. */
const UNSHOWN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** What is looked for, with what stands in its place; addresses first, since they hold the others. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?:[^\s/@]*@)?([^\s/?#"'<>]+)[/?#][^\s"'<>]+/gi, `$1$2/${MASK}`],
  [/(\/webhooks\/chatwoot\/[^\s/]+\/)[^\s"']+/g, `$1${MASK}`],
  [/-----BEGIN[^-]*-----[\s\S]*?(?:-----END[^-]*-----|$)/g, MASK],
  [/\b(Bearer|Basic|Token)\s+[\w.~+/=-]{6,}/gi, `$1 ${MASK}`],
  [/(?:gsk|sk|pk|rk|xox[abp]|ghp|AIza)[_-][\w-]{6,}/g, MASK],
  [/lull_(?:admin|service|chat|user)_[\w-]{6,}/g, MASK],
  [/\beyJ[\w-]{6,}(?:\.[\w-]+){0,2}/g, MASK],
  [/\bsha256=[0-9a-f]{16,}/gi, `sha256=${MASK}`],
  [/\b(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{20,}\b/g, MASK],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/gu, MASK],
  [/\+\d(?:[\s().-]{0,2}\d){6,16}/g, MASK],
  [/(?<![\w.-])\(?\d{2,3}\)?[\s-]?\d{4,5}[\s-]\d{4}(?![\w-])/g, MASK],
  [/(?<![\w-])\d{10,15}(?![\w-])/g, MASK],
];

/** A field as it may be written. */
export function redactField(name: string, value: FieldValue): FieldValue {
  if (typeof value === "number") return isSomebodys(name, value) ? MASK : value;
  if (typeof value !== "string") return value;
  return SECRET_NAME.test(name) && value !== "" ? MASK : redact(value);
}

/** A text as it may be shown: masked, on one line, bounded. */
export function redact(text: string): string {
  if (PLAIN.test(text)) return text;
  const bounded = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
  const masked = SECRETS.reduce((left, [pattern, mask]) => left.replace(pattern, mask), bounded);
  return masked.replace(UNSHOWN, escaped);
}

/** A number of ten digits and more that nothing says the measure of may be a telephone's. */
function isSomebodys(name: string, value: number): boolean {
  return Number.isInteger(value) && value >= PHONE_NUMBER_MIN && !MEASURED_NAME.test(name);
}

function escaped(sign: string): string {
  return `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
}
