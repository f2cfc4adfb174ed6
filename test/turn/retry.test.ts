import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/errors.ts";
import { CRASH_ATTEMPTS_MAX, retryWaitMs } from "../../src/turn/retry.ts";

const WAITS_MS = [1_000, 5_000, 25_000, 120_000];
/** In the middle of the jitter. */
const MIDDLE = 0.5;

const passing = (retryAfterMs?: number) =>
  new AppError("ai_unavailable", "busy", {
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

describe("the wait before the next attempt", () => {
  test.each(WAITS_MS.map((waitMs, failedBefore) => [failedBefore, waitMs] as const))(
    "after %d earlier failures is %d ms, give or take a fifth",
    (failedBefore, waitMs) => {
      expect(retryWaitMs(passing(), failedBefore, 0)).toBe(waitMs * 0.8);
      expect(retryWaitMs(passing(), failedBefore, MIDDLE)).toBe(waitMs);
      expect(retryWaitMs(passing(), failedBefore, 0.999_999)).toBeCloseTo(waitMs * 1.2, -2);
    },
  );

  test("is at least what the provider asks for", () => {
    expect(retryWaitMs(passing(90_000), 0, MIDDLE)).toBe(90_000);
    expect(retryWaitMs(passing(10), 0, MIDDLE)).toBe(1_000);
  });

  test("is none once five attempts have failed", () => {
    const waits = [0, 1, 2, 3, 4, 5].map((failedBefore) => retryWaitMs(passing(), failedBefore, MIDDLE));
    expect(waits).toEqual([1_000, 5_000, 25_000, 120_000, null, null]);
  });

  test("is none for an error that will not pass by itself", () => {
    expect(retryWaitMs(new AppError("ai_refused", "billing"), 0, MIDDLE)).toBeNull();
    expect(retryWaitMs(new AppError("no_credential", "none"), 0, MIDDLE)).toBeNull();
  });

  test("is the plain one for an error nobody expected", () => {
    expect(retryWaitMs(new TypeError("a bug"), 1, MIDDLE)).toBe(5_000);
    expect(retryWaitMs("not even an error", 0, MIDDLE)).toBe(1_000);
  });

  test("never undercuts the provider, nor its own least", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3_600_000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (failedBefore, askedMs, fraction) => {
          const waitMs = retryWaitMs(passing(askedMs), failedBefore, fraction) ?? -1;
          expect(waitMs).toBeGreaterThanOrEqual(askedMs);
          expect(waitMs).toBeGreaterThanOrEqual((WAITS_MS[failedBefore] ?? 0) * 0.8);
        },
      ),
    );
  });
});

test("more attempts may end with the process than with an error", () => {
  expect(CRASH_ATTEMPTS_MAX).toBe(10);
});
