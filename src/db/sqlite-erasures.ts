// The store's verbs for one person's data, each one transaction.
import type { Database } from "bun:sqlite";
import { BUSY_TIMEOUT_MS } from "./open.ts";
import { page } from "./page.ts";
import { erasureTable } from "./erasures.ts";
import type { ErasureStore } from "./store-erasures.ts";
import type { Tables } from "./tables.ts";
import { asPromise, type Transact } from "./transact.ts";

export function erasureWork(db: Database, tables: Tables, transact: Transact): ErasureStore {
  const erasures = erasureTable(db, tables);
  const { rows } = erasures;
  return {
    personalKinds: (person) => rows.kinds(person),
    personalRows: (person, kind, afterKey, limit) => transact(() => rows.page(person, kind, afterKey, limit)),
    personalObjects: (person) => transact(() => rows.objects(person)),
    erase: (person, now) => transact(() => erasures.begin(person, now)),
    runningErasures: () => transact(() => erasures.running()),
    continueErasure: (erasure, now) => transact(() => erasures.sweep(erasure, now)),
    finishErasure: (erasure, now) => transact(() => erasures.finish(erasure, now)),
    tidyIndex: (step) => transact(() => tables.passages.tidy(step)),
    emptyLog: () => asPromise(() => emptyLog(db)),
    listErasures: (query) => transact(() => page(erasures.list(query), query.limit)),
    erasure: (erasureId) => transact(() => erasures.get(erasureId)),
  };
}

/** Whoever reads in it is not waited for: nothing else would be answered meanwhile. */
function emptyLog(db: Database): boolean {
  db.run("PRAGMA busy_timeout = 0");
  try {
    return db.query<{ busy: number }, []>("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy === 0;
  } finally {
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}
