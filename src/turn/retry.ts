// When a failed attempt is tried again. Pure.
import { AppError } from "../errors.ts";

/** Waits after the first, second … failed attempt. */
const WAITS_MS = [1_000, 5_000, 25_000, 120_000, 600_000] as const;
/** Attempts that may end in an error before the job is failed. */
export const ERROR_ATTEMPTS_MAX = 5;
/** Attempts that may end with the process before the job is quarantined. */
export const CRASH_ATTEMPTS_MAX = 10;
/** Each wait is moved by up to this share, so that failures do not come back all at once. */
const JITTER = 0.2;

/**
 * The wait in ms before the next attempt, or null when there is none: the error is final, or the attempts are used up.
 * `failedBefore` counts earlier failed attempts; `fraction` is uniform in [0, 1).
 */
export function retryWaitMs(error: unknown, failedBefore: number, fraction: number): number | null {
  if (error instanceof AppError && !error.retryable) return null;
  if (failedBefore + 1 >= ERROR_ATTEMPTS_MAX) return null;
  const least = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoffMs(failedBefore, fraction), least);
}

/** The plain wait after `failedBefore` + 1 failures, with jitter. */
export function backoffMs(failedBefore: number, fraction: number): number {
  const wait = WAITS_MS[Math.min(failedBefore, WAITS_MS.length - 1)] ?? 0;
  return Math.round(wait * (1 - JITTER + 2 * JITTER * fraction));
}
