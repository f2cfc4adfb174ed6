// The store's verbs for what comes from an older system, each one transaction.
import type { Database } from "bun:sqlite";
import { importBuffers } from "./import-buffers.ts";
import { importHistory } from "./import-history.ts";
import { importTable } from "./import.ts";
import type { ImportOutcome, ImportStore } from "./store-import.ts";
import { StoreError } from "./store.ts";
import type { Tables } from "./tables.ts";
import { asStoreError, type Transact } from "./transact.ts";

export function importWork(db: Database, tables: Tables, transact: Transact): ImportStore {
  const importing = importTable(db, tables);
  const buffers = importBuffers(db, tables, importHistory(db));
  return {
    importRows: (rows, foreseen, now) =>
      transact(() => {
        const outcomes = rows.map((row) => alone(db, () => importing.take(row, foreseen, now)));
        if (foreseen === null) tables.identityChanges.changed();
        return outcomes;
      }),
    openImported: ({ limit, answerableSince }, now) =>
      transact(() => buffers.open(limit, answerableSince, now)),
  };
}

/** A row that breaks a rule of the schema after all is refused alone: an import must not be stuck at it for ever. */
function alone(db: Database, take: () => ImportOutcome): ImportOutcome {
  try {
    return db.transaction(take)();
  } catch (error) {
    const known = asStoreError(error);
    if (known instanceof StoreError && known.kind === "conflict")
      return { action: "refused", reason: "conflict" };
    throw error;
  }
}
