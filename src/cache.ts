// A small memory of what was asked before: so many answers at most, each for so long. It knows nothing of what it keeps.
import type { Clock } from "./clock.ts";

export interface CacheDeps {
  clock: Pick<Clock, "monotonic">;
  /** From the moment that it was set; being used does not lengthen it. */
  lifeMs: number;
  /** Most entries it keeps; the longest unused one goes first. */
  countMax: number;
}

interface Kept<Value> {
  value: Value;
  setAt: number;
}

export class Cache<Key, Value> {
  readonly #deps: CacheDeps;
  /** The longest unused first. */
  readonly #kept = new Map<Key, Kept<Value>>();

  constructor(deps: CacheDeps) {
    this.#deps = deps;
  }

  /** Undefined when there is none, or its life is over. */
  get(key: Key): Value | undefined {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    if (known === undefined || this.#deps.clock.monotonic() - known.setAt >= this.#deps.lifeMs) return;
    this.#kept.set(key, known);
    return known.value;
  }

  /** Begins a new life, whatever was there. */
  set(key: Key, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, setAt: this.#deps.clock.monotonic() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#deps.countMax && oldest !== undefined) this.#kept.delete(oldest);
  }

  drop(key: Key): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }
}
