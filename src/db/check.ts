// Whether a database is whole, as SQLite itself sees it. Reads all of it: for a command or a thread, not for a process that
// answers.
import { Database, SQLiteError } from "bun:sqlite";

/** Null: nothing is wrong with it; else the first thing that is. Nothing is written. */
export function checkDatabase(path: string): string | null {
  try {
    using db = new Database(path, { readonly: true, strict: true });
    const [first] = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").all();
    if (first?.quick_check !== "ok") return first?.quick_check ?? "it is empty";
    const [orphan] = db.query<{ table: string; parent: string }, []>("PRAGMA foreign_key_check").all();
    return orphan === undefined
      ? null
      : `a row of ${orphan.table} names one of ${orphan.parent} that is gone`;
  } catch (error) {
    if (error instanceof SQLiteError) return `it cannot be read (${error.code ?? "no code"})`;
    throw error;
  }
}
