// Forgets what is old enough, in small steps with a rest after each, so that what customers wait for always comes first.
import { type Clock, DAY_MS } from "../clock.ts";
import type { RetentionSettings } from "../config-upkeep.ts";
import type { Aged, CleanStep, RetentionStore } from "../db/store-retention.ts";
import { nextTurn } from "../loop.ts";
import { breathe } from "../storage/breathe.ts";
import type { Done } from "./schedule.ts";

export interface CleanupDeps {
  store: RetentionStore;
  clock: Clock;
  retention: RetentionSettings;
}

/** Rows that go in one transaction: a few milliseconds of work. */
const ROWS_MAX = 250;
/** A repeated request is answered again for so long. */
const REQUESTS_KEPT_MS = DAY_MS;
/** Who changed what is asked for later than what happened. */
const AUDITS_KEPT_MS = 365 * DAY_MS;
/** Long enough to compare a month with that of the year before. */
const USAGE_KEPT_MS = 400 * DAY_MS;

export class Cleanup {
  readonly #deps: CleanupDeps;

  constructor(deps: CleanupDeps) {
    this.#deps = deps;
  }

  /** Buffers that ended, and what no turn stands behind: notifications, errands, graves. */
  buffers(signal: AbortSignal): Promise<Done> {
    const { store, clock, retention } = this.#deps;
    const kept = { keptMs: retention.buffersMs, rowsMax: ROWS_MAX };
    const aged = { notifications: kept.keptMs, errands: kept.keptMs, graves: kept.keptMs };
    return this.#clean(
      { buffers: (after) => store.cleanBuffers(after, kept, clock.now()), ...this.#aged(aged) },
      signal,
    );
  }

  logs(signal: AbortSignal): Promise<Done> {
    const { logsMs } = this.#deps.retention;
    const aged = {
      runs: logsMs,
      webhooks: logsMs,
      events: logsMs,
      forwards: logsMs,
      alerts: logsMs,
      bucket_tasks: logsMs,
      requests: REQUESTS_KEPT_MS,
      audits: AUDITS_KEPT_MS,
      usage: USAGE_KEPT_MS,
    };
    return this.#clean(this.#aged(aged), signal);
  }

  /** What was said, and how conversations ended. */
  history(signal: AbortSignal): Promise<Done> {
    const { store, clock, retention } = this.#deps;
    const kept = { keptMs: retention.historyMs, rowsMax: ROWS_MAX };
    const aged = { outcomes: kept.keptMs, ratings: kept.keptMs };
    return this.#clean(
      { lines: (after) => store.cleanHistory(after, kept, clock.now()), ...this.#aged(aged) },
      signal,
    );
  }

  #aged(keptMs: Partial<Record<Aged, number>>): Record<string, Step> {
    const { store, clock } = this.#deps;
    const kinds = Object.entries(keptMs) as [Aged, number][];
    const steps = kinds.map(([kind, ms]): [Aged, Step] => [
      kind,
      (after) => store.cleanAged(kind, after, clock.now() - ms, ROWS_MAX),
    ]);
    return Object.fromEntries(steps);
  }

  /** One kind after another; the detail says how many rows of each went. */
  async #clean(steps: Record<string, Step>, signal: AbortSignal): Promise<Done> {
    const detail: Record<string, number> = {};
    for (const [kind, step] of Object.entries(steps)) {
      const rowCount = await this.#all(step, signal);
      if (rowCount > 0) detail[kind] = rowCount;
    }
    return { count: Object.values(detail).reduce((sum, count) => sum + count, 0), detail };
  }

  async #all(step: Step, signal: AbortSignal): Promise<number> {
    const { clock } = this.#deps;
    let count = 0;
    // What came from an older system has keys below 0.
    for (let after: number | null = Number.MIN_SAFE_INTEGER; after !== null;) {
      signal.throwIfAborted();
      const startedAt = clock.monotonic();
      const { rowCount, next }: CleanStep = await step(after);
      count += rowCount;
      after = next;
      await nextTurn();
      await breathe(clock, startedAt, signal);
    }
    return count;
  }
}

type Step = (after: number) => Promise<CleanStep>;
