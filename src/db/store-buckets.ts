// What the store knows of buckets: whose each is, which are still to be made, and what is to be done with a whole one.
// One method is one transaction. Rows for people come as Row, with the outside names of the admin's answers.
import type { ListQuery, Page, Row } from "./store-insight.ts";

/** Whom a bucket is for. A user comes before the contact, the contact before the bare number. */
export interface BucketParty {
  /** Only of somebody who may reach this user's bucket. */
  userId: string | null;
  connectionKey: number;
  contactRef: string | null;
  phoneKey: string | null;
}

/** A user, however they were known: nothing of a contact follows. */
export function partyOfUser(userId: string): BucketParty {
  return { userId, connectionKey: 0, contactRef: null, phoneKey: null };
}

/** ready: the store has it. */
export type BucketState = "creating" | "ready";

export interface Bucket {
  name: string;
  state: BucketState;
}

export interface EnsuredBucket extends Bucket {
  /** True for the one call that made the mapping. */
  isNew: boolean;
  /** Buckets whose objects now follow into this one. */
  followedBy: string[];
}

export interface BucketToMake {
  name: string;
  kind: "user" | "contact";
  /** imported: somebody vouches that it is theirs, whoever made it. */
  source: "made" | "imported";
  attempts: number;
}

export interface BucketTask {
  key: number;
  id: string;
  /** remove: of what stands under the prefix alone. */
  kind: "move" | "erase" | "remove";
  bucketName: string;
  /** Of a move. */
  intoBucket: string | null;
  /** Of a removal. */
  prefix: string | null;
  attempts: number;
}

export interface KnownBucket {
  name: string;
  state: BucketState | "retired";
  /** The user's id or the contact's reference; null: a bare number's, or nobody's any more. */
  owner: string | null;
  /** Why it is retired, or not made yet. */
  reason: string | null;
}

export interface BucketStore {
  bucketOf(party: BucketParty): Promise<Bucket | null>;
  /**
   * The party's one bucket; `newName` is its name when there is none yet. A user's takes over what was kept for the
   * contact and the number while nobody was known. Null: no such user, or nobody to be for.
   */
  ensureBucket(party: BucketParty, newName: string, now: number): Promise<EnsuredBucket | null>;
  /** The same for many, in their order. */
  ensureBuckets(
    asked: readonly { party: BucketParty; newName: string }[],
    now: number,
  ): Promise<(EnsuredBucket | null)[]>;
  /** Maps a bucket that was there before lull, in place of one that was imported and never there. Rejects with StoreError `conflict` when the user has another one, or it is somebody's. False: no such user. */
  importBucket(userId: string, bucketName: string, now: number): Promise<boolean>;

  /** The next one that the store does not have yet and whose time has come. */
  nextBucketToMake(now: number): Promise<BucketToMake | null>;
  nextBucketAt(after: number): Promise<number | null>;
  bucketReady(name: string, now: number): Promise<void>;
  /** The name is somebody else's: everything that waits for it goes under `newName`. */
  bucketTaken(name: string, newName: string, now: number): Promise<void>;
  delayBucket(name: string, reason: string, dueAt: number): Promise<void>;
  /** Somebody removed it: it is to be made anew. */
  bucketMissing(name: string, now: number): Promise<void>;

  /** name, kind, source, state, userId, contactId, connection, reason, attempts, createdAt, readyAt, retiredAt, formerOwner. */
  listBuckets(query: ListQuery): Promise<Page>;
  bucketRow(name: string): Promise<Row | null>;
  /** The same of a user's; null when there is none. */
  bucketRowOf(userId: string): Promise<Row | null>;
  /** All of them by name, for a comparison with the store. */
  knownBuckets(): Promise<KnownBucket[]>;

  /**
   * Lets all objects of a bucket that is nobody's follow into a user's. Gives the task's id; null: no such user.
   * Rejects with StoreError `conflict` when the bucket is somebody's, or a task is under way with it.
   */
  mergeBucket(bucketName: string, userId: string, newName: string, now: number): Promise<string | null>;
  /** Takes out all objects, what waits to be uploaded and the files' texts included. Null: no such bucket. */
  eraseBucket(bucketName: string, now: number): Promise<string | null>;
  nextBucketTask(now: number): Promise<BucketTask | null>;
  nextBucketTaskAt(after: number): Promise<number | null>;
  /** Counts objects that have been moved or erased. */
  countTask(taskKey: number, objectCount: number): Promise<void>;
  delayTask(taskKey: number, reason: string, dueAt: number): Promise<void>;
  finishTask(taskKey: number, now: number): Promise<void>;
  /** id, kind, bucket, into, state, objectCount, reason, attempts, createdAt, doneAt. */
  bucketTask(taskId: string): Promise<Row | null>;
  listBucketTasks(query: ListQuery): Promise<Page>;
}
