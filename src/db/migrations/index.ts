// The upgrades from one schema version to the next, in order. Version 1 is the first: there is none yet.

export interface Migration {
  /** The version that the database has after it. */
  to: number;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [];
