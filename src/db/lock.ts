// The lock that keeps a second instance off the same data: held by the kernel, so that no dead process keeps it.
import { Database, SQLiteError } from "bun:sqlite";
import { AppError } from "../errors.ts";

export interface InstanceLock {
  release(): void;
}

/**
 * Takes the lock file at `path`. Throws AppError `second_instance` when another process has it, `cannot_store` when the
 * folder cannot be written.
 */
export function takeLock(path: string): InstanceLock {
  let db: Database | null = null;
  try {
    db = new Database(path, { create: true, readwrite: true, strict: true });
    db.run("PRAGMA journal_mode = DELETE");
    db.run("BEGIN EXCLUSIVE");
  } catch (cause) {
    db?.close();
    throw isHeld(cause) ? secondInstance(cause) : cannotWrite(cause);
  }
  const held = db;
  return { release: () => held.close() };
}

function isHeld(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? "").startsWith("SQLITE_BUSY");
}

function secondInstance(cause: unknown): AppError {
  return new AppError("second_instance", "Another lull already works on this data folder.", {
    fix: "Stop the other one, or give this one its own LULL_DATA_DIR.",
    cause,
  });
}

function cannotWrite(cause: unknown): AppError {
  return new AppError("cannot_store", "Nothing can be written in the data folder.", {
    fix: "Check its free space, its permissions and LULL_DATA_DIR.",
    cause,
  });
}
