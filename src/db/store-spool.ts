// What the store knows of objects on their way into buckets, and how far the archive has come with what was said.
// One method is one transaction.
import type { Attachment, MessageKind } from "../chatwoot/arrival.ts";
import type { Sender } from "../identity/layers.ts";
import type { Row } from "./store-insight.ts";

export type ObjectKind = "message" | "attachment" | "transcript" | "file";

interface NewObject {
  bucketName: string;
  kind: ObjectKind;
  /** Made by lull, never out of what somebody wrote. */
  objectName: string;
  contentType: string;
  /** What its sender called it. */
  originalName: string | null;
}

/** Small enough to stand in its row. */
export interface SpooledText extends NewObject {
  /** The line it is of. */
  saidKey: number;
  body: string;
  sizeBytes: number;
  checksum: string;
}

/** Still at its Chatwoot. `objectName` is what it will begin with. */
export interface WantedMedia extends NewObject {
  saidKey: number;
  connectionKey: number;
  /** A secret. */
  sourceUrl: string;
  /** As its sender says, 0 when they do not: what the spool counts on. */
  sizeBytes: number;
}

/** In the spool folder, under `id`. */
export interface SpooledFile extends NewObject {
  id: string;
  fileKey: number;
  sizeBytes: number;
  checksum: string;
}

export interface SpooledObject extends NewObject {
  key: number;
  id: string;
  /** Null: its bytes are in the spool folder. */
  body: string | null;
  sizeBytes: number;
  checksum: string;
  attempts: number;
}

export interface MediaToFetch {
  key: number;
  id: string;
  connectionKey: number;
  objectName: string;
  sourceUrl: string;
  contentType: string;
  attempts: number;
  createdAt: number;
}

export interface FetchedMedia {
  objectName: string;
  contentType: string;
  sizeBytes: number;
  checksum: string;
}

export interface SaidObjects {
  texts: readonly SpooledText[];
  wanted: readonly WantedMedia[];
  places: readonly ArchivePlace[];
}

/** In which bucket a conversation is archived. */
export interface ArchivePlace {
  connectionKey: number;
  /** Null: of the chat API. */
  conversationId: number | null;
  bucketName: string;
}

/** A message or reply as it was said. */
export interface SaidRow {
  key: number;
  connectionKey: number;
  connectionName: string;
  /** Null: it came by the chat API. */
  conversationId: number | null;
  /** The conversation's public id, else the message's own. */
  placeId: string;
  messageId: number | null;
  replyId: string | null;
  writer: "user" | "bot" | "human";
  source: string;
  content: string;
  kind: MessageKind | null;
  attachments: Attachment[];
  saidAt: number;
  /** The customer, whoever wrote this line. */
  customer: Sender;
}

export interface SpoolStore {
  /** What was said and is not archived yet, in order. */
  saidUnarchived(limit: number): Promise<SaidRow[]>;
  /**
   * Takes objects into the spool, and marks all that was said up to `throughKey` as archived; a line that was deleted
   * meanwhile leaves nothing. False, and nothing is done, when a bucket has been given up since: whose it is must be
   * asked anew.
   */
  spoolSaid(said: SaidObjects, throughKey: number, now: number): Promise<boolean>;
  /** Everything that waits, wanted bytes included; what was given up is not. */
  spoolSize(): Promise<{ objectCount: number; bytes: number }>;

  /** Bytes that are here already and wait to be uploaded. */
  spooledBytes(): Promise<number>;

  /** What may be uploaded now, oldest first: only into buckets that are ready. */
  dueUploads(now: number, limit: number): Promise<SpooledObject[]>;
  nextUploadAt(after: number): Promise<number | null>;
  /** Their buckets have them. Gives the keys of those that were taken out, or sent elsewhere, meanwhile. */
  uploaded(objects: readonly Pick<SpooledObject, "key" | "bucketName">[], now: number): Promise<number[]>;
  delayUpload(objectKey: number, reason: string, dueAt: number): Promise<void>;

  dueFetches(now: number, limit: number): Promise<MediaToFetch[]>;
  nextFetchAt(after: number): Promise<number | null>;
  /** Its bytes are in the spool folder. False: nobody wants it any more. */
  fetched(mediaKey: number, media: FetchedMedia, now: number): Promise<boolean>;
  delayFetch(mediaKey: number, reason: string, dueAt: number): Promise<void>;
  /** It cannot be had or stored; the row stays, with the reason, for people. */
  giveUpObject(objectKey: number, reason: string): Promise<void>;

  /** How many were given up, and the first of them: objectId, kind, reason. */
  objectsGivenUp(limit: number): Promise<{ count: number; objects: Row[] }>;

  /** Ids whose bytes are, or may be, in the spool folder. */
  spooledFileIds(): Promise<string[]>;
}
