// How work becomes a transaction and its failure a StoreError; and the text a claim is held under.
import { type Database, SQLiteError } from "bun:sqlite";
import { type Claimant, StoreError } from "./store.ts";

/** Runs `work` as one transaction and resolves once it is durable; rejects with StoreError where SQLite could not. */
export type Transact = <T>(work: () => T) => Promise<T>;

/** Immediate: the write lock is taken at the start, so that no transaction has to give up half way. */
export function openTransact(db: Database): Transact {
  return (work) => asPromise(() => db.transaction(work).immediate());
}

/** Runs at once, yet reports by promise: an async function inside a transaction would commit before it ends. */
export function asPromise<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(asStoreError(error));
  }
}

/** SQLite's own error in the store's words; any other as it is. */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const code = error.code ?? "";
  if (code.startsWith("SQLITE_CONSTRAINT")) return new StoreError("conflict", error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new StoreError("busy", error);
  // No room, or no way to write: for the caller it is the same, nothing can be kept now.
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code)) return new StoreError("full", error);
  return error;
}

/** Names the holder of a claim: the instance first, so that its own earlier boots are known by it. */
export function holder({ instance, boot }: Claimant): string {
  return `${instance}/${boot}`;
}
