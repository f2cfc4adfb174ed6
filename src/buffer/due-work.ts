// What is due now, done at once and waited for: for those who ask for it from outside. The timers need none of it.
import { type Clock, pause } from "../clock.ts";
import type { BufferStore } from "../db/store-buffers.ts";
import type { JobStore } from "../db/store-jobs.ts";

export interface DueWorkDeps {
  store: Pick<JobStore, "dueTurns" | "turnStates"> & Pick<BufferStore, "dueBufferKeys">;
  clock: Clock;
  /** Closes what is overdue. */
  closeDue: (now: number) => Promise<unknown>;
  /** Turns may have become due. */
  wake: () => void;
  isProcessingOn: () => boolean;
}

export interface Processed {
  /** Turns that ended, with an answer or a reason for none. */
  processed: number;
  failed: number;
  /** What is due and was not done: turns, and buffers while processing is off. */
  remaining: number;
}

/** Turns that one call waits for. */
const COUNT_MAX = 1_000;
const LIMIT_MS = 20_000;
/** Pause between two looks. */
const LOOK_MS = 100;

export class DueWork {
  readonly #deps: DueWorkDeps;

  constructor(deps: DueWorkDeps) {
    this.#deps = deps;
  }

  /** Closes the buffers that are due and waits for the turns that are due or under way, 20 s at most. */
  async process(signal: AbortSignal): Promise<Processed> {
    const { store, clock, closeDue, wake, isProcessingOn } = this.#deps;
    await closeDue(clock.now());
    const now = clock.now();
    const keys = await store.dueTurns(now, COUNT_MAX);
    wake();
    const endsAt = clock.monotonic() + LIMIT_MS;
    let states = await store.turnStates(keys, now);
    while (states.waiting > 0 && isProcessingOn() && clock.monotonic() < endsAt) {
      await pause(clock, LOOK_MS, signal);
      states = await store.turnStates(keys, clock.now());
    }
    const open = await store.dueBufferKeys(clock.now(), COUNT_MAX);
    const { completed: processed, failed } = states;
    return { processed, failed, remaining: keys.length - processed - failed + open.length };
  }
}
