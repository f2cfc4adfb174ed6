// What the double of Google Cloud Storage keeps: buckets of several projects, their objects, uploads under way.
import { checksumOf } from "../../src/storage/checksum.ts";

export interface StoredObject {
  name: string;
  bytes: Buffer;
  contentType: string;
  metadata: Record<string, string>;
  generation: string;
  createdAt: number;
}

export interface Bucket {
  name: string;
  project: string;
  labels: Record<string, string>;
  location: string;
  /** False: to everybody else it answers 403. */
  isReadable: boolean;
  objects: Map<string, StoredObject>;
}

/** An object that was announced, and what came of its bytes so far. */
export interface Upload {
  bucket: Bucket;
  object: Announced;
  sizeBytes: number;
  kept: Buffer[];
  /** Set once the object is there: the session then repeats its answer. */
  answer: Record<string, unknown> | null;
}

export interface Announced {
  name: string;
  contentType: string;
  metadata: Record<string, string>;
  /** Null: not told. */
  checksum: string | null;
}

export class Buckets {
  readonly all = new Map<string, Bucket>();
  readonly uploads = new Map<string, Upload>();
  readonly #now: () => number;
  #generation = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Makes the object, or says why not. */
  insert(bucket: Bucket, announced: Announced, bytes: Buffer): StoredObject | 400 | 412 {
    if (bucket.objects.has(announced.name)) return 412;
    if (announced.checksum !== null && announced.checksum !== checksumOf(bytes)) return 400;
    const { name, contentType, metadata } = announced;
    const generation = String(++this.#generation);
    const object = { name, bytes, contentType, metadata, generation, createdAt: this.#now() };
    bucket.objects.set(name, object);
    return object;
  }
}

/** An object as the API tells of it. */
export function objectResource(bucket: Bucket, object: StoredObject): Record<string, unknown> {
  return {
    kind: "storage#object",
    bucket: bucket.name,
    name: object.name,
    generation: object.generation,
    size: String(object.bytes.byteLength),
    contentType: object.contentType,
    crc32c: checksumOf(object.bytes),
    timeCreated: new Date(object.createdAt).toISOString(),
    ...(Object.keys(object.metadata).length === 0 ? {} : { metadata: object.metadata }),
  };
}

/** A bucket as the API tells of it. */
export function bucketResource({ name, labels, location }: Bucket): Record<string, unknown> {
  return { kind: "storage#bucket", id: name, name, location, labels };
}

/** One page in the order of the names' bytes, and the token of the next. */
export function pageOf<T extends { name: string }>(
  all: Iterable<T>,
  query: URLSearchParams,
): { items: T[]; nextPageToken?: string } {
  const prefix = query.get("prefix") ?? "";
  const after = Buffer.from(query.get("pageToken") ?? "", "base64url");
  const found = [...all]
    .filter(({ name }) => name.startsWith(prefix) && Buffer.compare(Buffer.from(name), after) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const items = found.slice(0, Number(query.get("maxResults") ?? 1000));
  const last = items.at(-1);
  if (last === undefined || items.length === found.length) return { items };
  return { items, nextPageToken: Buffer.from(last.name).toString("base64url") };
}
