// The bytes of a request to a JSON object, within limits that hold before anything is built from them.
// What a webhook's object means is event.ts' business; reading the bytes and refusing too many is the route's.
import { AppError } from "../errors.ts";

/** Largest body in bytes that the route reads at all. */
export const BODY_BYTES_MAX = 1_048_576;

/** Deepest nesting; the runtime's own parser stops at nothing. */
const DEPTH_MAX = 32;
/** Most elements and keys of the whole body; a real webhook has some two hundred. */
const ELEMENT_COUNT_MAX = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses a body: strict UTF-8 holding one JSON object. A doubled key keeps its last value and `__proto__`
 * is a key like any other, as JSON.parse has it.
 * Throws AppError `too_deep`, `invalid_json` or `invalid_body`; no text repeats any of the input.
 */
export function parseBody(raw: Uint8Array): Record<string, unknown> {
  checkShape(raw);
  const body = parseJson(decode(raw));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new AppError("invalid_body", "The body must be a JSON object.");
  }
  return body as Record<string, unknown>;
}

/** One pass over the bytes. Sound before decoding: no byte of a multi-byte UTF-8 character is below 0x80. */
function checkShape(raw: Uint8Array): void {
  let depth = 0;
  let commaCount = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at];
    if (byte === QUOTE) {
      at = endOfString(raw, at);
    } else if (byte === COMMA) {
      if (++commaCount >= ELEMENT_COUNT_MAX) throw tooManyElements();
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > DEPTH_MAX) throw tooDeep();
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
    }
  }
}

/** Where the string that opens at `start` closes, or the end of the bytes when it never does. */
function endOfString(raw: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < raw.length && raw[at] !== QUOTE) at += raw[at] === BACKSLASH ? 2 : 1;
  return at;
}

function tooManyElements(): AppError {
  return new AppError("invalid_body", `The body holds more than ${ELEMENT_COUNT_MAX} elements.`);
}

function tooDeep(): AppError {
  return new AppError("too_deep", `The body is nested deeper than ${DEPTH_MAX} levels.`);
}

function decode(raw: Uint8Array): string {
  try {
    return strictUtf8.decode(raw);
  } catch {
    throw new AppError("invalid_json", "The body is not valid UTF-8.");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the input, so it is not kept as the cause.
    throw new AppError("invalid_json", "The body is not valid JSON.");
  }
}
