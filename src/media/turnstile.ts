// Lets a few through at a time; the others wait in the order they came.

export class Turnstile {
  readonly #insideMax: number;
  readonly #waiting: (() => void)[] = [];
  #insideCount = 0;

  constructor(insideMax: number) {
    this.#insideMax = insideMax;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Runs `work` when its turn has come. Rejects with the signal's reason when it aborts while waiting. */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#insideCount < this.#insideMax) this.#insideCount++;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(enter);
    });
  }

  /** The place goes straight to whoever waits longest. */
  #leave(): void {
    const enter = this.#waiting.shift();
    if (enter === undefined) this.#insideCount--;
    else enter();
  }
}
