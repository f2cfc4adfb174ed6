// The store's verbs for those who watch over lull, each one transaction.
import { asRecord } from "./insight.ts";
import type { WatchStore } from "./store-watch.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function watchWork({ outcomes, worries }: Tables, transact: Transact): WatchStore {
  return {
    worries: (rules, now) => transact(() => worries.read(rules, now)),
    conversationTallies: (from, until) =>
      transact(() => ({
        outcomes: asRecord(outcomes.outcomesBetween(from, until)),
        ratings: asRecord(outcomes.ratingsBetween(from, until)),
      })),
  };
}
