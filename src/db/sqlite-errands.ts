// The store's verbs for errands, each one transaction.
import type { ErrandStore } from "./store-errands.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function errandWork({ errands, newId }: Tables, transact: Transact): ErrandStore {
  return {
    dueErrands: (limit, now) => transact(() => errands.due(limit, now)),
    nextErrandAt: (now) => transact(() => errands.nextAt(now)),
    retryErrand: (errandId, now) => transact(() => errands.retry(errandId, now)),
    settleErrand: (key, settlement, now) => transact(() => errands.settle(key, settlement, now)),
    addErrand: (connection, conversation, errand, now) =>
      transact(() => {
        const id = newId(now);
        errands.add(errand, id, { connection, conversation, job: null }, now);
        return id;
      }),
  };
}
