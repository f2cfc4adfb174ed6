// What is kept in buckets, beside what was said: the lines of a daemon's history against the objects of its store, which
// are read past the daemon. It starts nothing.
import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GcsDouble } from "../doubles/gcs.ts";

/** Bytes by bucket and name. */
export type Kept = ReadonlyMap<string, ReadonlyMap<string, Buffer>>;

/** What a customer sent. */
export interface SentMessage {
  text: string;
  files: readonly { bytes: Uint8Array; transcript: string | null }[];
}

/** A line of the history, with where its objects go. */
export interface Line {
  conversationId: number;
  messageId: number;
  sender: "user" | "bot" | "human";
  content: string;
  replyId: string | null;
  saidAt: number;
  placeId: string;
  bucketName: string | null;
}

export interface Books {
  integrity: string[];
  lines: Line[];
  /** Names of the buckets that contacts have. */
  contactBuckets: string[];
  /** Rows of the spool, by state. */
  spooled: { state: string; reason: string | null }[];
}

export function keptAt(gcs: GcsDouble): Kept {
  const objectsOf = (bucket: string): [string, Buffer][] =>
    gcs.objectNames(bucket).map((name) => [name, gcs.bytesOf(bucket, name) ?? Buffer.alloc(0)]);
  return new Map(gcs.bucketNames().map((bucket) => [bucket, new Map(objectsOf(bucket))]));
}

/** Of a store in a folder. Throws when something in a bucket is no whole object. */
export function keptIn(folder: string): Kept {
  const buckets = readdirSync(folder).filter((name) => !name.startsWith("."));
  return new Map(buckets.map((bucket) => [bucket, objectsIn(join(folder, bucket))]));
}

function objectsIn(bucket: string): Map<string, Buffer> {
  const names = readdirSync(bucket);
  if (!names.includes("bucket.json")) throw new Error("a bucket that is none");
  return new Map(names.filter((name) => name !== "bucket.json").map((name) => objectIn(join(bucket, name))));
}

function objectIn(folder: string): [string, Buffer] {
  if (readdirSync(folder).toSorted().join() !== "data,object.json") throw new Error("a part of an object");
  const info = JSON.parse(readFileSync(join(folder, "object.json"), "utf8"));
  const bytes = readFileSync(join(folder, "data"));
  if (bytes.byteLength !== info.sizeBytes) throw new Error("an object of another size than it says");
  return [info.name, bytes];
}

export function readBooks(dataDir: string): Books {
  using db = new Database(join(dataDir, "lull.db"), { readonly: true, strict: true });
  return {
    integrity: db
      .query<{ integrity_check: string }, []>("PRAGMA integrity_check")
      .all()
      .map((row) => row.integrity_check),
    lines: db.query<Line, []>(LINES).all(),
    contactBuckets: db
      .query<{ name: string }, []>("SELECT bucket_name AS name FROM contact_bucket_mapping")
      .all()
      .map(({ name }) => name),
    spooled: db.query<Books["spooled"][number], []>("SELECT state, reason FROM storage_spool").all(),
  };
}

const LINES = `
  SELECT h.conversation_id AS conversationId, chatwoot_message_id AS messageId, sender, content, reply_id AS replyId,
    h.created_at AS saidAt, c.public_id AS placeId, c.bucket_name AS bucketName
  FROM customer_conversations AS h LEFT JOIN conversations AS c
    ON c.connection_id = h.connection_id AND c.chatwoot_conversation_id = h.conversation_id
  ORDER BY h.id`;

/** How much of what was said is not in its bucket yet, and may still come there. */
export function waitingCount(dataDir: string): number {
  using db = new Database(join(dataDir, "lull.db"), { readonly: true, strict: true });
  return db.query<{ count: number }, []>(WAITING).get()?.count ?? 0;
}

const WAITING = `
  SELECT (SELECT count(*) FROM storage_spool WHERE state <> 'failed') + (SELECT count(*) FROM customer_conversations
    WHERE id > coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'archived_through'), 0)) AS count`;

/** What is missing, wrong or too much, in words; `sent` is by message id. */
export function faultsIn(
  lines: readonly Line[],
  sent: ReadonlyMap<number, SentMessage>,
  kept: Kept,
): string[] {
  const left = new Map([...kept].map(([bucket, objects]) => [bucket, byPlace(objects)]));
  const faults = lines.flatMap((line) => {
    const place = `v1/${line.placeId}/${line.messageId}`;
    const places = left.get(line.bucketName ?? "");
    const objects = places?.get(place) ?? new Map();
    places?.delete(place);
    const { text, files } = sent.get(line.messageId) ?? { text: line.content, files: [] };
    // What is spoken is a part of what was said.
    const spoken = files.map(({ transcript }) => transcript).filter((transcript) => transcript !== null);
    if ([text, ...spoken].join("\n") !== line.content) return [`${place} says something else`];
    return faultsOfLine(line, files, objects).map((fault) => `${place}: ${fault}`);
  });
  const strange = [...left.values()].flatMap((places) => [...places.keys()]);
  return [...faults, ...strange.map((place) => `${place} belongs to nothing`)];
}

function byPlace(objects: ReadonlyMap<string, Buffer>): Map<string, Map<string, Buffer>> {
  const grouped = Map.groupBy(objects, ([name]) => name.slice(0, name.lastIndexOf("/")));
  return new Map([...grouped].map(([place, own]) => [place, new Map(own)]));
}

/** `objects` is emptied of what belongs to the line. */
function faultsOfLine(line: Line, files: SentMessage["files"], objects: Map<string, Buffer>): string[] {
  const faults: string[] = [];
  const take = (bytes: Uint8Array, what: string): void => {
    const name = [...objects.keys()].find((one) => one.endsWith(`/${sha256(bytes)}`));
    if (name === undefined || objects.get(name)?.equals(bytes) !== true) faults.push(`no ${what}`);
    else objects.delete(name);
  };
  for (const { bytes, transcript } of files) {
    take(bytes, "attachment");
    if (transcript !== null) take(Buffer.from(transcript), "transcript");
  }
  const [message, ...others] = objects;
  if (message === undefined) return [...faults, "no message"];
  if (others.length > 0) faults.push("more than was said");
  return [...faults, ...faultsOfMessage(line, files, ...message)];
}

function faultsOfMessage(line: Line, files: SentMessage["files"], name: string, bytes: Buffer): string[] {
  if (!name.endsWith(`/${sha256(bytes)}`)) return ["a message of other bytes than its name says"];
  const { attachments, ...said } = JSON.parse(bytes.toString());
  const { conversationId, messageId, sender, content, replyId } = line;
  const saidAt = new Date(line.saidAt).toISOString();
  const expected = {
    conversationId,
    messageId,
    sender,
    content,
    saidAt,
    ...(replyId === null ? {} : { replyId }),
  };
  const isSame = Bun.deepEquals(
    Object.keys(expected).map((key) => said[key]),
    Object.values(expected),
  );
  const sizes = (attachments as { sizeBytes: number }[]).map(({ sizeBytes }) => sizeBytes);
  const areSame = Bun.deepEquals(
    sizes,
    files.map((file) => file.bytes.byteLength),
  );
  return isSame && areSame ? [] : ["a message that says something else"];
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** How many bytes all objects have. */
export function bytesOf(kept: Kept): number {
  const sizes = [...kept.values()].flatMap((objects) => [...objects.values()].map((one) => one.byteLength));
  return sizes.reduce((sum, size) => sum + size, 0);
}
