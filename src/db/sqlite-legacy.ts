// The store's verbs for the older system's part, each one transaction.
import { sideOf } from "./sides.ts";
import type { LegacyStore } from "./store-legacy.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function legacyWork(tables: Tables, transact: Transact): LegacyStore {
  const { forwards, sides } = tables;
  return {
    sideOf: (connection, conversation, rules, now) =>
      transact(() => sideOf(tables, connection, conversation, rules, now)),
    hasForwards: () => transact(() => forwards.hasAny()),
    dueForwards: (limit, now) => transact(() => forwards.due(limit, now)),
    nextForwardAt: (now) => transact(() => forwards.nextAt(now)),
    settleForward: (key, settlement, now) =>
      transact(() => {
        const place = forwards.settle(key, settlement, now);
        const isNews = place !== null && place.messageId !== null && settlement.to === "sent";
        // The older system's own wait for silence begins only now.
        if (isNews && place.conversation !== null) sides.heard(place.connection, place.conversation, now);
      }),
    listForwards: (query) => transact(() => forwards.list(query)),
    retryForward: (forwardId, now) => transact(() => forwards.retry(forwardId, now)),
    giveUpForwards: (now) => transact(() => forwards.giveUp(now)),
    forwardFigures: (since) =>
      transact(() => ({
        byState: forwards.byState(),
        oldestWaitingAt: forwards.oldestWaitingAt(),
        answerMs: { p50: forwards.answerMs(since, 0.5), p95: forwards.answerMs(since, 0.95) },
      })),
  };
}
