// The store's verbs for requests that named a key of their own, each one transaction.
import type { RepeatStore } from "./store-repeats.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function repeatWork({ repeats, newId }: Tables, transact: Transact): RepeatStore {
  return {
    claimRequest: (request, since, now) => transact(() => repeats.claim(request, newId(now), since, now)),
    answerRequest: (requestId, statusCode, sealed) =>
      transact(() => repeats.keep(requestId, statusCode, sealed)),
    dropRequest: (requestId) => transact(() => repeats.drop(requestId)),
  };
}
