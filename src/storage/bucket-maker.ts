// Makes the buckets that are mapped and not yet there: one after another, at the pace that Google allows a project.
// Nothing waits for it but the objects of that bucket.
import type { Clock } from "../clock.ts";
import type { BucketStore, BucketToMake } from "../db/store-buckets.ts";
import type { SettingsStore } from "../db/store-settings.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";
import type { Random } from "../random.ts";
import { type Backoff, isOutage, reasonOf, waitAfter } from "./backoff.ts";
import { breathe } from "./breathe.ts";
import { newBucketName } from "./bucket-name.ts";
import { type ObjectStore, OWNER_LABEL } from "./objects.ts";

export interface BucketMakerDeps {
  store: Pick<
    BucketStore,
    "nextBucketToMake" | "nextBucketAt" | "bucketReady" | "bucketTaken" | "delayBucket"
  > &
    Pick<SettingsStore, "setting" | "saveSetting">;
  objects: Pick<ObjectStore, "kind" | "createBucket" | "labelBucket">;
  clock: Clock;
  random: Random;
  log: Log;
  prefix: string;
  /** The id of this installation: the label by which its buckets are known. */
  instance: string;
  pollMs: number;
  /** The store has another bucket. */
  onReady: () => void;
}

/** Google lets a project make about one in two seconds, and counts those that fail. */
const PACE_MS = 2_500;
/** When the last one was tried: kept, so that a restart keeps the pace as well. */
const TRIED_AT = "bucket_tried_at";
const OUTAGE_BACKOFF: Backoff = { firstMs: 5_000, maxMs: 5 * 60_000 };
const REFUSAL_BACKOFF: Backoff = { firstMs: 60_000, maxMs: 60 * 60_000 };

export class BucketMaker extends Service {
  readonly #deps: BucketMakerDeps;
  readonly #paceMs: number;

  constructor(deps: BucketMakerDeps) {
    super(deps, "bucket_maker");
    this.#deps = deps;
    this.#paceMs = deps.objects.kind === "gcs" ? PACE_MS : 0;
  }

  /** Makes what may be made now; gives how many were tried. */
  override async runOnce(): Promise<number> {
    const { store, clock } = this.#deps;
    for (let count = 0; ; count++) {
      const isTooEarly = (await this.#freeAt()) > clock.now();
      const bucket = isTooEarly ? null : await store.nextBucketToMake(clock.now());
      if (bucket === null || this.isStopping) return count;
      const startedAt = clock.monotonic();
      await this.#keepPace();
      await this.#make(bucket);
      await breathe(clock, startedAt, this.stopSignal);
    }
  }

  async #make(bucket: BucketToMake): Promise<void> {
    const { store, clock, random, log, prefix, onReady } = this.#deps;
    const { name, kind, source } = bucket;
    try {
      const outcome = await this.#ask(bucket);
      if (outcome === "theirs") {
        const newName = newBucketName(prefix, kind, random);
        await store.bucketTaken(name, newName, clock.now());
        return log.event("warning", "bucket.taken", { bucketName: name, newName });
      }
      await store.bucketReady(name, clock.now());
      const text = outcome === "created" ? "Successfully created bucket" : "Bucket already exists";
      const event = outcome === "created" ? "bucket.created" : "bucket.exists";
      log.event("info", event, { bucketName: name, source, text: `${text}: ${name}` });
      onReady();
    } catch (error) {
      await this.#delay(bucket, error);
    }
  }

  async #ask({ name, source }: BucketToMake): Promise<"created" | "ours" | "theirs"> {
    const { objects, instance } = this.#deps;
    const labels = { [OWNER_LABEL]: instance };
    const signal = this.stopSignal;
    const isVouchedFor = source === "imported" && (await objects.labelBucket(name, labels, signal));
    return isVouchedFor ? "ours" : await objects.createBucket(name, labels, signal);
  }

  async #delay({ name, attempts }: BucketToMake, error: unknown): Promise<void> {
    if (this.isStopping) return;
    const { store, clock, random, log } = this.#deps;
    const backoff = isOutage(error) ? OUTAGE_BACKOFF : REFUSAL_BACKOFF;
    const waitMs = waitAfter(backoff, attempts, error, random);
    await store.delayBucket(name, reasonOf(error), clock.now() + waitMs);
    log.failure("bucket.not_created", error, { bucketName: name, waitMs });
  }

  /** Written down first: a process that dies in the call has used its turn. */
  async #keepPace(): Promise<void> {
    const { store, clock } = this.#deps;
    if (this.#paceMs > 0) await store.saveSetting(TRIED_AT, String(clock.now()), clock.now());
  }

  async #freeAt(): Promise<number> {
    const { store, clock } = this.#deps;
    if (this.#paceMs === 0) return 0;
    const triedAt = Number((await store.setting(TRIED_AT)) ?? 0);
    if (triedAt <= clock.now()) return triedAt + this.#paceMs;
    // The machine's clock was set back since: counted from now on.
    await this.#keepPace();
    return clock.now() + this.#paceMs;
  }

  protected override async nextAt(after: number): Promise<number | null> {
    const { store, clock } = this.#deps;
    const isWaiting = (await store.nextBucketToMake(clock.now())) !== null;
    const dueAt = isWaiting ? clock.now() : await store.nextBucketAt(after);
    return dueAt === null ? null : Math.max(dueAt, await this.#freeAt());
  }
}
