// Chance for tests of a real process: SEED=<number> repeats its choices, though not what the kernel makes of them.
import { systemClock } from "../../src/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { sleep } from "../harness/sleep.ts";

/** Both ends inclusive where it is about whole numbers. */
export interface Range {
  least: number;
  most: number;
}

export class Chance {
  readonly seed: number;
  readonly #clock = systemClock();
  readonly #random;

  constructor() {
    this.seed = Number(process.env["SEED"] ?? this.#clock.now() % 1_000_000);
    this.#random = seededRandom(this.seed);
  }

  /** True in this share of all cases. */
  happens(share: number): boolean {
    return this.#random.fraction() < share;
  }

  between({ least, most }: Range): number {
    return least + this.#random.fraction() * (most - least);
  }

  whole({ least, most }: Range): number {
    return Math.floor(this.between({ least, most: most + 1 }));
  }

  /** As many small ones as large ones, by their digits. */
  size({ least, most }: Range): number {
    return Math.floor(least * (most / least) ** this.#random.fraction());
  }

  one<T>(of: readonly [T, ...T[]]): T {
    return of[this.whole({ least: 0, most: of.length - 1 })] ?? of[0];
  }

  bytes(count: number): Uint8Array {
    return this.#random.bytes(count);
  }

  /** In ms. */
  aWhile(range: Range): Promise<void> {
    return sleep(this.#clock, this.between(range));
  }
}
