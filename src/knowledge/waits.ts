// What failed and is to be left alone for a while, by name. In memory only: a new start tries everything at once.
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { type Backoff, waitAfter } from "../storage/backoff.ts";

export class Waits {
  readonly #backoff: Backoff;
  readonly #clock: Clock;
  readonly #random: Random;
  /** `until` by the monotonic clock. */
  readonly #failed = new Map<string, { attempts: number; until: number }>();

  constructor(backoff: Backoff, { clock, random }: { clock: Clock; random: Random }) {
    this.#backoff = backoff;
    this.#clock = clock;
    this.#random = random;
  }

  isOver(name: string): boolean {
    return (this.#failed.get(name)?.until ?? 0) <= this.#clock.monotonic();
  }

  /** Once more: it waits longer each time. Gives how long, in ms. */
  begin(name: string, error: unknown): number {
    const attempts = this.#failed.get(name)?.attempts ?? 0;
    const waitMs = waitAfter(this.#backoff, attempts, error, this.#random);
    this.#failed.set(name, { attempts: attempts + 1, until: this.#clock.monotonic() + waitMs });
    return waitMs;
  }

  /** It went well, or is gone. */
  end(name: string): void {
    this.#failed.delete(name);
  }

  /** The next end of a wait (wall ms); null when nothing waits. */
  nextAt(): number | null {
    const now = this.#clock.monotonic();
    const ends = [...this.#failed.values()].map(({ until }) => until).filter((until) => until > now);
    return ends.length === 0 ? null : this.#clock.now() + Math.min(...ends) - now;
  }
}
