// Names of buckets that lull makes. They hold no person and cannot be guessed, so that nobody takes one before us. Pure.
import type { Random } from "../random.ts";

/** 128 bits: in hexadecimal, which can spell none of the words that Google keeps for itself. */
const SECRET_BYTES = 16;
/** What Google allows for all of a name, less `-contact-` and the rest in hexadecimal. */
export const PREFIX_LENGTH_MAX = 63 - "-contact-".length - 2 * SECRET_BYTES;

const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

export function newBucketName(prefix: string, kind: "user" | "contact", random: Random): string {
  return `${prefix}-${kind}-${Buffer.from(random.bytes(SECRET_BYTES)).toString("hex")}`;
}

/** Whether names may begin so, by Google's rules. */
export function isBucketPrefix(prefix: string): boolean {
  return prefix.length <= PREFIX_LENGTH_MAX && PREFIX.test(prefix) && !/^goog|google|g00gle/.test(prefix);
}

/** Whether a bucket of this name can be one of ours, this version's or an older system's. */
export function hasPrefix(name: string, prefix: string): boolean {
  return name.startsWith(`${prefix}-`);
}
