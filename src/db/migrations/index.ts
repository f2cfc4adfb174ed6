// The upgrades from one schema version to the next, in order.
import buckets from "./003-buckets.sql" with { type: "text" };
import wholeTurn from "./004-whole-turn.sql" with { type: "text" };
import runningIt from "./005-running-it.sql" with { type: "text" };
import users from "./002-users.sql" with { type: "text" };

export interface Migration {
  /** The version that the database has after it. */
  to: number;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { to: 2, sql: users },
  { to: 3, sql: buckets },
  { to: 4, sql: wholeTurn },
  { to: 5, sql: runningIt },
];
