// What the double of Google Cloud Storage keeps: buckets of several projects, their objects, uploads under way.
import { checksumOf } from "../../src/storage/checksum.ts";
import { ByName, type Page } from "./gcs-names.ts";

export interface StoredObject {
  name: string;
  bytes: Buffer;
  checksum: string;
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
  /** False: what it is asked by lull it answers with 403. */
  isOpen: boolean;
  /** Counts the changes of its labels. */
  metageneration: number;
  objects: ByName<StoredObject>;
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
  readonly all = new ByName<Bucket>();
  readonly #byProject = new Map<string, ByName<Bucket>>();
  readonly #now: () => number;
  #generation = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(bucket: Pick<Bucket, "name" | "project" | "labels" | "location" | "isOpen">): Bucket {
    const added = { ...bucket, metageneration: 1, objects: new ByName<StoredObject>() };
    this.all.set(added);
    const own = this.#byProject.get(bucket.project) ?? new ByName<Bucket>();
    own.set(added);
    this.#byProject.set(bucket.project, own);
    return added;
  }

  /** The buckets of a project. */
  pageOf(project: string, query: URLSearchParams): Page<Bucket> {
    return this.#byProject.get(project)?.page(query) ?? { items: [] };
  }

  /** Makes the object, or says why not. */
  insert(bucket: Bucket, announced: Announced, bytes: Buffer): StoredObject | 400 | 412 {
    if (bucket.objects.has(announced.name)) return 412;
    const checksum = checksumOf(bytes);
    if (announced.checksum !== null && announced.checksum !== checksum) return 400;
    const { name, contentType, metadata } = announced;
    const generation = String(++this.#generation);
    const object = { name, bytes, checksum, contentType, metadata, generation, createdAt: this.#now() };
    bucket.objects.set(object);
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
    crc32c: object.checksum,
    timeCreated: new Date(object.createdAt).toISOString(),
    ...(Object.keys(object.metadata).length === 0 ? {} : { metadata: object.metadata }),
  };
}

/** A bucket as the API tells of it. */
export function bucketResource(bucket: Bucket): Record<string, unknown> {
  const { name, labels, location, metageneration } = bucket;
  return {
    kind: "storage#bucket",
    id: name,
    name,
    location,
    metageneration: String(metageneration),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}
