// Another try for what may be done twice, after a wait that grows; and the end of a wait when the signal aborts.
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";

export interface Patience {
  clock: Clock;
  random: Random;
}

const TRIES_MAX = 4;
const FIRST_WAIT_MS = 500;
/** Half more or less, so that many who failed together do not come back together. */
const SPREAD = 0.5;
/** Whoever asks for a longer wait gets it from the caller's own queue. */
const RETRY_AFTER_MAX_MS = 10_000;

/**
 * Does `work` until it succeeds, fails with something that another try cannot mend, or was tried often enough: rejects
 * with its last failure then. `attempt` is 1 for the first.
 */
export async function withRetries<T>(
  { clock, random }: Patience,
  signal: AbortSignal,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const waitMs = waitAfter(error, attempt, random);
      if (waitMs === null) throw error;
      await pause(clock, waitMs, signal);
    }
  }
}

/** Null: not again. */
function waitAfter(error: unknown, attempt: number, random: Random): number | null {
  if (!(error instanceof AppError) || error.code !== "storage_unavailable" || !error.retryable) return null;
  const askedMs = error.retryAfterMs ?? 0;
  if (attempt >= TRIES_MAX || askedMs > RETRY_AFTER_MAX_MS) return null;
  const ownMs = FIRST_WAIT_MS * 2 ** (attempt - 1) * (1 + SPREAD * (2 * random.fraction() - 1));
  return Math.max(askedMs, ownMs);
}

function pause(clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = clock.setTimer(waitMs, over.resolve);
  return untilAborted(over.promise, signal).finally(() => timer.cancel());
}

/** The work's own end, or the signal's reason when that comes first; the work is not waited for then. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
