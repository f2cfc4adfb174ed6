// One-time codes that prove a number: what they look like, how they are kept, when they match. Pure.
import { createHash, timingSafeEqual } from "node:crypto";

export const CODE_LIFE_MS = 10 * 60_000;
/** Wrong codes from one number after which its challenge is dead. */
export const CODE_TRIES_MAX = 5;
/** Bytes of chance in a code. */
export const CODE_BYTES = 8;

/** No letter that another may be taken for. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const PREFIX = "LULL-";
const CODE = /(?<![0-9A-Z])LULL[-‐‑‒–—]([0-9A-Z]{8})(?![0-9A-Z])/giu;
/** What WhatsApp's bold or italics leave behind. */
const MARKS_ALONE = /^[\p{P}\p{S}\s]*$/u;

/** A code of 40 bits, such as `LULL-7GQ2MW4K`, from `CODE_BYTES` random bytes. */
export function makeCode(bytes: Uint8Array): string {
  const letters = [...bytes.slice(0, CODE_BYTES)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return PREFIX + letters.join("");
}

/**
 * Takes codes out of a message: whatever looks like one goes no further, be it right or wrong.
 * `code` is the first in its written form, `text` what is left.
 */
export function takeCode(text: string): { code: string | null; text: string } {
  const found = [...text.matchAll(CODE)][0]?.[1];
  if (found === undefined) return { code: null, text };
  const rest = text.replaceAll(CODE, "").trim();
  return { code: PREFIX + found.toUpperCase(), text: MARKS_ALONE.test(rest) ? "" : rest };
}

/** What is kept of a code. */
export function hashCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}

/** Compares in constant time. */
export function codeMatches(code: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashCode(code), "hex"), Buffer.from(hash, "hex"));
}
