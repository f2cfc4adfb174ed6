// Whether a database is whole, as SQLite itself sees it. Reads all of it: for a command, not for a process that answers.
import { Database, SQLiteError } from "bun:sqlite";

/** Null: nothing is wrong with it; else the first thing that is. Nothing is written. */
export function checkDatabase(path: string): string | null {
  try {
    using db = new Database(path, { readonly: true, strict: true });
    const [first] = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").all();
    return first?.quick_check === "ok" ? null : (first?.quick_check ?? "it is empty");
  } catch (error) {
    if (error instanceof SQLiteError) return `it cannot be read (${error.code ?? "no code"})`;
    throw error;
  }
}
