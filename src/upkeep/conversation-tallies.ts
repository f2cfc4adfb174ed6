// Counts in metrics how conversations ended and what customers thought of them, by what the rows hold since the last look:
// nothing is counted on the way of a webhook.
import type { WatchStore } from "../db/store-watch.ts";
import type { Metrics } from "../metrics.ts";

export class ConversationTallies {
  readonly #store: WatchStore;
  readonly #metrics: Pick<Metrics, "conversations" | "ratings">;
  #from: number;

  constructor(store: WatchStore, metrics: Pick<Metrics, "conversations" | "ratings">, from: number) {
    this.#store = store;
    this.#metrics = metrics;
    this.#from = from;
  }

  /** Takes in what came about before `now`. */
  async count(now: number): Promise<void> {
    const from = this.#from;
    // Before the store answers: another look must not count the same.
    this.#from = now;
    if (now <= from) return;
    const { outcomes, ratings } = await this.#store.conversationTallies(from, now);
    for (const [outcome, count] of Object.entries(outcomes))
      this.#metrics.conversations.inc({ outcome }, count);
    for (const [rating, count] of Object.entries(ratings)) this.#metrics.ratings.inc({ rating }, count);
  }
}
