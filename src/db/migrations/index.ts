// The upgrades from one schema version to the next, in order.
import users from "./002-users.sql" with { type: "text" };

export interface Migration {
  /** The version that the database has after it. */
  to: number;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [{ to: 2, sql: users }];
