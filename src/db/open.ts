// Opens the database file: settings of the connection, and the schema of this version.
import { Database } from "bun:sqlite";
import schema from "../../schema.sql" with { type: "text" };
import { AppError } from "../errors.ts";
import { MIGRATIONS } from "./migrations/index.ts";

/** The version that schema.sql describes. */
export const SCHEMA_VERSION = 5;
/** How long a writer waits for another one before the store is `busy`. */
export const BUSY_TIMEOUT_MS = 2_000;
/** Length to which the write-ahead log is cut when it begins anew. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;

/** Opens (and, if new or older, builds) the database at `path`. Throws AppError `bad_config` for a newer one. */
export function openDatabase(path: string): Database {
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  // 16 KiB pages let a message and its attachments fit a page; must come before the first table.
  db.run("PRAGMA page_size = 16384");
  db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  db.run("PRAGMA journal_mode = WAL");
  // FULL: what was acknowledged is on the disk, not only in the system's memory.
  db.run("PRAGMA synchronous = FULL");
  db.run("PRAGMA foreign_keys = ON");
  // What is deleted is overwritten: an erased person must not stay in pages that are free.
  db.run("PRAGMA secure_delete = ON");
  // Else SQLite keeps a transaction's undo pages, which hold messages, in a file under /var/tmp.
  db.run("PRAGMA temp_store = MEMORY");
  // What a long reader made it grow to is given back as soon as it begins anew.
  db.run(`PRAGMA journal_size_limit = ${LOG_BYTES_MAX}`);
  migrate(db);
  return db;
}

function migrate(db: Database): void {
  db.transaction(() => {
    const version = readVersion(db);
    if (version === SCHEMA_VERSION) return;
    if (version > SCHEMA_VERSION) throw newerDatabase(version);
    if (version === 0) db.run(schema);
    else for (const step of MIGRATIONS.filter((migration) => migration.to > version)) db.run(step.sql);
    db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  }).immediate();
}

function readVersion(db: Database): number {
  return db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

function newerDatabase(version: number): AppError {
  return new AppError(
    "bad_config",
    `The database is of version ${version}, this lull knows ${SCHEMA_VERSION}.`,
    {
      fix: "Start the newer lull again, or restore a backup made by this version.",
    },
  );
}
