// The lock that keeps a second instance off the same data: held by the kernel, so that no dead process keeps it.
import { Database } from "bun:sqlite";
import { AppError } from "../errors.ts";

export interface InstanceLock {
  release(): void;
}

/** Takes the lock file at `path`. Throws AppError `second_instance` when another process has it. */
export function takeLock(path: string): InstanceLock {
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    db.run("PRAGMA journal_mode = DELETE");
    db.run("BEGIN EXCLUSIVE");
  } catch (cause) {
    db.close();
    throw new AppError("second_instance", "Another lull already works on this data folder.", {
      fix: "Stop the other one, or give this one its own LULL_DATA_DIR.",
      cause,
    });
  }
  return { release: () => db.close() };
}
