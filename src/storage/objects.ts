// What lull asks of a store of objects, on a disk or in Google Cloud Storage. An object is written once and never
// changed. Which bucket is whose is decided elsewhere: here a bucket is a name with labels.

export interface ObjectInfo {
  name: string;
  sizeBytes: number;
  contentType: string;
  /** CRC32C as Google writes it, see checksum.ts. */
  checksum: string;
  metadata: Record<string, string>;
  createdAt: number;
}

export interface Content {
  /** Opened anew for each attempt; cancelled when the attempt ends early. */
  open: () => ReadableStream<Uint8Array>;
  /** What is not as long as this, or has another checksum, is not stored. */
  sizeBytes: number;
  contentType: string;
  checksum: string;
  metadata: Record<string, string>;
}

/** Bytes of an object, both ends inclusive. */
export interface ByteRange {
  from: number;
  to: number;
}

export interface ObjectPage {
  objects: ObjectInfo[];
  nextCursor: string | null;
}

/** The label that says which lull made a bucket. */
export const OWNER_LABEL = "lull";

/** The label alone that says whose a bucket is. */
export function ownerLabel(labels: Record<string, string>): Record<string, string> {
  const owner = labels[OWNER_LABEL];
  return owner === undefined ? {} : { [OWNER_LABEL]: owner };
}

/** True when the label says that one lull made both. */
export function isSameOwner(found: Record<string, string>, asked: Record<string, string>): boolean {
  const owner = asked[OWNER_LABEL];
  return owner !== undefined && found[OWNER_LABEL] === owner;
}

/** True when nothing of these labels is missing or says something else. */
export function hasLabels(found: Record<string, string>, asked: Record<string, string>): boolean {
  return Object.entries(asked).every(([key, value]) => found[key] === value);
}

/** True when these are the bytes, as far as size and checksum tell. */
export function isSameContent(info: ObjectInfo, content: Content): boolean {
  return info.sizeBytes === content.sizeBytes && info.checksum === content.checksum;
}

/**
 * Every method rejects with the signal's reason when it aborts, with AppError `storage_unavailable` when the same call
 * may succeed later, and with `storage_refused` when it will not: a name that may not be, a bucket that is not there,
 * a range outside the object, bytes that are not what was said of them, rights that are missing.
 */
export interface ObjectStore {
  readonly kind: "disk" | "gcs";
  /**
   * Tried once, since Google counts every try. `labels` hold OWNER_LABEL, whose value is this lull's id. ours: a bucket
   * of our project had the name, whoever made it; it is left as it is, but says from now on that it is this lull's.
   * theirs: the bucket is not of our project, whatever it says of itself, and the name is lost to us. Where the account
   * may not list its project, the label alone decides: names that nobody can guess leave nobody to copy it.
   */
  createBucket(
    name: string,
    labels: Record<string, string>,
    signal: AbortSignal,
  ): Promise<"created" | "ours" | "theirs">;
  bucket(name: string, signal: AbortSignal): Promise<{ labels: Record<string, string> } | null>;
  /** Names of our project's buckets, for a check by hand. */
  listBuckets(prefix: string, signal: AbortSignal): Promise<string[]>;
  /**
   * Adds the labels to those the bucket has, in place of its own of the same key: for a bucket that somebody vouches
   * for, whatever project it is of. False: it is not there.
   */
  labelBucket(name: string, labels: Record<string, string>, signal: AbortSignal): Promise<boolean>;
  /** Written once: the same bytes again are `same`, other bytes under the name are `different` and change nothing. */
  put(
    bucket: string,
    name: string,
    content: Content,
    signal: AbortSignal,
  ): Promise<"stored" | "same" | "different">;
  /**
   * The whole object, or with a range those bytes. Null: not there. The signal also ends the body; bytes that go
   * missing or change on the way are an error of the body, never a shorter one.
   */
  read(
    bucket: string,
    name: string,
    range: ByteRange | null,
    signal: AbortSignal,
  ): Promise<{ info: ObjectInfo; body: ReadableStream<Uint8Array> } | null>;
  info(bucket: string, name: string, signal: AbortSignal): Promise<ObjectInfo | null>;
  /**
   * In an order of the store's own, the same for every page. A page may hold fewer than `limit`, or none, though more
   * follow.
   */
  list(
    bucket: string,
    prefix: string,
    cursor: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<ObjectPage>;
  /** False: it was not there. */
  remove(bucket: string, name: string, signal: AbortSignal): Promise<boolean>;
}
