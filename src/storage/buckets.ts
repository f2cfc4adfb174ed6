// Whose bucket is which: one for each user, for ever, and one for each contact that nobody knows. The mapping stands
// before the store has the bucket; making it is the bucket maker's.
import type { Clock } from "../clock.ts";
import type { Bucket, BucketParty, BucketStore, EnsuredBucket } from "../db/store-buckets.ts";
import type { Identification } from "../identity/layers.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import { newBucketName } from "./bucket-name.ts";

export interface BucketsDeps {
  store: Pick<
    BucketStore,
    "bucketOf" | "ensureBucket" | "ensureBuckets" | "importBucket" | "mergeBucket" | "eraseBucket"
  >;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Pick<Metrics, "bucketSeconds">;
  prefix: string;
  /** There is a bucket to make, or objects to move. */
  onWork: () => void;
}

export class Buckets {
  readonly #deps: BucketsDeps;

  constructor(deps: BucketsDeps) {
    this.#deps = deps;
  }

  /** The party's bucket; null when there is none yet. */
  async of(party: BucketParty): Promise<Bucket | null> {
    return await this.#timed(() => this.#deps.store.bucketOf(party));
  }

  /** The same, mapped anew when there is none. Null: no such user, or nobody to be for. `subjectId` is who asks. */
  async ensure(party: BucketParty, subjectId: string): Promise<EnsuredBucket | null> {
    const { store, clock } = this.#deps;
    const bucket = await this.#timed(() => store.ensureBucket(party, this.#newName(party), clock.now()));
    this.#note(bucket, party, subjectId);
    return bucket;
  }

  /** The same for many, in their order and at the cost of one. */
  async ensureAll(
    asked: readonly { party: BucketParty; subjectId: string }[],
  ): Promise<(EnsuredBucket | null)[]> {
    const { store, clock } = this.#deps;
    const named = asked.map(({ party }) => ({ party, newName: this.#newName(party) }));
    const buckets = await this.#timed(() => store.ensureBuckets(named, clock.now()));
    asked.forEach(({ party, subjectId }, index) => this.#note(buckets[index] ?? null, party, subjectId));
    return buckets;
  }

  /** Maps a bucket that was there before lull. False: no such user. Rejects as the store does when it, or the user, is taken. */
  async importFor(userId: string, bucketName: string): Promise<boolean> {
    const { store, clock, onWork } = this.#deps;
    const isMapped = await store.importBucket(userId, bucketName, clock.now());
    if (isMapped) onWork();
    return isMapped;
  }

  /** There is one to be made that somebody else has written down. */
  wake(): void {
    this.#deps.onWork();
  }

  /** Lets all objects of a bucket that is nobody's follow into a user's; gives the task's id. Null: no such user. */
  async merge(bucketName: string, userId: string): Promise<string | null> {
    const { store, clock, random, prefix, onWork } = this.#deps;
    const newName = newBucketName(prefix, "user", random);
    const taskId = await store.mergeBucket(bucketName, userId, newName, clock.now());
    if (taskId !== null) onWork();
    return taskId;
  }

  /** Takes out all that is in a bucket, and all that is on its way there; gives the task's id. Null: no such bucket. */
  async erase(bucketName: string): Promise<string | null> {
    const { store, clock, onWork } = this.#deps;
    const taskId = await store.eraseBucket(bucketName, clock.now());
    if (taskId !== null) onWork();
    return taskId;
  }

  #newName({ userId }: BucketParty): string {
    const { prefix, random } = this.#deps;
    return newBucketName(prefix, userId === null ? "contact" : "user", random);
  }

  #note(bucket: EnsuredBucket | null, party: BucketParty, subjectId: string): void {
    if (bucket === null) return;
    this.#tell(bucket, party, subjectId);
    if (bucket.state === "creating" || bucket.followedBy.length > 0) this.#deps.onWork();
  }

  #tell({ name, isNew, followedBy }: EnsuredBucket, party: BucketParty, subjectId: string): void {
    const { log } = this.#deps;
    const { userId, contactRef } = party;
    const whose = userId === null ? `contact: ${contactRef ?? "a number"}` : `user: ${userId}`;
    const text = `${isNew ? "Generated new bucket" : "Using existing bucket"}: ${name} for ${whose}`;
    const fields = { bucketName: name, userId, contactRef, subjectId, text };
    log.event("info", isNew ? "bucket.generated" : "bucket.used", fields);
    for (const from of followedBy) log.event("info", "bucket.followed", { bucketName: name, from, userId });
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const { clock, metrics } = this.#deps;
    const startedAt = clock.monotonic();
    try {
      return await work();
    } finally {
      metrics.bucketSeconds.observe({ op: "lookup" }, (clock.monotonic() - startedAt) / 1000);
    }
  }
}

/** A user reaches their bucket by a verified address alone; else it is the contact's, or the bare number's. */
export function partyOf(
  { userId, isVerified, contactRef }: Pick<Identification, "userId" | "isVerified" | "contactRef">,
  connectionKey: number,
  phoneKey: string | null,
): BucketParty {
  return { userId: isVerified ? userId : null, connectionKey, contactRef, phoneKey };
}
