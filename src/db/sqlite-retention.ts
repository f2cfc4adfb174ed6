// The store's verbs for what is old enough to go, each one transaction.
import { archivedThrough } from "./heard.ts";
import type { RetentionStore } from "./store-retention.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function retentionWork(tables: Tables, transact: Transact): RetentionStore {
  /** What a step goes by; nothing of `oldest` or later is old for anybody. */
  function bounds(keptMs: number, now: number) {
    const shortestMs = tables.shortestRetention() ?? keptMs;
    return { oldest: now - Math.min(keptMs, shortestMs), archived: archivedThrough(tables), now };
  }
  return {
    cleanBuffers: (after, kept, now) =>
      transact(() => tables.oldBuffers.clean(after, kept, bounds(kept.keptMs, now))),
    cleanHistory: (after, kept, now) =>
      transact(() => tables.oldHistory.clean(after, kept, bounds(kept.keptMs, now))),
    cleanAged: (kind, after, before, rowsMax) => transact(() => tables.oldRows[kind](after, before, rowsMax)),
  };
}
