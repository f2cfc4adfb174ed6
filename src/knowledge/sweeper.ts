// Takes away what deleted files left: passages, bytes on the disk and in the bucket, and last the row that remembers them.
// Each step can be done twice, so that a process that dies in the middle only begins anew.
import type { Clock } from "../clock.ts";
import type { FileToSweep, KnowledgeStore } from "../db/store-knowledge.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { nextTurn } from "../loop.ts";
import { Service } from "../service.ts";
import type { Random } from "../random.ts";
import { type Backoff, isOutage, reasonOf } from "../storage/backoff.ts";
import type { ObjectStore } from "../storage/objects.ts";
import type { SpoolFolder } from "../storage/spool-folder.ts";
import { uploadOf } from "./object-name.ts";
import { Waits } from "./waits.ts";

export interface KnowledgeSweeperDeps {
  store: Pick<KnowledgeStore, "nextFileToSweep" | "removePassages" | "removeFile">;
  folder: Pick<SpoolFolder, "remove">;
  objects: Pick<ObjectStore, "remove">;
  /** Resolves once no upload to that bucket is under way. */
  whenIdle: (bucketName: string) => Promise<void>;
  clock: Clock;
  random: Random;
  log: Log;
  pollMs: number;
}

/** The index tidies up after about 64 of them, and the event loop waits for that: some 30 ms on a small machine. */
export const PASSAGES_REMOVED_AT_ONCE = 25;
const BACKOFF: Backoff = { firstMs: 5_000, maxMs: 15 * 60_000 };

export class KnowledgeSweeper extends Service {
  readonly #deps: KnowledgeSweeperDeps;
  readonly #waits: Waits;

  constructor(deps: KnowledgeSweeperDeps) {
    super(deps, "knowledge_sweeper");
    this.#deps = deps;
    this.#waits = new Waits(BACKOFF, deps);
  }

  /** Sweeps what can be swept now; gives how many files are gone for good. */
  override async runOnce(): Promise<number> {
    let count = 0;
    for (let afterKey = 0; !this.isStopping;) {
      const file = await this.#deps.store.nextFileToSweep(afterKey);
      if (file === null) break;
      afterKey = file.key;
      await this.#removePassages(file);
      if (this.#canReach(file) && (await this.#removeBytes(file))) count++;
    }
    return count;
  }

  protected override nextAt(): Promise<number | null> {
    return Promise.resolve(this.#waits.nextAt());
  }

  /** The words go first, whether the storage answers or not. */
  async #removePassages({ key }: FileToSweep): Promise<void> {
    while (!this.isStopping && (await this.#deps.store.removePassages(key, PASSAGES_REMOVED_AT_ONCE)) > 0)
      await nextTurn();
  }

  #canReach({ bucketName }: FileToSweep): boolean {
    return !this.isStopping && this.#waits.isOver("store") && this.#waits.isOver(bucketName);
  }

  async #removeBytes({ key, bucketName, objectName }: FileToSweep): Promise<boolean> {
    const { store, folder, log } = this.#deps;
    try {
      await this.#removeObject(bucketName, objectName);
    } catch (error) {
      this.#postpone(bucketName, error);
      return false;
    }
    await folder.remove(uploadOf(objectName));
    await store.removeFile(key);
    log.event("info", "file.swept", { bucketName });
    return true;
  }

  /** An upload that began before the file was deleted would put it back. */
  async #removeObject(bucketName: string, objectName: string): Promise<void> {
    const { objects, whenIdle } = this.#deps;
    const signal = this.stopSignal;
    await unlessAborted(whenIdle(bucketName), signal);
    await objects.remove(bucketName, objectName, signal).catch(falseWithoutBucket);
    this.#waits.end("store");
    this.#waits.end(bucketName);
  }

  #postpone(bucketName: string, error: unknown): void {
    if (this.isStopping) return;
    if (!(error instanceof AppError)) throw error;
    const waitMs = this.#waits.begin(isOutage(error) ? "store" : bucketName, error);
    this.#deps.log.failure("file.sweep_waiting", error, { bucketName, waitMs });
  }
}

function falseWithoutBucket(error: unknown): false {
  if (reasonOf(error) === "no_bucket") return false;
  throw error;
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
