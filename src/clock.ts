// Time for everything but main.ts: wall time for rows, monotonic time for timers.
// A test drives the same interface by hand, so no other file may ask the runtime for the time.
import { once } from "node:events";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

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

/** The same clock, which tells of every timer that fired how many ms it was late. */
export function telling(clock: Clock, onFired: (lateMs: number) => void): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimer(delayMs, fire) {
      const dueAt = clock.monotonic() + Math.min(Math.max(delayMs, 0), TIMER_DELAY_MAX_MS);
      return clock.setTimer(delayMs, () => {
        onFired(Math.max(0, clock.monotonic() - dueAt));
        fire();
      });
    },
  };
}

/**
 * Time for rows: wall time that runs on the monotonic clock, so that it never jumps by itself. Whoever moves the rows
 * after a jump of the wall clock moves this clock with them, in the same breath.
 */
export class SteadyClock implements Clock {
  readonly #wall: Clock;
  #offsetMs: number;

  constructor(wall: Clock) {
    this.#wall = wall;
    this.#offsetMs = wall.now() - wall.monotonic();
  }

  now(): number {
    return Math.round(this.#wall.monotonic() + this.#offsetMs);
  }

  monotonic(): number {
    return this.#wall.monotonic();
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    return this.#wall.setTimer(delayMs, fire);
  }

  /** How far the wall clock was moved since, in ms; forward is positive. */
  jumpMs(): number {
    return Math.round(this.#wall.now() - this.#wall.monotonic() - this.#offsetMs);
  }

  /** Moves along by `ms`. */
  moveBy(ms: number): void {
    this.#offsetMs += ms;
  }
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

/** Lets so much time pass. Rejects with the signal's reason when it aborts. */
export async function pause(clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const wait = startDeadline(clock, waitMs, signal);
  await once(wait.signal, "abort");
  wait.clear();
  signal.throwIfAborted();
}
