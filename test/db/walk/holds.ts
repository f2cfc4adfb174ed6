// The walker's own book on who holds what, to compare the store's fences and leases with.
import type { Claimant } from "../../../src/db/store.ts";

interface Hold {
  fence: number;
  by: Claimant;
  leaseUntil: number;
}

export class Holds {
  readonly #holds = new Map<string, Hold>();

  take(id: string, hold: Hold): void {
    if (this.#holds.has(id)) throw new Error("two claims hold the same");
    this.#holds.set(id, hold);
  }

  has(id: string, fence: number): boolean {
    return this.#holds.get(id)?.fence === fence;
  }

  /** Lets go of it; false when this claim did not hold it. */
  release(id: string, fence: number): boolean {
    return this.has(id, fence) && this.#holds.delete(id);
  }

  drop(id: string): void {
    this.#holds.delete(id);
  }

  /** Takes what is stale from this boot's view; gives how many. */
  takeAway(by: Claimant, now: number): number {
    const stale = [...this.#holds].filter(([, hold]) => isStale(hold, by, now));
    for (const [id] of stale) this.#holds.delete(id);
    return stale.length;
  }

  shift(deltaMs: number): void {
    for (const hold of this.#holds.values()) hold.leaseUntil += deltaMs;
  }
}

function isStale(hold: Hold, by: Claimant, now: number): boolean {
  const isEarlierBoot = hold.by.instance === by.instance && hold.by.boot !== by.boot;
  return isEarlierBoot || hold.leaseUntil <= now;
}
