// Turns that failed for good: tried again, by lull itself where the failure may have passed, or given up by an operator.
// Everything goes in small steps, so that nothing else waits for it long.
import { type Clock, HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { JobFilter, JobStore } from "../db/store-jobs.ts";
import type { ErrorCode } from "../errors.ts";
import type { Log } from "../log.ts";

export interface FailedJobsDeps {
  store: JobStore;
  clock: Clock;
  log: Log;
  /** Jobs became due. */
  wake: () => void;
}

/** What became of many at once. */
export interface Retried {
  retried: number;
  /** Failed jobs that were meant and left alone. */
  left: { quarantined: number; other: number };
}

/** Jobs that are taken in one transaction. */
const STEP_COUNT = 100;
/** Jobs that lull tries again by itself in one run. */
const RUN_COUNT_MAX = 1_000;
/** Failures that may pass without anybody's help: the rest needs a key, a price or another prompt first. */
const PASSING: readonly ErrorCode[] = [
  "ai_unavailable",
  "ai_bad_answer",
  "busy",
  "cannot_store",
  "chatwoot_unreachable",
  "internal",
  "media_unavailable",
  "storage_unavailable",
];
/** A customer who wrote longer ago is left to people: by now the answer would only puzzle. */
const WORDS_AGE_MAX_MS = 6 * HOUR_MS;
/** Pause after the first failure; it is twice as long after the second. */
const REST_MS = 15 * MINUTE_MS;

export class FailedJobs {
  readonly #deps: FailedJobsDeps;

  constructor(deps: FailedJobsDeps) {
    this.#deps = deps;
  }

  /** Tries again what is worth it by now, and tells how many: the schedule's task. What is paused or closed stays silent. */
  async retryWorthy(): Promise<number> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    const worth = { codes: PASSING, wordsSince: now - WORDS_AGE_MAX_MS, restMs: REST_MS };
    return this.#retried(await inSteps(RUN_COUNT_MAX, (limit) => store.retryWorthyTurns(worth, limit, now)));
  }

  /** Tries failed jobs again, at most `limit`, as an operator wishes; quarantined ones where the filter names or allows them. */
  async retry(filter: JobFilter, limit: number): Promise<Retried> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    const retried = await inSteps(limit, (count) => store.retryTurns(filter, count, now));
    const { isQuarantined: _, ...meant } = filter;
    const quarantined =
      filter.isQuarantined === false ? await store.failedTurnCount({ ...meant, isQuarantined: true }) : 0;
    const other = await store.failedTurnCount(filter);
    return { retried: this.#retried(retried), left: { quarantined, other } };
  }

  /** Gives failed jobs up, at most `limit`, and tells how many. */
  discard(filter: JobFilter, limit: number): Promise<number> {
    const { store, clock } = this.#deps;
    return inSteps(limit, (count) => store.discardTurns(filter, count, clock.now()));
  }

  #retried(count: number): number {
    if (count > 0) {
      this.#deps.log.event("info", "jobs.retried", { count });
      this.#deps.wake();
    }
    return count;
  }
}

/** Does at most `limit` in steps until there is nothing more. */
async function inSteps(limit: number, step: (count: number) => Promise<number>): Promise<number> {
  let done = 0;
  while (done < limit) {
    const count = Math.min(STEP_COUNT, limit - done);
    const taken = await step(count);
    done += taken;
    if (taken < count) break;
  }
  return done;
}
