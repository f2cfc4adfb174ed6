// A limit on something that is waited for and that may never come.
import { type Clock, startDeadline } from "../clock.ts";
import { unavailable } from "./failure.ts";

/**
 * What `work` resolves with. Rejects with AppError `media_unavailable` after `limitMs`, and with the signal's reason as
 * soon as it aborts, whether or not `work` heeds the signal that it is given.
 */
export async function withinLimit<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const deadline = startDeadline(clock, limitMs, signal);
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(deadline.expired() ? unavailable("timeout") : deadline.signal.reason);
  // Before the work listens: what it says of its end comes second.
  deadline.signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work(deadline.signal), cut]);
  } finally {
    deadline.signal.removeEventListener("abort", stop);
    deadline.clear();
  }
}
