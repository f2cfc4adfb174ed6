// The skeleton of every service that works through rows: it polls, can be woken, and never runs twice at once.
import type { Clock, Timer } from "./clock.ts";

export interface LoopDeps {
  clock: Clock;
  /** One round of work; gives how much was done. */
  runOnce: () => Promise<number>;
  /**
   * The next moment (wall ms) after `after` at which something comes due; null when nothing waits. `after` is the start
   * of the round: what came due while it ran was not seen by it, and must not wait for the poll.
   */
  nextAt: (after: number) => Promise<number | null>;
  /** Longest pause between rounds: the poll behind the wake-ups. Null: somebody else asks for rounds from time to time. */
  pollMs: number | null;
  /** A round that nobody asked for, or its look-ahead, failed; the loop goes on after `pollMs`. */
  onError: (error: unknown) => void;
}

export class Loop {
  readonly #deps: LoopDeps;
  #timer: Timer | null = null;
  #isStarted = false;
  #isWoken = false;
  #round: Promise<void> | null = null;
  /** Who waits for what the next round does. */
  #asked: PromiseWithResolvers<number>[] = [];

  constructor(deps: LoopDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#isStarted = true;
    this.wake();
  }

  /** Runs a round soon; one more after the present one when it is already running. */
  wake(): void {
    if (!this.#isStarted) return;
    this.#isWoken = true;
    this.#round ??= this.#rounds().finally(() => {
      this.#round = null;
      // A wake between the last round and this line would be lost else.
      if (this.#isWoken) this.wake();
    });
  }

  /**
   * Runs a round soon and gives what it did; 0 where none runs any more, or not yet. Rejects with what the round rejects
   * with, which `onError` then does not hear of.
   */
  round(): Promise<number> {
    if (!this.#isStarted) return Promise.resolve(0);
    const asked = Promise.withResolvers<number>();
    this.#asked.push(asked);
    this.wake();
    return asked.promise;
  }

  /** No further round begins; resolves when the present one has ended. May be called before start and twice. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#isWoken = false;
    this.#timer?.cancel();
    this.#timer = null;
    await this.#round;
    for (const asked of this.#asked.splice(0)) asked.resolve(0);
  }

  async #rounds(): Promise<void> {
    this.#timer?.cancel();
    let delayMs = this.#deps.pollMs;
    for (await nextTurn(); this.#isWoken && this.#isStarted; await nextTurn()) {
      this.#isWoken = false;
      delayMs = await this.#roundAndDelayMs();
    }
    if (this.#isStarted && delayMs !== null)
      this.#timer = this.#deps.clock.setTimer(delayMs, () => this.wake());
  }

  /** Null: only who asks for a round or wakes the loop starts another one. */
  async #roundAndDelayMs(): Promise<number | null> {
    const { clock, pollMs, nextAt, onError } = this.#deps;
    try {
      const begunAt = clock.now();
      await this.#runOnce();
      const at = await nextAt(begunAt);
      if (at === null) return pollMs;
      const delayMs = Math.max(at - clock.now(), 0);
      return pollMs === null ? delayMs : Math.min(delayMs, pollMs);
    } catch (error) {
      onError(error);
      return pollMs;
    }
  }

  /** Whoever asked for the round hears of its failure; rejects when nobody did. */
  async #runOnce(): Promise<void> {
    const asked = this.#asked.splice(0);
    try {
      const count = await this.#deps.runOnce();
      for (const { resolve } of asked) resolve(count);
    } catch (error) {
      if (asked.length === 0) throw error;
      for (const { reject } of asked) reject(error);
    }
  }
}

/** Rounds that follow each other at once would keep timers and intake waiting as long as there is work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
