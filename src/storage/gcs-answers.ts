// What Google's API answered, read by its fields: a page of something in between is no answer.
import { unavailable } from "./failure.ts";
import type { ObjectInfo } from "./objects.ts";

/** Throws AppError `storage_unavailable` when this is no object's metadata. */
export function readInfo(metadata: unknown): ObjectInfo {
  const { name, size, contentType, crc32c, timeCreated, metadata: own } = fieldsOf(metadata);
  const sizeBytes = Number(size);
  const createdAt = typeof timeCreated === "string" ? Date.parse(timeCreated) : Number.NaN;
  if (typeof name !== "string" || typeof crc32c !== "string") throw noAnswer();
  if (!Number.isSafeInteger(sizeBytes) || !Number.isFinite(createdAt)) throw noAnswer();
  return {
    name,
    sizeBytes,
    contentType: typeof contentType === "string" ? contentType : "application/octet-stream",
    checksum: crc32c,
    metadata: readTexts(own),
    createdAt,
  };
}

/** The generation of an object, which names these very bytes. */
export function readGeneration(metadata: unknown): string {
  return readVersion(fieldsOf(metadata)["generation"]);
}

/** The metageneration of a bucket, which names these very labels. */
export function readMetageneration(metadata: unknown): string {
  return readVersion(fieldsOf(metadata)["metageneration"]);
}

/** Throws AppError `storage_unavailable` when this is no bucket's metadata. */
export function readLabels(metadata: unknown): Record<string, string> {
  const { name, labels } = fieldsOf(metadata);
  if (typeof name !== "string") throw noAnswer();
  return readTexts(labels);
}

/** The token of the page after this one. `answer` is a list's third value in the SDK. */
export function readPageToken(answer: unknown): string | null {
  const { kind, nextPageToken } = fieldsOf(answer);
  if (typeof kind !== "string") throw noAnswer();
  return typeof nextPageToken === "string" && nextPageToken !== "" ? nextPageToken : null;
}

/** What asks for the page of a token, null: the first. */
export function pageAfter(pageToken: string | null): { pageToken?: string } {
  return pageToken === null ? {} : { pageToken };
}

function readVersion(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") throw noAnswer();
  return String(value);
}

function readTexts(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, text]) => [key, String(text)]));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw noAnswer();
  return value as Record<string, unknown>;
}

function noAnswer(): Error {
  return unavailable("something else answered");
}
