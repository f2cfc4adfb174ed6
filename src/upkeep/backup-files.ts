// Backups as files: a copy of the database each, with what is known of it in a file beside it. A copy is there whole or not at
// all: until it is proven it has another name.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseFacts } from "../db/store-files.ts";
import { syncFolder, writeDurably } from "../durable.ts";

/** What is known of a backup. It holds every message in the clear, and every secret sealed; never the master key. */
export interface Backup extends Omit<DatabaseFacts, "fault" | "canary"> {
  id: string;
  /** Its name in the folder of backups. */
  file: string;
  createdAt: number;
  /** Of the lull that made it. */
  version: string;
  verifiedAt: number;
}

const DATABASE = ".db";
const FACTS = ".json";
/** What is not proven yet. */
const PART = ".part";

export class BackupFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(file: string): string {
    return join(this.#folder, file);
  }

  /** Newest first. */
  list(): Backup[] {
    const names = this.#names();
    const backups = names.filter((name) => name.endsWith(FACTS)).map((name) => this.#read(name));
    const whole = backups.filter((backup) => backup !== null).filter(({ file }) => names.includes(file));
    return whole.toSorted((one, other) => other.createdAt - one.createdAt);
  }

  /** Makes an empty file for a copy, for lull's user alone; gives its path. */
  begin(name: string): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.pathOf(`${name}${DATABASE}${PART}`);
    writeDurably(path, "");
    return path;
  }

  /** The copy is proven: it gets its name, and what is known of it its file. */
  keep(name: string, facts: Omit<Backup, "file">): Backup {
    const backup = { ...facts, file: `${name}${DATABASE}` };
    renameSync(this.pathOf(`${backup.file}${PART}`), this.pathOf(backup.file));
    this.save(backup);
    return backup;
  }

  /** Writes down what is known of it. */
  save(backup: Backup): void {
    const path = this.pathOf(backup.file.replace(DATABASE, FACTS));
    writeDurably(`${path}${PART}`, `${JSON.stringify(backup, null, 2)}\n`);
    renameSync(`${path}${PART}`, path);
    syncFolder(this.#folder);
  }

  /** What it leaves is no backup any more, even if it is cut off. */
  remove({ file }: Backup): void {
    rmSync(this.pathOf(file.replace(DATABASE, FACTS)), { force: true });
    rmSync(this.pathOf(file), { force: true });
  }

  /** Takes away what was never finished. */
  sweep(): void {
    for (const name of this.#names())
      // SQLite's own companions of a copy under way, too.
      if (name.includes(PART)) rmSync(this.pathOf(name), { force: true });
  }

  /** Bytes that lull may still write there. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** Null: it is not what lull wrote. */
  #read(name: string): Backup | null {
    try {
      const facts = JSON.parse(readFileSync(this.pathOf(name), "utf8")) as Backup;
      return facts.file === name.replace(FACTS, DATABASE) && Number.isInteger(facts.createdAt) ? facts : null;
    } catch (error) {
      if (error instanceof SyntaxError || isMissing(error)) return null;
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
