// Rests between pieces of work that use the disk, several times as long as each took: on one disk, what answers customers
// comes first, and nothing here is in a hurry.
import type { Clock } from "../clock.ts";

/** Work takes a tenth of the time at most. */
const REST_PER_WORK = 9;
/** A piece that took long was kept by something else. */
const REST_MAX_MS = 1_000;

/** Rests after a piece of work that began at `startedAt` (monotonic ms); not at all when it took no time, until the signal aborts. */
export async function breathe(clock: Clock, startedAt: number, signal: AbortSignal): Promise<void> {
  const tookMs = clock.monotonic() - startedAt;
  if (tookMs <= 0 || signal.aborted) return;
  const over = Promise.withResolvers<void>();
  const timer = clock.setTimer(Math.min(tookMs * REST_PER_WORK, REST_MAX_MS), over.resolve);
  const onAbort = (): void => over.resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  await over.promise;
  signal.removeEventListener("abort", onAbort);
  timer.cancel();
}
