// Databases in a folder of their own, opened as lull opens them, and raw handles beside them.
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import type { Store } from "../../src/db/store.ts";
import { writeNewDatabase } from "../harness/new-database.ts";
import { seededRandom } from "../harness/random.ts";
import type { StorePair } from "./scene.ts";

export interface Folder extends Disposable {
  /** The database file in it. */
  path: string;
}

export function tempFolder(parent = tmpdir()): Folder {
  const folder = mkdtempSync(join(parent, "lull-store-"));
  return {
    path: join(folder, "lull.db"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A store on this file; handles on one file need seeds of their own, as processes have their own chance. */
export function openStore(path: string, seed = 1): Store {
  return openSqliteStore({ path, random: seededRandom(seed) });
}

/** Two handles on a new database, and its path. */
export function openSqlitePair(): StorePair & { path: string } {
  const folder = tempFolder();
  writeNewDatabase(folder.path);
  const first = openStore(folder.path, 1);
  const second = openStore(folder.path, 2);
  return {
    first,
    second,
    path: folder.path,
    async close() {
      await first.close();
      await second.close();
      folder[Symbol.dispose]();
    },
  };
}

/** A handle without lull's settings: what another program would have. */
export function openRaw(path: string): Database {
  return new Database(path, { readwrite: true, strict: true });
}
