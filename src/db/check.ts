// Whether a database is whole, as SQLite itself sees it. Reads all of it: for a command or a thread, not for a process that
// answers.
import { Database, SQLiteError } from "bun:sqlite";

/** Null: nothing is wrong with it; else the first thing that is. Nothing is written. */
export function checkDatabase(path: string): string | null {
  return firstFault(path, "quick_check");
}

/** The same, and every index agrees with its table: what a copy has to show before it is relied on. */
export function proveDatabase(path: string): string | null {
  return firstFault(path, "integrity_check");
}

function firstFault(path: string, check: "quick_check" | "integrity_check"): string | null {
  try {
    using db = new Database(path, { readonly: true, strict: true });
    const [first] = db.query<Record<string, string>, []>(`PRAGMA ${check}(1)`).all();
    if (first?.[check] !== "ok") return first?.[check] ?? "it is empty";
    const [orphan] = db.query<{ table: string; parent: string }, []>("PRAGMA foreign_key_check").all();
    return orphan === undefined
      ? null
      : `a row of ${orphan.table} names one of ${orphan.parent} that is gone`;
  } catch (error) {
    if (error instanceof SQLiteError) return `it cannot be read (${error.code ?? "no code"})`;
    throw error;
  }
}
