// The database as a file: what is done with a whole one, by a thread that nobody who answers waits for.

/** The setting that tells whether a master key is this database's own. */
export const MASTER_KEY_CANARY = "master_key_canary";

/** What stands in a database file. */
export interface DatabaseFacts {
  schemaVersion: number;
  /** The first thing that is wrong with it; null: it is whole, row by row and reference by reference. */
  fault: string | null;
  /** The text that tells whether a master key is its own, as it is kept; null: none was used yet. */
  canary: string | null;
  /** Rows of each table. */
  counts: Record<string, number>;
  sizeBytes: number;
  sha256: string;
}

export interface DatabaseFiles {
  /** Copies the database to `target`, an empty file, whole and durable; says what stands there then. */
  copy(path: string, target: string): DatabaseFacts;
  /** Reads all of a database that nobody writes to. */
  inspect(path: string): DatabaseFacts;
  /** The first thing that is wrong with a database that is in use; null: nothing is. */
  check(path: string): string | null;
  /** Brings what the write-ahead log holds into the database, and cuts the log where nobody reads in it. */
  shortenLog(path: string): void;
}

/** One of these, as a thread is asked for it. */
export type DatabaseTask = {
  [Name in keyof DatabaseFiles]: { task: Name; values: Parameters<DatabaseFiles[Name]> };
}[keyof DatabaseFiles];

/** What it answers; an error keeps nothing but its code on the way. */
export type DatabaseAnswer = { done: ReturnType<DatabaseFiles[keyof DatabaseFiles]> } | { failed: string };
