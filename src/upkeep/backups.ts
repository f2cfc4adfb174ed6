// Backups of the database: copied beside the running lull, proven whole and openable before they count, the last few kept. They
// do not hold the master key, nor the objects of buckets.
import type { Clock } from "../clock.ts";
import type { DatabaseFacts } from "../db/store-files.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import type { Backup, BackupFiles } from "./backup-files.ts";
import type { DatabaseAsker } from "./database-thread.ts";
import type { Done } from "./schedule.ts";

export interface BackupDeps {
  files: BackupFiles;
  databasePath: string;
  database: DatabaseAsker;
  /** Bytes of the database and of its write-ahead log. */
  sizes: () => Promise<{ databaseBytes: number; walBytes: number }>;
  /** Whether lull's master key is that of a database with this canary. */
  opensWithKey: (canary: string) => boolean;
  schemaVersion: number;
  version: string;
  clock: Clock;
  random: Random;
  metrics: Metrics;
}

/** What a look at a backup found. */
export interface Verdict {
  backup: Backup;
  /** Why it is not to be relied on; null: it is whole. */
  fault: string | null;
}

/** One a day: a week. */
const KEPT_COUNT = 7;
/** Messages that come need room, too. */
const SPARE_BYTES = 64 * 1024 * 1024;

export class Backups {
  readonly #deps: BackupDeps;

  constructor(deps: BackupDeps) {
    this.#deps = deps;
    const newest = this.list()[0];
    if (newest !== undefined) this.#tell(newest);
  }

  /** Newest first. */
  list(): Backup[] {
    return this.#deps.files.list();
  }

  /** The schedule's task: one more backup. */
  async run(signal: AbortSignal): Promise<Done> {
    const { id, sizeBytes } = await this.create(signal);
    return { count: 1, detail: { backupId: id, sizeBytes } };
  }

  /** Throws AppError `cannot_store` where there is no room, `internal` where the copy is not whole; nothing of it stays then. */
  async create(signal: AbortSignal): Promise<Backup> {
    const { files, database, databasePath, clock, random, version } = this.#deps;
    const createdAt = clock.now();
    const id = random.uuid(createdAt);
    const name = `lull-${stampOf(createdAt)}-${id}`;
    try {
      const path = files.begin(name);
      await this.#checkRoom();
      const { fault, canary, ...facts } = await database.ask("copy", [databasePath, path], signal);
      const found = this.#faultOf({ fault, canary, ...facts });
      if (found !== null) throw new AppError("internal", `The copy is not whole: ${found}.`);
      const backup = files.keep(name, { id, createdAt, version, verifiedAt: clock.now(), ...facts });
      this.#tell(backup);
      for (const old of files.list().slice(KEPT_COUNT)) files.remove(old);
      return backup;
    } finally {
      files.sweep();
    }
  }

  /** Reads all of a backup again, by its id or `latest`. Throws AppError `not_found`. */
  async verify(id: string, signal: AbortSignal): Promise<Verdict> {
    const { files, database, clock } = this.#deps;
    const backups = this.list();
    const backup = id === "latest" ? backups[0] : backups.find((each) => each.id === id);
    if (backup === undefined) throw new AppError("not_found", "There is no such backup.");
    const facts = await database.ask("inspect", [files.pathOf(backup.file)], signal);
    const isSame = facts.sha256 === backup.sha256;
    const fault = this.#faultOf(facts) ?? (isSame ? null : "its bytes are not those that were written");
    if (fault !== null) return { backup, fault };
    const verified = { ...backup, verifiedAt: clock.now() };
    files.save(verified);
    return { backup: verified, fault };
  }

  #faultOf(facts: DatabaseFacts): string | null {
    const { schemaVersion, opensWithKey } = this.#deps;
    return faultOf(facts, { schemaVersion, opensWithKey });
  }

  async #checkRoom(): Promise<void> {
    const { files, sizes } = this.#deps;
    const { databaseBytes, walBytes } = await sizes();
    const neededBytes = databaseBytes + walBytes + SPARE_BYTES;
    const freeBytes = files.freeBytes();
    if (freeBytes >= neededBytes) return;
    const [needed, free] = [neededBytes, freeBytes].map((bytes) => Math.ceil(bytes / 2 ** 20));
    throw new AppError("cannot_store", `A backup needs ${needed} MiB, ${free} MiB are free.`, {
      reason: "disk_full",
      fix: "Make room on the disk of the data folder, or copy older backups elsewhere and remove them.",
    });
  }

  #tell({ createdAt }: Backup): void {
    this.#deps.metrics.backupSuccessSeconds.set(createdAt / 1000);
  }
}

/** Why lull could not go on with a database; null: it could. */
export function faultOf(
  { fault, canary, schemaVersion }: DatabaseFacts,
  lull: { schemaVersion: number; opensWithKey: (canary: string) => boolean },
): string | null {
  if (fault !== null) return fault;
  if (schemaVersion === 0) return "it is no database of lull's";
  if (schemaVersion > lull.schemaVersion)
    return `it is of version ${schemaVersion}, this lull knows ${lull.schemaVersion}`;
  if (canary !== null && !lull.opensWithKey(canary)) return "another master key sealed it";
  return null;
}

/** A moment as it stands in a file's name: it sorts, and no system minds it. */
export function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[:.]|\d{3}(?=Z)/g, "");
}
