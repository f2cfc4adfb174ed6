// Work on a bucket: its objects follow into another one, are erased, or those of one message are removed. Each step can be
// done twice, so that a process that dies in the middle only begins anew; what has left a bucket is not listed again.
import type { Clock } from "../clock.ts";
import type { BucketStore, BucketTask } from "../db/store-buckets.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Service } from "../service.ts";
import type { Random } from "../random.ts";
import { type Backoff, reasonOf, waitAfter } from "./backoff.ts";
import { streamOf } from "./bytes.ts";
import { refused } from "./failure.ts";
import { isContentType } from "./names.ts";
import type { ObjectInfo, ObjectPage, ObjectStore } from "./objects.ts";

export interface BucketTasksDeps {
  store: Pick<
    BucketStore,
    "nextBucketTask" | "nextBucketTaskAt" | "countTask" | "delayTask" | "finishTask" | "bucketMissing"
  >;
  objects: Pick<ObjectStore, "list" | "read" | "put" | "remove">;
  clock: Clock;
  random: Random;
  log: Log;
  pollMs: number;
  /** Resolves once no upload to that bucket is under way. */
  whenIdle: (bucketName: string) => Promise<void>;
}

const PAGE_MAX = 100;
const UNTYPED = "application/octet-stream";
const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 15 * 60_000 };

export class BucketTasks extends Service {
  readonly #deps: BucketTasksDeps;

  constructor(deps: BucketTasksDeps) {
    super(deps, "bucket_tasks");
    this.#deps = deps;
  }

  /** Works on what is due; gives how many tasks were finished. */
  override async runOnce(): Promise<number> {
    const { store, clock } = this.#deps;
    for (let count = 0; ;) {
      const task = this.isStopping ? null : await store.nextBucketTask(clock.now());
      if (task === null) return count;
      if (await this.#work(task)) count++;
    }
  }

  protected override nextAt(after: number): Promise<number | null> {
    return this.#deps.store.nextBucketTaskAt(after);
  }

  async #work(task: BucketTask): Promise<boolean> {
    const { store, clock, log, whenIdle } = this.#deps;
    const { key, id, kind, bucketName, intoBucket } = task;
    try {
      await whenIdle(bucketName);
      while (await this.#step(task));
      await store.finishTask(key, clock.now());
      log.event("info", "bucket_task.done", { taskId: id, kind, bucketName, intoBucket });
      return true;
    } catch (error) {
      await this.#delay(task, error);
      return false;
    }
  }

  /** One page; false when the bucket is empty, or not there. */
  async #step({ key, bucketName, intoBucket, prefix }: BucketTask): Promise<boolean> {
    const { store, objects } = this.#deps;
    const signal = this.stopSignal;
    const page = await this.#firstPage(bucketName, prefix ?? "");
    for (const object of page) {
      if (intoBucket !== null) await this.#copy(object, bucketName, intoBucket);
      await objects.remove(bucketName, object.name, signal);
    }
    await store.countTask(key, page.length);
    return page.length > 0;
  }

  /** A page may be empty though more follow. */
  async #firstPage(bucketName: string, prefix: string): Promise<ObjectInfo[]> {
    const { objects } = this.#deps;
    for (let cursor: string | null = null; ;) {
      const page: ObjectPage = await objects
        .list(bucketName, prefix, cursor, PAGE_MAX, this.stopSignal)
        .catch(emptyIfGone);
      if (page.objects.length > 0 || page.nextCursor === null) return page.objects;
      cursor = page.nextCursor;
    }
  }

  /** Under its own name; where another object has that, beside it. */
  async #copy(object: ObjectInfo, from: string, into: string): Promise<void> {
    const outcome = await this.#put(object, from, into, object.name);
    if (outcome !== "different") return;
    const beside = await this.#put(object, from, into, `merged/${from}/${object.name}`);
    if (beside === "different") throw refused("Two other objects have this one's name.", "name_taken");
  }

  async #put(object: ObjectInfo, from: string, into: string, name: string) {
    const { objects } = this.#deps;
    const signal = this.stopSignal;
    const { sizeBytes, checksum, metadata } = object;
    // Google keeps whatever an older system called it.
    const contentType = isContentType(object.contentType) ? object.contentType : UNTYPED;
    const open = () => streamOf(this.#read(from, object.name));
    return await objects.put(into, name, { open, sizeBytes, contentType, checksum, metadata }, signal);
  }

  /** Opened when it is first read. */
  async *#read(bucketName: string, name: string): AsyncGenerator<Uint8Array> {
    const found = await this.#deps.objects.read(bucketName, name, null, this.stopSignal);
    if (found === null) throw refused("The object is not there any more.", "gone");
    yield* found.body;
  }

  async #delay(task: BucketTask, error: unknown): Promise<void> {
    if (this.isStopping) return;
    const { store, clock, random, log } = this.#deps;
    const { key, id, kind, bucketName, intoBucket, attempts } = task;
    const waitMs = waitAfter(BACKOFF, attempts, error, random);
    await store.delayTask(key, reasonOf(error), clock.now() + waitMs);
    // One that is to be emptied may be gone; one that is to be filled is made anew.
    if (intoBucket !== null && reasonOf(error) === "no_bucket")
      await store.bucketMissing(intoBucket, clock.now());
    log.failure("bucket_task.failed", error, { taskId: id, kind, bucketName, waitMs });
  }
}

function emptyIfGone(error: unknown): ObjectPage {
  if (error instanceof AppError && error.reason === "no_bucket") return { objects: [], nextCursor: null };
  throw error;
}
