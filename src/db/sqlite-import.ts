// The store's verbs for what comes from an older system, each one transaction.
import type { Database } from "bun:sqlite";
import { importBuffers } from "./import-buffers.ts";
import { importHistory } from "./import-history.ts";
import { importTable } from "./import.ts";
import type { ImportStore } from "./store-import.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function importWork(db: Database, tables: Tables, transact: Transact): ImportStore {
  const importing = importTable(db, tables);
  const buffers = importBuffers(db, tables, importHistory(db));
  return {
    importRows: (rows, foreseen, now) =>
      transact(() => {
        const outcomes = rows.map((row) => importing.take(row, foreseen, now));
        if (foreseen === null) tables.identityChanges.changed();
        return outcomes;
      }),
    openImported: ({ limit, answerableSince }, now) =>
      transact(() => buffers.open(limit, answerableSince, now)),
  };
}
