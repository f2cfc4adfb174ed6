// Finds the one object in a model's broken JSON and makes it readable again. It knows nothing of decisions.
// What was cut off in the middle is left out, never guessed: half a value must not pass for a whole one.
import { jsonrepair } from "jsonrepair";

export interface RecoveredObject {
  object: Record<string, unknown>;
  /** True when the text ended inside the object; members may be missing, none is half there. */
  isCut: boolean;
}

/** A decision has at most a few thousand characters, and repairing takes more than linear time. */
const REPAIR_MAX_CHARS = 16_384;

/** An opening brace that begins an object, not a `{placeholder}`: a quote, a key, an end or a comment follows. */
const OBJECT_START = /\{\s*(?:["'“‘}]|[A-Za-z_$][\w$]*\s*:|\/[/*]|$)/;
/** The end of a value that cannot go on: after a digit or a letter more could have come. */
const WHOLE_VALUE_END = /(?:["'”’}\]]|\btrue|\bfalse|\bnull)\s*$/i;
/** What follows a quote that ends a string, and not one that somebody forgot to escape. */
const AFTER_STRING = /\s*(?:$|[:}\]]|,\s*(?:$|["'“‘}\]]|[A-Za-z_$][\w$]*\s*:|\/[/*]))/y;
const CLOSING_QUOTE: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "‘": "’" };

/** True when `text` holds an object or an array of strings or objects, whole or in part. */
export function looksLikeJson(text: string): boolean {
  return OBJECT_START.test(text) || /^\s*\[\s*(?:["{[\]]|$)/.test(text) || /^\s*```\s*json/i.test(text);
}

/**
 * The first object in `text`, which may stand in prose or a code fence, use single or typographic quotes, have
 * trailing commas or line breaks in strings, or be cut off. Null when none can be read.
 */
export function recoverObject(text: string): RecoveredObject | null {
  const startAt = text.search(OBJECT_START);
  if (startAt < 0) return null;
  const body = text.slice(startAt).replace(/```\s*$/, "");
  return recover(measure(body), parseObject) ?? recover(measure(requote(body)), repairObject);
}

/** `text` as JSON, or undefined; no JSON text means undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Read = (text: string) => Record<string, unknown> | null;

interface Extent {
  text: string;
  /** Where the object ends, null when the text ends first. */
  endAt: number | null;
  /** The end of the last member that a comma follows. */
  memberEndAt: number;
  /** True when only closing braces can be missing. */
  isWhole: boolean;
}

// The text must have strings in double quotes: a brace or comma within a string does not count.
function measure(text: string): Extent {
  let depth = 0;
  let memberEndAt = 1;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = skipString(text, at);
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    else if (char === "," && depth === 1) memberEndAt = at;
    if (depth === 0) return { text, endAt: at + 1, memberEndAt, isWhole: true };
    if (at >= text.length) return { text, endAt: null, memberEndAt, isWhole: false };
  }
  return { text, endAt: null, memberEndAt, isWhole: WHOLE_VALUE_END.test(text) };
}

function skipString(text: string, openedAt: number): number {
  let at = openedAt + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function recover({ text, endAt, memberEndAt, isWhole }: Extent, read: Read): RecoveredObject | null {
  if (endAt !== null) {
    const object = read(text.slice(0, endAt));
    return object && { object, isCut: false };
  }
  const whole = isWhole ? read(`${text}}`) : null;
  const object = whole ?? read(`${text.slice(0, memberEndAt)}}`);
  return object && { object, isCut: true };
}

function parseObject(text: string): Record<string, unknown> | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function repairObject(text: string): Record<string, unknown> | null {
  if (text.length > REPAIR_MAX_CHARS) return null;
  try {
    return parseObject(jsonrepair(text));
  } catch {
    return null; // JSONRepairError, or a RangeError from nesting deeper than the stack
  }
}

// jsonrepair takes a quote within a string for its end, or for another quote; the same string in proper
// quotes leaves it nothing to guess. An unfinished string stays unfinished.
function requote(text: string): string {
  if (text.length > REPAIR_MAX_CHARS) return text;
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const close = CLOSING_QUOTE[text.charAt(at)];
    if (close === undefined) {
      out += text.charAt(at);
      continue;
    }
    const closedAt = findClose(text, at + 1, close);
    out += `"${escapeString(text.slice(at + 1, closedAt))}`;
    if (closedAt < text.length) out += '"';
    at = closedAt;
  }
  return out;
}

function findClose(text: string, from: number, close: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === close) {
      AFTER_STRING.lastIndex = at + 1;
      if (AFTER_STRING.test(text)) return at;
    }
  }
  return text.length;
}

function escapeString(text: string): string {
  return text.replace(/\\[^]|"/g, (found) => {
    if (found === '"') return '\\"';
    return found === "\\'" ? "'" : found;
  });
}
