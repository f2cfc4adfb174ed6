// The skeleton of every service that works through rows in the background: rounds of work that can be woken, and an end
// that whatever is under way hears of.
import type { Clock } from "./clock.ts";
import { AppError } from "./errors.ts";
import type { Log } from "./log.ts";
import { Loop } from "./loop.ts";

export interface ServiceDeps {
  clock: Clock;
  log: Log;
  /** Longest pause between rounds. */
  pollMs: number;
}

export abstract class Service {
  readonly #loop: Loop;
  readonly #stop = new AbortController();

  /** `noun` names its round in the log. */
  constructor({ clock, log, pollMs }: ServiceDeps, noun: string) {
    this.#loop = new Loop({
      clock,
      pollMs,
      runOnce: () => this.runOnce(),
      nextAt: (after) => this.nextAt(after),
      onError: (error) => {
        if (!this.isStopping) log.failure(`${noun}.round_failed`, error);
      },
    });
  }

  /** Aborts when the service is to end. */
  protected get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  protected get isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  start(): void {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Ends what is under way; it is begun anew at the next start. May be called before the start and twice. */
  async stop(): Promise<void> {
    this.#stop.abort(new AppError("stopping", "lull is stopping."));
    await this.#loop.stop();
  }

  /** One round of work; gives how much was done. */
  abstract runOnce(): Promise<number>;

  /** The next moment (wall ms) after `after` at which something comes due; null when nothing waits. */
  protected nextAt(_after: number): Promise<number | null> {
    return Promise.resolve(null);
  }
}
