// A request as the double of Google Cloud Storage reads it: which call of the JSON API it is, and what is wrong with it.
import { OWNER_LABEL } from "../../src/storage/objects.ts";
import type { Announced } from "./gcs-buckets.ts";

export const GCS_OPS = [
  "token",
  "bucket.insert",
  "bucket.get",
  "bucket.list",
  "bucket.patch",
  "object.insert",
  "upload.start",
  "upload.piece",
  "upload.status",
  "object.get",
  "object.download",
  "object.list",
  "object.delete",
] as const;
export type GcsOp = (typeof GCS_OPS)[number];

export interface GcsRequest {
  op: GcsOp;
  bucket: string;
  object: string;
  query: URLSearchParams;
  headers: Headers;
  body: Buffer;
}

/** The fields each call may have in its query; `prettyPrint` and the like are the SDK's own. */
const FIELDS: Readonly<Record<GcsOp, readonly string[]>> = {
  token: [],
  "bucket.insert": ["project"],
  "bucket.get": [],
  "bucket.list": ["project", "prefix", "maxResults", "pageToken"],
  "bucket.patch": ["ifMetagenerationMatch"],
  "object.insert": ["uploadType", "name", "ifGenerationMatch"],
  "upload.start": ["uploadType", "name", "ifGenerationMatch"],
  "upload.piece": ["upload_id"],
  "upload.status": ["upload_id"],
  "object.get": [],
  "object.download": ["alt", "generation"],
  "object.list": ["prefix", "maxResults", "pageToken"],
  "object.delete": [],
};

const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
const LABEL = /^[a-z0-9_-]{1,63}$/;
const NAME_MAX_BYTES = 1024;

/** Null: no such call. */
export function readGcsRequest(
  method: string,
  target: string,
  headers: Headers,
  body: Buffer,
): GcsRequest | null {
  const url = new URL(target, "http://gcs");
  const { searchParams: query } = url;
  const [, space = "", bucket = "", object = ""] =
    /^\/(token|storage\/v1\/b|upload\/storage\/v1\/b)(?:\/([^/]+))?(?:\/o(?:\/([^/]+))?)?$/.exec(
      url.pathname,
    ) ?? [];
  const isOfObjects = /\/b\/[^/]+\/o/.test(url.pathname);
  const op = opOf(`${method} ${space}`, { bucket, object, isOfObjects, query, headers });
  if (op === null) return null;
  const named = object === "" ? (query.get("name") ?? "") : decodeURIComponent(object);
  return { op, bucket: decodeURIComponent(bucket), object: named, query, headers, body };
}

interface Place {
  bucket: string;
  object: string;
  isOfObjects: boolean;
  query: URLSearchParams;
  headers: Headers;
}

function opOf(call: string, { bucket, object, isOfObjects, query, headers }: Place): GcsOp | null {
  switch (call) {
    case "POST token":
      return "token";
    case "POST storage/v1/b":
      return bucket === "" ? "bucket.insert" : null;
    case "GET storage/v1/b":
      if (bucket === "") return "bucket.list";
      if (!isOfObjects) return "bucket.get";
      if (object === "") return "object.list";
      return query.get("alt") === "media" ? "object.download" : "object.get";
    case "PATCH storage/v1/b":
      return bucket === "" || isOfObjects ? null : "bucket.patch";
    case "DELETE storage/v1/b":
      return object === "" ? null : "object.delete";
    case "POST upload/storage/v1/b":
      if (!isOfObjects || object !== "") return null;
      return query.get("uploadType") === "resumable" ? "upload.start" : "object.insert";
    case "PUT upload/storage/v1/b":
      return headers.get("content-range")?.startsWith("bytes */") === true ? "upload.status" : "upload.piece";
    default:
      return null;
  }
}

/** A field that this call does not know, null when all are known. */
export function unknownField({ op, query }: GcsRequest): string | null {
  return [...query.keys()].find((field) => !FIELDS[op].includes(field)) ?? null;
}

export interface BucketOrder {
  name: string;
  labels: Record<string, string>;
  location: string;
}

/**
 * The bucket that is asked for, or what is wrong. The flags, the owner's label and, unless it is null, the place are
 * demanded, as an operator's policy would.
 */
export function readBucketOrder({ body, query }: GcsRequest, place: string | null): BucketOrder | string {
  const { name, labels = {}, location = "US", iamConfiguration: iam, ...rest } = JSON.parse(body.toString());
  if (query.get("project") === null) return "no project";
  if (typeof name !== "string" || !BUCKET_NAME.test(name)) return "no name for a bucket";
  if (iam?.uniformBucketLevelAccess?.enabled !== true) return "a bucket without uniform access";
  if (iam?.publicAccessPrevention !== "enforced") return "a bucket that could be made public";
  if (!areLabels(labels)) return "a label that may not be";
  if (labels[OWNER_LABEL] === undefined) return "a bucket that does not say whose it is";
  if (place !== null && location !== place) return "a bucket in another place";
  const unknown = Object.keys(rest)[0];
  return unknown === undefined ? { name, labels, location } : `an unknown field ${unknown}`;
}

/** The labels that a bucket is to get besides its own, or what is wrong. */
export function readLabelOrder({ body, query }: GcsRequest): Record<string, string> | string {
  const { labels, ...rest } = JSON.parse(body.toString());
  if (query.get("ifMetagenerationMatch") === null) return "a patch that may undo another's";
  if (Object.keys(rest).length > 0) return "a patch of more than labels";
  return areLabels(labels ?? {}) ? (labels ?? {}) : "a label that may not be";
}

function areLabels(labels: Record<string, unknown>): boolean {
  return Object.entries(labels).every(([key, value]) => LABEL.test(key) && LABEL.test(String(value)));
}

/** The object that is announced and, unless it comes in pieces, its bytes; or what is wrong. */
export function readInsert(request: GcsRequest): { announced: Announced; bytes: Buffer } | string {
  const { query, headers, body } = request;
  const type = headers.get("content-type") ?? "";
  if (query.get("uploadType") === "media") return announce(request, {}, type, body);
  if (query.get("uploadType") === "resumable")
    return announce(request, JSON.parse(body.toString()), "application/octet-stream", Buffer.alloc(0));
  const boundary = /^multipart\/related; boundary="?([^";]+)"?$/.exec(type)?.[1];
  const parts = boundary === undefined ? [] : partsOf(body, boundary);
  const [told, media] = parts;
  if (told === undefined || media === undefined || parts.length !== 2) return "no two parts";
  return announce(request, JSON.parse(told.body.toString()), media.type, media.body);
}

function announce(
  { query }: GcsRequest,
  told: Record<string, unknown>,
  type: string,
  bytes: Buffer,
): { announced: Announced; bytes: Buffer } | string {
  const name = query.get("name") ?? told["name"];
  if (typeof name !== "string" || name === "" || Buffer.byteLength(name) > NAME_MAX_BYTES) return "no name";
  if (/[\r\n]/.test(name) || name === "." || name === "..") return "a name that may not be";
  const { contentType = type, metadata = {}, crc32c = null } = told;
  const announced = { name, contentType, metadata, checksum: crc32c } as Announced;
  return { announced, bytes };
}

function partsOf(body: Buffer, boundary: string): { type: string; body: Buffer }[] {
  const line = `--${boundary}`;
  const parts: { type: string; body: Buffer }[] = [];
  let from = body.indexOf(line);
  while (from !== -1 && body.toString("latin1", from + line.length, from + line.length + 2) !== "--") {
    const head = body.indexOf("\r\n\r\n", from);
    const end = body.indexOf(`\r\n${line}`, head);
    if (head === -1 || end === -1) return [];
    const type = /content-type:\s*([^\r\n]+)/i.exec(body.toString("latin1", from, head))?.[1] ?? "";
    parts.push({ type, body: Buffer.from(body.subarray(head + 4, end)) });
    from = end + 2;
  }
  return parts;
}
