// How far lull goes by itself with turns that failed: what it asks of the store, and in which steps.
import { expect, test } from "bun:test";
import type { JobStore, RetryWorth } from "../../src/db/store-jobs.ts";
import { createLog } from "../../src/log.ts";
import { FailedJobs } from "../../src/turn/failed-jobs.ts";
import { ManualClock } from "../harness/clock.ts";

const HOUR_MS = 3_600_000;

/** A store with so many failed jobs, of which each step takes what it is asked for. */
function open(failedCount: number) {
  const clock = new ManualClock();
  const steps: number[] = [];
  const worths: RetryWorth[] = [];
  let left = failedCount;
  let woken = 0;
  const take = (limit: number): Promise<number> => {
    steps.push(limit);
    const taken = Math.min(limit, left);
    left -= taken;
    return Promise.resolve(taken);
  };
  const store: Partial<JobStore> = {
    retryWorthyTurns(worth, limit) {
      worths.push(worth);
      return take(limit);
    },
    retryTurns: (_, limit) => take(limit),
    discardTurns: (_, limit) => take(limit),
    failedTurnCount: ({ isQuarantined }) => Promise.resolve(isQuarantined === true ? 7 : left),
  };
  const log = createLog(() => {});
  const deps = { store: store as JobStore, clock, log, wake: () => void (woken += 1) };
  return { jobs: new FailedJobs(deps), clock, steps, worths, wokenCount: () => woken };
}

test("only failures that may pass are tried, of customers who wrote within six hours, a quarter of an hour later", async () => {
  const { jobs, clock, worths } = open(1);
  expect(await jobs.retryWorthy()).toBe(1);
  const [worth] = worths;
  expect(worth).toMatchObject({ wordsSince: clock.now() - 6 * HOUR_MS, restMs: HOUR_MS / 4 });
  expect(worth?.codes).toContain("ai_unavailable");
  for (const code of ["ai_refused", "no_credential", "spend_ceiling", "quarantined", "ai_context_too_long"])
    expect(worth?.codes).not.toContain(code);
});

test("a run takes a thousand at most, a hundred at a time, and wakes who answers them once", async () => {
  const { jobs, steps, wokenCount } = open(1_500);
  expect(await jobs.retryWorthy()).toBe(1_000);
  expect(steps).toEqual(Array<number>(10).fill(100));
  expect(wokenCount()).toBe(1);
});

test("with nothing to try nobody is woken", async () => {
  const { jobs, steps, wokenCount } = open(0);
  expect(await jobs.retryWorthy()).toBe(0);
  expect([steps, wokenCount()]).toEqual([[100], 0]);
});

test("an operator hears how many were left alone, and how many of those are quarantined", async () => {
  const { jobs } = open(250);
  expect(await jobs.retry({ isQuarantined: false }, 120)).toEqual({
    retried: 120,
    left: { quarantined: 7, other: 130 },
  });
  expect(await jobs.retry({}, 500)).toEqual({ retried: 130, left: { quarantined: 0, other: 0 } });
});

test("no more are given up than asked for", async () => {
  const { jobs, steps } = open(250);
  expect(await jobs.discard({}, 120)).toBe(120);
  expect(steps).toEqual([100, 20]);
});
