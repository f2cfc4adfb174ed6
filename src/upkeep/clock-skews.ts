// How far this machine's clock is from that of each Chatwoot, by the Date of its newest answer.
import { HOUR_MS } from "../clock.ts";

/** What was heard longer ago says nothing any more. */
const KEPT_MS = HOUR_MS;

export class ClockSkews {
  readonly #heard = new Map<string, { skewMs: number; at: number }>();

  /** `dateAt` is the other's moment when it was `now` here. */
  note(connection: string, dateAt: number, now: number): void {
    this.#heard.set(connection, { skewMs: now - dateAt, at: now });
  }

  list(now: number): { connection: string; skewMs: number }[] {
    return [...this.#heard]
      .filter(([, { at }]) => Math.abs(now - at) <= KEPT_MS)
      .map(([connection, { skewMs }]) => ({ connection, skewMs }));
  }
}
