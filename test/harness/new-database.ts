// A new database of the present schema: made once in a process and written out for every test, since most of a test's time
// would else go into making it. That a new file is made right is shown in test/db/schema.test.ts and by the executable.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/db/open.ts";

let made: Uint8Array | null = null;

/** Writes it to `path`, where nothing may be yet. */
export function writeNewDatabase(path: string): void {
  made ??= makeDatabase();
  writeFileSync(path, made, { flag: "wx" });
}

function makeDatabase(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "lull-new-"));
  const path = join(folder, "lull.db");
  openDatabase(path).close();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true, force: true });
  return bytes;
}
