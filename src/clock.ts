// Time for everything but main.ts: wall time for rows, monotonic time for timers.
// A test drives the same interface by hand, so no other file may ask the runtime for the time.

/** An armed timer. `cancel` may be called twice and after it fired. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time in integer milliseconds since 1970: what rows keep. */
  now(): number;
  /** Milliseconds since an arbitrary start, never going back: what timers run on. */
  monotonic(): number;
  /** Runs `fire` once, `delayMs` of monotonic time from now. */
  setTimer(delayMs: number, fire: () => void): Timer;
}

/** Longest delay the runtime's timers accept; a longer one would fire at once. */
const TIMER_DELAY_MAX_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer(delayMs, fire) {
      const handle = setTimeout(fire, Math.min(Math.max(delayMs, 0), TIMER_DELAY_MAX_MS));
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/** Resolves after `delayMs`, or at once (still resolving) when `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = clock.setTimer(delayMs, finish);
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/** A limit on some work: a signal that aborts after `limitMs` or with its parent, and how to let go of it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True when the time ran out, as opposed to the parent's abort. */
  expired(): boolean;
  /** Must be called when the work is done, else its timer stays armed. */
  clear(): void;
}

/** Starts a deadline of `limitMs` under `parent`. */
export function startDeadline(clock: Clock, limitMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = clock.setTimer(limitMs, () => {
    expired = true;
    controller.abort(new DOMException("deadline exceeded", "TimeoutError"));
  });
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    clear() {
      timer.cancel();
      parent?.removeEventListener("abort", follow);
    },
  };
}
