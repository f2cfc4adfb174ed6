// Rests between pieces of work that use the disk, several times as long as each took: on one disk, what answers customers
// comes first, and nothing here is in a hurry.
import type { Clock, Timer } from "../clock.ts";

/** Work takes a tenth of the time at most. */
const REST_PER_WORK = 9;
/** A piece that took long was kept by something else. */
const REST_MAX_MS = 1_000;

export class Breather {
  readonly #clock: Clock;
  readonly #resting = new Set<{ timer: Timer; end: () => void }>();
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rests after a piece of work that began at `startedAt` (monotonic ms); at once when it took no time, or after a stop. */
  async rest(startedAt: number): Promise<void> {
    const tookMs = this.#clock.monotonic() - startedAt;
    if (tookMs <= 0 || this.#isStopped) return;
    const over = Promise.withResolvers<void>();
    const restMs = Math.min(tookMs * REST_PER_WORK, REST_MAX_MS);
    const one = { timer: this.#clock.setTimer(restMs, over.resolve), end: over.resolve };
    this.#resting.add(one);
    await over.promise;
    this.#resting.delete(one);
  }

  /** Ends every rest, and those to come. */
  stop(): void {
    this.#isStopped = true;
    for (const { timer, end } of this.#resting) {
      timer.cancel();
      end();
    }
  }
}
