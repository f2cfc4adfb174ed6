// At most so many within a span, for each key by itself. In memory alone: a restart forgets what was counted.
import type { Clock } from "./clock.ts";
import { AppError } from "./errors.ts";

export interface Rate {
  countMax: number;
  spanMs: number;
  /** What is said to whoever is over it. */
  message: string;
}

export class RateLimit {
  readonly #clock: Clock;
  readonly #rate: Rate;
  /** Moments of each key, ascending, of the last span. */
  readonly #taken = new Map<string, number[]>();
  #sweptAt = 0;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Counts one. Throws AppError `rate_limited` with the wait, and counts nothing, when the span holds enough already. */
  take(key: string): void {
    const { countMax, spanMs, message } = this.#rate;
    const now = this.#clock.monotonic();
    this.#sweep(now);
    const taken = (this.#taken.get(key) ?? []).filter((at) => at > now - spanMs);
    const [oldest] = taken;
    if (oldest !== undefined && taken.length >= countMax) {
      throw new AppError("rate_limited", message, { retryable: true, retryAfterMs: oldest + spanMs - now });
    }
    this.#taken.set(key, [...taken, now]);
  }

  /** Once in a span, so that keys which nobody uses any more do not stay. */
  #sweep(now: number): void {
    const { spanMs } = this.#rate;
    if (now - this.#sweptAt < spanMs) return;
    this.#sweptAt = now;
    for (const [key, taken] of this.#taken) {
      if ((taken.at(-1) ?? 0) <= now - spanMs) this.#taken.delete(key);
    }
  }
}
