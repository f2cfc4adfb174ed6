// When a failed attempt is tried again. Pure.
import { AppError } from "../errors.ts";

/**
 * Waits after the first, second … failed attempt. Five attempts have four waits between them: the fifth failure is
 * followed by none, since it fails the job and only an operator tries that again.
 */
const WAITS_MS = [1_000, 5_000, 25_000, 120_000] as const;
/** Attempts that may end with the process before the job is quarantined. */
export const CRASH_ATTEMPTS_MAX = 10;
/** Times that a job may come to failed before it is quarantined. */
export const FAILURES_MAX = 3;

/** Each wait is moved by up to this share, so that failures do not come back all at once. */
const JITTER = 0.2;

/**
 * The wait in ms before the next attempt, or null when there is none: the error is final, or the attempts are used up.
 * `failedBefore` counts earlier failed attempts; `fraction` is uniform in [0, 1).
 */
export function retryWaitMs(error: unknown, failedBefore: number, fraction: number): number | null {
  if (error instanceof AppError && !error.retryable) return null;
  const waitMs = WAITS_MS[failedBefore];
  if (waitMs === undefined) return null;
  const least = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(withJitter(waitMs, fraction), least);
}

function withJitter(waitMs: number, fraction: number): number {
  return Math.round(waitMs * (1 - JITTER + 2 * JITTER * fraction));
}
