// Which names a bucket and an object may have, by Google's rules, and which types: what one store takes the other does.
import { AppError } from "../errors.ts";

const OBJECT_NAME_MAX_BYTES = 1024;
const CONTENT_TYPE_MAX_CHARS = 255;

const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
/** Names that Google keeps for itself, dots that make no host name, and IPv4 addresses. */
const BUCKET_NAME_TAKEN = /^goog|google|g00gle|\.\.|\.-|-\.|^\d+\.\d+\.\d+\.\d+$/;
/** Two tokens, and parameters of printable ASCII. */
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:;[ -~]*)?$/;
/** Google forbids CR and LF alone and advises against the rest. */
const CONTROL = /\p{Cc}/u;

/**
 * Where all objects of a message stand: ids alone, whatever anybody wrote. `placeId` is its conversation's, or without
 * a `messageId` its own.
 */
export function messagePlace(placeId: string, messageId: number | null): string {
  return messageId === null ? `v1/${placeId}/` : `v1/${placeId}/${messageId}/`;
}

/** Throws AppError `storage_refused`. */
export function checkBucketName(name: string): void {
  if (!BUCKET_NAME.test(name) || BUCKET_NAME_TAKEN.test(name)) throw badName("bucket");
}

/** Throws AppError `storage_refused`. */
export function checkObjectName(name: string): void {
  const isOne = name !== "" && name.isWellFormed() && Buffer.byteLength(name) <= OBJECT_NAME_MAX_BYTES;
  const isTaken = name === "." || name === ".." || name.startsWith(".well-known/acme-challenge/");
  if (!isOne || isTaken || CONTROL.test(name)) throw badName("object");
}

export function isContentType(type: string): boolean {
  return type.length <= CONTENT_TYPE_MAX_CHARS && CONTENT_TYPE.test(type);
}

/** Throws AppError `storage_refused`: the type becomes a header on its way in and out. */
export function checkContentType(type: string): void {
  if (!isContentType(type))
    throw new AppError("storage_refused", "That is no content type.", { reason: "bad_type" });
}

function badName(what: string): AppError {
  return new AppError("storage_refused", `That is no name for ${what === "object" ? "an" : "a"} ${what}.`, {
    reason: "bad_name",
  });
}
