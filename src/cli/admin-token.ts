// A new admin token, handed to the one person who may have it: it is shown or kept in a file once, and never again.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Terminal } from "./terminal.ts";

/** Shown once on a terminal; without one it waits in a file that only lull's user can read. */
export function handOutToken(terminal: Terminal, dataDir: string, token: string): void {
  if (terminal.isTerminal) return terminal.complain(`\n  Admin token, shown this once: ${token}`);
  const path = join(dataDir, "admin.token");
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
}
