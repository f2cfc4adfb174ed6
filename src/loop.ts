// The skeleton of every service that works through rows: it polls, can be woken, and never runs twice at once.
import type { Clock, Timer } from "./clock.ts";

export interface LoopDeps {
  clock: Clock;
  /** One round of work. */
  runOnce: () => Promise<unknown>;
  /**
   * The next moment (wall ms) after `after` at which something comes due; null when nothing waits. `after` is the start
   * of the round: what came due while it ran was not seen by it, and must not wait for the poll.
   */
  nextAt: (after: number) => Promise<number | null>;
  /** Longest pause between rounds: the poll behind the wake-ups. */
  pollMs: number;
  /** A round or its look-ahead failed; the loop goes on after `pollMs`. */
  onError: (error: unknown) => void;
}

export class Loop {
  readonly #deps: LoopDeps;
  #timer: Timer | null = null;
  #isStarted = false;
  #isWoken = false;
  #round: Promise<void> | null = null;

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

  /** No further round begins; resolves when the present one has ended. May be called before start and twice. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#isWoken = false;
    this.#timer?.cancel();
    this.#timer = null;
    await this.#round;
  }

  async #rounds(): Promise<void> {
    this.#timer?.cancel();
    let delayMs = this.#deps.pollMs;
    for (await nextTurn(); this.#isWoken && this.#isStarted; await nextTurn()) {
      this.#isWoken = false;
      delayMs = await this.#roundAndDelayMs();
    }
    if (this.#isStarted) this.#timer = this.#deps.clock.setTimer(delayMs, () => this.wake());
  }

  async #roundAndDelayMs(): Promise<number> {
    const { clock, pollMs, runOnce, nextAt, onError } = this.#deps;
    try {
      const begunAt = clock.now();
      await runOnce();
      const at = await nextAt(begunAt);
      return at === null ? pollMs : Math.min(Math.max(at - clock.now(), 0), pollMs);
    } catch (error) {
      onError(error);
      return pollMs;
    }
  }
}

/** Rounds that follow each other at once would keep timers and intake waiting as long as there is work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
