// Group commit: arrivals are collected while the batch still grows, then kept in one transaction.
// It answers only after the commit. No network, no timers.
import { AppError } from "../errors.ts";
import type { Intake as Arriving, Receipt } from "../db/store-intake.ts";

/** Most arrivals of one transaction: what one fsync may have to carry. */
const BATCH_COUNT_MAX = 512;
/** Most bytes of one transaction, so that a batch of large bodies stays short. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Most arrivals that may wait; beyond it the store is too slow and the sender has to come again. */
const WAITING_COUNT_MAX = 10_000;

interface Waiting {
  intake: Arriving;
  bytes: number;
  resolve: (receipt: Receipt) => void;
  reject: (error: unknown) => void;
}

export class Intake {
  readonly #keep: (batch: readonly Arriving[]) => Promise<Receipt[]>;
  #waiting: Waiting[] = [];
  #collecting: Promise<void> | null = null;

  /** `keep` stores a batch durably, one receipt per arrival. */
  constructor(keep: (batch: readonly Arriving[]) => Promise<Receipt[]>) {
    this.#keep = keep;
  }

  /** Resolves once the arrival is durable; rejects when it could not be stored. `bytes` is its size on the wire. */
  receive(intake: Arriving, bytes: number): Promise<Receipt> {
    if (this.#waiting.length >= WAITING_COUNT_MAX) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ intake, bytes, resolve, reject });
      this.#collecting ??= this.#collect();
    });
  }

  /** Resolves when nothing waits any more. */
  async stop(): Promise<void> {
    while (this.#collecting !== null) await this.#collecting;
  }

  async #collect(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#whileGrowing();
        await this.#commit(this.#takeBatch());
      }
    } finally {
      // In the same breath as the last look: whoever comes after it must find nobody collecting.
      this.#collecting = null;
    }
  }

  /** One more turn of the event loop as long as arrivals still come in: the best of the ways that were measured. */
  async #whileGrowing(): Promise<void> {
    let before = -1;
    while (this.#waiting.length > before && this.#waiting.length < BATCH_COUNT_MAX) {
      before = this.#waiting.length;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (count === BATCH_COUNT_MAX || (count > 0 && bytes > BATCH_BYTES_MAX)) break;
      count++;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return batch;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const receipts = await this.#keep(batch.map((waiting) => waiting.intake));
      batch.forEach((waiting, index) => settle(waiting, receipts[index]));
    } catch (error) {
      for (const waiting of batch) waiting.reject(cannotStore(error));
    }
  }
}

function settle(waiting: Waiting, receipt: Receipt | undefined): void {
  if (receipt === undefined) waiting.reject(cannotStore(undefined));
  else if (receipt.action === "failed") waiting.reject(cannotStore(receipt.error));
  else waiting.resolve(receipt);
}

function cannotStore(cause: unknown): AppError {
  return new AppError("cannot_store", "The message could not be stored.", {
    retryable: true,
    fix: "Check the free space and the permissions of the data folder; Chatwoot sends it again.",
    cause,
  });
}

function overloaded(): AppError {
  return new AppError("cannot_store", "Too many messages wait to be stored.", { retryable: true });
}
