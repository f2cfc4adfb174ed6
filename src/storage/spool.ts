// Brings objects to their buckets: a few at a time, again and again until each is there. When the store is away all of
// them wait; nothing waits for them.
import { type Clock, MINUTE_MS, startDeadline } from "../clock.ts";
import type { BucketStore } from "../db/store-buckets.ts";
import type { SpooledObject, SpoolStore } from "../db/store-spool.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import { type Backoff, isOutage, reasonOf, waitAfter } from "./backoff.ts";
import { breathe } from "./breathe.ts";
import type { Content, ObjectStore } from "./objects.ts";
import { unavailable } from "./failure.ts";
import type { SpoolFolder } from "./spool-folder.ts";

export interface SpoolDeps {
  store: Pick<
    SpoolStore,
    "dueUploads" | "nextUploadAt" | "uploaded" | "delayUpload" | "giveUpObject" | "spoolSize" | "spooledBytes"
  > &
    Pick<BucketStore, "bucketMissing">;
  objects: Pick<ObjectStore, "kind" | "put" | "remove">;
  folder: SpoolFolder;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Pick<Metrics, "objectsStored" | "objectBytes">;
  pollMs: number;
  /** A bucket is to be made. */
  onMissingBucket: () => void;
}

/** What may wait at once, on the disk and in rows; beyond it new objects wait where they come from. */
export const SPOOL_BYTES_MAX = 1024 * 1024 * 1024;
export const SPOOL_OBJECTS_MAX = 20_000;

const BATCH_MAX = 64;
const UPLOADS_AT_ONCE = 4;
/** How long an upload may take, and how slow a line may be on top of it. */
const UPLOAD_MIN_MS = 2 * MINUTE_MS;
const UPLOAD_BYTES_PER_SECOND = 16 * 1024;
/** One transaction for all that arrived in this time. */
const SETTLE_MS = 100;
const OUTAGE_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 5 * 60_000 };
const REFUSAL_BACKOFF: Backoff = { firstMs: 60_000, maxMs: 60 * 60_000 };

export class Spool extends Service {
  readonly #deps: SpoolDeps;
  /** How many uploads are under way, by bucket. */
  readonly #underWay = new Map<string, number>();
  #idle: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Objects go to the disk that the database is on. */
  readonly #isOnOneDisk: boolean;
  #outageCount = 0;
  /** On the monotonic clock: a wall clock that is set back lengthens no rest. */
  #restUntil = 0;

  constructor(deps: SpoolDeps) {
    super(deps, "spool");
    this.#deps = deps;
    this.#isOnOneDisk = deps.objects.kind === "disk";
  }

  /** Uploads what may be uploaded now; gives how many arrived. */
  override async runOnce(): Promise<number> {
    const { store, clock } = this.#deps;
    for (let count = 0; ;) {
      const batch = this.#isEnded() ? [] : await store.dueUploads(clock.now(), BATCH_MAX);
      if (batch.length === 0) return count;
      count += await this.#uploadAll(batch);
    }
  }

  protected override async nextAt(after: number): Promise<number | null> {
    const { store, clock } = this.#deps;
    if (this.#isResting()) return clock.now() + this.#restUntil - clock.monotonic();
    return await store.nextUploadAt(after);
  }

  /** Whether there is room for one more. */
  async hasRoom(): Promise<boolean> {
    const { objectCount, bytes } = await this.#deps.store.spoolSize();
    return objectCount < SPOOL_OBJECTS_MAX && bytes < SPOOL_BYTES_MAX;
  }

  /** Whether there is room for the bytes of one that is counted already: what waits to be fetched keeps none from it. */
  async hasRoomToFetch(): Promise<boolean> {
    return (await this.#deps.store.spooledBytes()) < SPOOL_BYTES_MAX;
  }

  /** Resolves once no upload to that bucket is under way. */
  async whenIdle(bucketName: string): Promise<void> {
    while (this.#underWay.has(bucketName)) await this.#idle.promise;
  }

  /** Gives how many arrived. They are settled as time goes by: a crash repeats little, and one that hangs keeps no other. */
  async #uploadAll(batch: readonly SpooledObject[]): Promise<number> {
    const { clock } = this.#deps;
    const waiting = [...batch];
    const arrived: SpooledObject[] = [];
    let count = 0;
    let settledAt = clock.monotonic();
    const settle = async (): Promise<void> => {
      settledAt = clock.monotonic();
      const some = arrived.splice(0);
      count += some.length;
      await this.#settle(some);
    };
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !this.#isEnded(); next = waiting.shift()) {
        const startedAt = clock.monotonic();
        if (await this.#upload(next)) arrived.push(next);
        if (clock.monotonic() - settledAt >= SETTLE_MS) await settle();
        if (this.#isOnOneDisk) await breathe(clock, startedAt, this.stopSignal);
      }
      await settle();
    };
    this.#count(batch, 1);
    try {
      // All of them, though one fails: none may go on behind the back of whoever waits for it.
      const ends = await Promise.allSettled(
        Array.from({ length: this.#isOnOneDisk ? 1 : UPLOADS_AT_ONCE }, lane),
      );
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    } finally {
      this.#count(batch, -1);
    }
    return count;
  }

  #isEnded(): boolean {
    return this.#isResting() || this.isStopping;
  }

  #isResting(): boolean {
    return this.#restUntil > this.#deps.clock.monotonic();
  }

  /** False: not now. */
  async #upload(object: SpooledObject): Promise<boolean> {
    const { folder } = this.#deps;
    const { id, body, sizeBytes } = object;
    try {
      const isLost = body === null && (await folder.sizeBytes(id)) !== sizeBytes;
      if (isLost) return await this.#lose(object, "lost");
      const outcome = await this.#put(object);
      this.#outageCount = 0;
      return outcome === "different" ? await this.#lose(object, "different") : true;
    } catch (error) {
      if (this.isStopping) return false;
      await this.#delay(object, error);
      return false;
    }
  }

  /** One that hangs is ended, so that it keeps no others. */
  async #put(object: SpooledObject): Promise<Awaited<ReturnType<ObjectStore["put"]>>> {
    const { objects, clock } = this.#deps;
    const { bucketName, objectName, sizeBytes } = object;
    const limitMs = UPLOAD_MIN_MS + (sizeBytes / UPLOAD_BYTES_PER_SECOND) * 1_000;
    const deadline = startDeadline(clock, limitMs, this.stopSignal);
    try {
      return await objects.put(bucketName, objectName, this.#contentOf(object), deadline.signal);
    } catch (error) {
      throw deadline.expired() ? unavailable("an upload took too long") : error;
    } finally {
      deadline.clear();
    }
  }

  #contentOf({ id, kind, body, sizeBytes, checksum, contentType, originalName }: SpooledObject): Content {
    const { folder } = this.#deps;
    const open = () => (body === null ? folder.readThrough(id) : new Blob([body]).stream());
    const metadata: Record<string, string> = { kind, ...(originalName === null ? {} : { originalName }) };
    return { open, sizeBytes, checksum, contentType, metadata };
  }

  /** All of them in one transaction; then their files are needed no more. */
  async #settle(arrived: readonly SpooledObject[]): Promise<void> {
    if (arrived.length === 0) return;
    const { store, clock, folder, metrics } = this.#deps;
    const unwanted = new Set(await store.uploaded(arrived, clock.now()));
    for (const object of arrived) {
      if (unwanted.has(object.key)) await this.#takeBack(object);
      else if (object.body === null) await folder.remove(object.id);
      metrics.objectsStored.inc({ kind: object.kind });
      metrics.objectBytes.inc(object.sizeBytes);
    }
  }

  /** It was erased, or sent to another bucket, while it was on its way to this one. */
  async #takeBack({ bucketName, objectName }: SpooledObject): Promise<void> {
    await this.#deps.objects.remove(bucketName, objectName, this.stopSignal);
  }

  /** It cannot be stored as it is: the row stays, with the reason, for people. */
  async #lose({ key, id, bucketName }: SpooledObject, reason: "lost" | "different"): Promise<false> {
    const { store, log } = this.#deps;
    await store.giveUpObject(key, reason);
    log.event("error", "spool.given_up", { objectId: id, bucketName, reason });
    return false;
  }

  async #delay(object: SpooledObject, error: unknown): Promise<void> {
    const { key, id, bucketName, attempts } = object;
    const { store, clock, random, log, onMissingBucket } = this.#deps;
    const backoff = isOutage(error) ? OUTAGE_BACKOFF : REFUSAL_BACKOFF;
    const waitMs = waitAfter(backoff, attempts, error, random);
    // Behind the others: should it be this object alone that fails, they are not kept by it.
    await store.delayUpload(key, reasonOf(error), clock.now() + waitMs);
    if (isOutage(error)) return this.#rest(error);
    if (reasonOf(error) === "no_bucket") {
      await store.bucketMissing(bucketName, clock.now());
      onMissingBucket();
    }
    log.failure("spool.refused", error, { objectId: id, bucketName, waitMs });
  }

  /** The store is away: one message of the log for all of them, and one wait. */
  #rest(error: unknown): void {
    const { clock, random, log } = this.#deps;
    if (this.#isResting()) return;
    const waitMs = waitAfter(OUTAGE_BACKOFF, this.#outageCount++, error, random);
    this.#restUntil = clock.monotonic() + waitMs;
    log.failure("spool.waiting", error, { waitMs });
  }

  #count(batch: readonly SpooledObject[], by: 1 | -1): void {
    for (const { bucketName } of batch) {
      const count = (this.#underWay.get(bucketName) ?? 0) + by;
      if (count > 0) this.#underWay.set(bucketName, count);
      else this.#underWay.delete(bucketName);
    }
    if (by === 1) return;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers();
  }
}
