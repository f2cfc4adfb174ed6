// What lull aims at, each aim beside what was measured. Null: there was nothing to measure.
import type { WorkFigureStore } from "../db/store-work-figures.ts";
import type { Metrics } from "../metrics.ts";
import { upperBound } from "./upper-bound.ts";
import { quantile, rounded } from "./share.ts";
import type { Uptime } from "./uptime.ts";
import type { WorkFigures } from "./work-figures.ts";

export interface Criterion {
  name: string;
  unit: "share" | "seconds" | "count" | "of 5" | "of 1";
  target: number;
  /** Whether more is better. */
  aim: "above" | "at most";
  measured: number | null;
  isMet: boolean | null;
  /** What belongs beside it. */
  beside?: Record<string, number | null>;
}

export interface CriteriaDeps {
  store: WorkFigureStore;
  metrics: Pick<Metrics, "bucketSeconds">;
  uptime: Pick<Uptime, "shareSince">;
}

interface Known {
  since: number;
  now: number;
  identification: number | null;
  work: WorkFigures;
}

/** Replies that are timed. */
const TIMED_MAX = 1_000;
/** So many replies are as quick, or quicker. */
const PART = 0.95;

export async function criteriaOf(deps: CriteriaDeps, known: Known): Promise<Criterion[]> {
  const { store, metrics, uptime } = deps;
  const { since, now, work, identification } = known;
  const { turns, conversations } = work;
  const lookup = await upperBound(metrics.bucketSeconds, { op: "lookup" }, PART);
  return [
    above("bufferSuccess", "share", 0.99, turns.successRate),
    await replyTime(store, since),
    above("meanConfidence", "of 1", 0.8, turns.meanConfidence),
    above("identification", "share", 0.95, identification),
    atMost("bucketLookup", "seconds", 2, lookup),
    atMost("duplicateBuckets", "count", 0, await store.duplicateBuckets()),
    above("uptime", "share", 0.999, uptime.shareSince(since, now)),
    above("completion", "share", 0.9, conversations.completionRate),
    above("satisfaction", "of 5", 4.5, conversations.meanRating),
  ];
}

/** From the end of the silence, without the time that models took: that one stands beside it. */
async function replyTime(store: WorkFigureStore, since: number): Promise<Criterion> {
  const times = await store.replyTimes(since, TIMED_MAX);
  const own = times.map(({ totalMs, modelMs }) => Math.max(0, totalMs - modelMs));
  const modelSeconds = inSeconds(
    quantile(
      times.map(({ modelMs }) => modelMs),
      PART,
    ),
  );
  const criterion = atMost("replyAfterSilence", "seconds", 5, inSeconds(quantile(own, PART)));
  return { ...criterion, beside: { modelSeconds } };
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : rounded(ms / 1_000, 2);
}

function above(name: string, unit: Criterion["unit"], target: number, measured: number | null): Criterion {
  return { name, unit, target, aim: "above", measured, isMet: measured === null ? null : measured > target };
}

function atMost(name: string, unit: Criterion["unit"], target: number, measured: number | null): Criterion {
  return {
    name,
    unit,
    target,
    aim: "at most",
    measured,
    isMet: measured === null ? null : measured <= target,
  };
}
