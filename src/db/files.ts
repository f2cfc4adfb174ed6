// What is done with a whole database file. It reads all of it: for a thread or a command, not for a process that answers.
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { syncFile } from "../durable.ts";
import { checkDatabase, proveDatabase } from "./check.ts";
import {
  type DatabaseAnswer,
  type DatabaseFacts,
  type DatabaseFiles,
  type DatabaseTask,
  MASTER_KEY_CANARY,
} from "./store-files.ts";

const READ_BYTES = 1024 * 1024;

export const databaseFiles: DatabaseFiles = {
  copy(path, target) {
    using db = new Database(path, { readonly: true, strict: true });
    db.query("VACUUM INTO $target").run({ target });
    syncFile(target);
    return inspect(target);
  },
  inspect,
  check: checkDatabase,
  shortenLog(path) {
    using db = new Database(path, { readwrite: true, strict: true });
    // Nobody is waited for, and nobody waits: most is brought over beside those who write, the rest is little.
    db.run("PRAGMA busy_timeout = 0");
    db.run("PRAGMA wal_checkpoint(PASSIVE)");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  },
};

/** Does what a thread was asked for. */
export function doDatabaseTask(asked: DatabaseTask): DatabaseAnswer {
  try {
    return { done: perform(asked) };
  } catch (error) {
    const code = error instanceof SQLiteError || error instanceof Error ? codeOf(error) : null;
    return { failed: code ?? "crashed" };
  }
}

function perform({ task, values }: DatabaseTask) {
  switch (task) {
    case "copy":
      return databaseFiles.copy(...values);
    case "inspect":
      return databaseFiles.inspect(...values);
    case "check":
      return databaseFiles.check(...values);
    case "shortenLog":
      return databaseFiles.shortenLog(...values);
  }
}

function codeOf(error: Error): string | null {
  return "code" in error && typeof error.code === "string" ? error.code : null;
}

function inspect(path: string): DatabaseFacts {
  const fault = proveDatabase(path);
  const file = { sizeBytes: statSync(path).size, sha256: digestOf(path) };
  if (fault !== null) return { schemaVersion: 0, fault, canary: null, counts: {}, ...file };
  using db = new Database(path, { readonly: true, strict: true });
  const version = db.query<{ user_version: number }, []>("PRAGMA user_version").get();
  return {
    schemaVersion: version?.user_version ?? 0,
    fault: null,
    canary: canaryOf(db),
    counts: countsOf(db),
    ...file,
  };
}

/** A database that is none of lull's has no settings. */
function canaryOf(db: Database): string | null {
  if (!tablesOf(db).includes("settings")) return null;
  const row = db.query<{ value: string }, [{ name: string }]>(
    "SELECT value FROM settings WHERE name = $name",
  );
  return row.get({ name: MASTER_KEY_CANARY })?.value ?? null;
}

function countsOf(db: Database): Record<string, number> {
  const counts = tablesOf(db).map((table): [string, number] => {
    const row = db.query<{ count: number }, []>(`SELECT count(*) AS count FROM "${table}"`).get();
    return [table, row?.count ?? 0];
  });
  return Object.fromEntries(counts);
}

/** Those of lull's own, without what an index of words is made of. */
function tablesOf(db: Database): string[] {
  const tables = db.query<{ name: string }, []>(`
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
      AND name NOT LIKE 'knowledge_index%' ORDER BY name`);
  return tables.all().map(({ name }) => name);
}

function digestOf(path: string): string {
  const hasher = new Bun.CryptoHasher("sha256");
  const file = openSync(path, "r");
  try {
    const piece = new Uint8Array(READ_BYTES);
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece))
      hasher.update(piece.subarray(0, count));
    return hasher.digest("hex");
  } finally {
    closeSync(file);
  }
}
