// Files that have to be there after the power failed: what is written is on the disk before anybody goes on.
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** Writes a file anew, for its owner alone. */
export function writeDurably(path: string, text: string): void {
  within(path, "w", (file) => writeSync(file, text));
}

/** The same for a file that may not be there yet. Throws where it is. */
export function writeNewDurably(path: string, text: string): void {
  within(path, "wx", (file) => writeSync(file, text));
}

/** What stands in a file, whoever wrote it. */
export function syncFile(path: string): void {
  within(path, "r+", () => {});
}

/** The names in a folder. */
export function syncFolder(path: string): void {
  within(path, "r", () => {});
}

function within(path: string, flags: "w" | "wx" | "r+" | "r", use: (file: number) => void): void {
  const file = openSync(path, flags, 0o600);
  try {
    use(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
