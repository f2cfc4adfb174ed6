// Puts a backup in the place of the database, while no lull runs. The backup is proven first; the database that was there is kept
// aside, whole; and at every moment there is one of the two in its place.
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { DatabaseFacts } from "../db/store-files.ts";
import { syncFile, syncFolder } from "../durable.ts";
import { AppError } from "../errors.ts";
import type { Backup } from "./backup-files.ts";
import { faultOf, stampOf } from "./backups.ts";

export interface RestoreDeps {
  dataDir: string;
  inspect: (path: string) => DatabaseFacts;
  schemaVersion: number;
  /** Whether the master key that is here is that of a database with this canary. */
  opensWithKey: (canary: string) => boolean;
  now: number;
}

export interface Restored {
  /** The file that was restored. */
  from: string;
  /** Where the database is now that was there before; null: there was none. */
  keptAs: string | null;
  counts: Record<string, number>;
}

/** The backup that is meant: by its id, its file's name, `latest`; or any file by its path. Throws AppError `not_found`. */
export function findBackup(
  named: string,
  backups: readonly Backup[],
  pathOf: (file: string) => string,
): string {
  const backup =
    named === "latest" ? backups[0] : backups.find(({ id, file }) => id === named || file === named);
  if (backup !== undefined) return pathOf(backup.file);
  if (existsSync(named)) return named;
  throw new AppError("not_found", "There is no such backup, and no such file.", {
    fix: "Look which there are: lull backup list.",
  });
}

/** The caller holds the lock of the data folder. Throws AppError `conflict` when lull could not go on with that backup. */
export function restoreBackup(from: string, deps: RestoreDeps): Restored {
  const { dataDir, inspect, now } = deps;
  const facts = inspect(from);
  const fault = faultOf(facts, deps);
  if (fault !== null) throw refusal(fault);
  const path = join(dataDir, "lull.db");
  const arriving = `${path}.restoring`;
  rmSync(arriving, { force: true });
  copyFileSync(from, arriving);
  chmodSync(arriving, 0o600);
  // Whoever restores it may be root: it is lull's.
  const { uid, gid } = statSync(dataDir);
  chownSync(arriving, uid, gid);
  syncFile(arriving);
  const keptAs = existsSync(path) ? keepAside(path, `${path}.before-restore-${stampOf(now)}`) : null;
  renameSync(arriving, path);
  syncFolder(dataDir);
  return { from, keptAs, counts: facts.counts };
}

/**
 * Unopened, with its log: it may be damaged. The log goes first, for beside another database SQLite would take it for that one's
 * own.
 */
function keepAside(path: string, keptAs: string): string {
  linkSync(path, keptAs);
  for (const end of ["-wal", "-shm"]) if (existsSync(path + end)) renameSync(path + end, keptAs + end);
  return keptAs;
}

function refusal(fault: string): AppError {
  const isKey = /master key/.test(fault);
  return new AppError("conflict", `This backup cannot be restored: ${fault}.`, {
    fix: isKey
      ? "Put the master.key in the data folder that the backup's lull had, or set LULL_MASTER_KEY: it is in no backup."
      : "Try an older backup: lull backup list.",
  });
}
