// The store's verbs for inboxes, each one transaction.
import type { InboxStore } from "./store-inboxes.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function inboxWork({ inboxes, newId }: Tables, transact: Transact): InboxStore {
  return {
    seenInboxes: () => transact(() => inboxes.seen()),
    inboxes: () => transact(() => inboxes.all()),
    saveInbox: (connection, inbox, settings, now) =>
      transact(() => inboxes.save(newId(now), { connection, inbox }, settings, now)),
  };
}
