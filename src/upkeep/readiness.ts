// Whether webhooks can be stored right now. Proven by a durable write, at most once a second.
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";

/** How long a proof holds: probes must not turn into writes at will. */
const PROOF_MS = 1_000;

export class Readiness {
  readonly #clock: Clock;
  readonly #prove: (now: number) => Promise<void>;
  #isOpen = false;
  #provenUntil = 0;

  constructor(clock: Clock, prove: (now: number) => Promise<void>) {
    this.#clock = clock;
    this.#prove = prove;
  }

  /** Between start and stop. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
  }

  /** Rejects with AppError `busy` outside start and stop, or with what the store says. */
  async check(): Promise<void> {
    if (!this.#isOpen) throw new AppError("busy", "lull is starting or stopping.", { retryable: true });
    if (this.#clock.monotonic() < this.#provenUntil) return;
    await this.#prove(this.#clock.now());
    this.#provenUntil = this.#clock.monotonic() + PROOF_MS;
  }
}
