// The store's verbs for those who follow the timeline, each one transaction.
import type { EventStore } from "./store-events.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function eventWork({ followedEvents }: Tables, transact: Transact): EventStore {
  return {
    eventsAfter: (afterId, filter, limit) => transact(() => followedEvents.after(afterId, filter, limit)),
    eventSpan: () => transact(() => followedEvents.span()),
  };
}
