// Where folders are filled before they are seen and emptied after: `.staging`, beside the buckets on the same disk.
// A folder, or a file, moves between there and its place in one step, and is on the disk when the call returns.
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { isCode } from "./disk-failure.ts";

const STAGING = ".staging";
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const NAME_BYTES = 16;
/** What is older was left by a process that died: nobody writes one object for so long. */
const LEFTOVER_AGE_MS = 24 * 60 * 60_000;

/** A folder that nobody sees yet. */
export interface StagedFolder {
  /** Writes one file and waits until the disk has it. */
  write: (name: string, pieces: Uint8Array[] | AsyncIterable<Uint8Array>) => Promise<void>;
}

export class Staging {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #random: Random;
  #opened: Promise<void> | null = null;

  constructor(root: string, clock: Clock, random: Random) {
    this.#root = root;
    this.#clock = clock;
    this.#random = random;
  }

  /** Fills a folder and moves it to `target`. False when something is there already, which stays as it is. */
  async publish(target: string, fill: (staged: StagedFolder) => Promise<void>): Promise<boolean> {
    const folder = await this.#place();
    try {
      await mkdir(folder, { mode: FOLDER_MODE });
      await fill({ write: (name, pieces) => writeFile(join(folder, name), pieces) });
      await syncFolder(folder);
      // A folder with something in it is never replaced, whoever comes second.
      await rename(folder, target);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (!isCode(error, "ENOTEMPTY", "EEXIST")) throw error;
      return false;
    }
    await syncFolder(dirname(target));
    return true;
  }

  /** Puts a file in the place of the file `target`: whoever reads it, and a crash, sees the old one or the new. */
  async replace(target: string, pieces: Uint8Array[]): Promise<void> {
    const file = await this.#place();
    try {
      await writeFile(file, pieces);
      await rename(file, target);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    await syncFolder(dirname(target));
  }

  /** Takes away the folder `target`. False when it was not there. */
  async discard(target: string): Promise<boolean> {
    const folder = await this.#place();
    try {
      await rename(target, folder);
    } catch (error) {
      if (isCode(error, "ENOENT")) return false;
      throw error;
    }
    await syncFolder(dirname(target));
    await rm(folder, { recursive: true, force: true });
    return true;
  }

  async #place(): Promise<string> {
    this.#opened ??= this.#open();
    try {
      await this.#opened;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
    return join(this.#root, STAGING, Buffer.from(this.#random.bytes(NAME_BYTES)).toString("hex"));
  }

  async #open(): Promise<void> {
    const staging = join(this.#root, STAGING);
    const firstMade = await mkdir(staging, { recursive: true, mode: FOLDER_MODE });
    if (firstMade !== undefined) await syncFolder(dirname(this.#root));
    for (const name of await readdir(staging)) await this.#sweep(join(staging, name));
  }

  async #sweep(leftover: string): Promise<void> {
    const { mtimeMs } = await stat(leftover).catch(goneMeanwhile);
    if (this.#clock.now() - mtimeMs > LEFTOVER_AGE_MS) await rm(leftover, { recursive: true, force: true });
  }
}

/** Somebody else's, who has put it in its place. */
function goneMeanwhile(error: unknown): { mtimeMs: number } {
  if (isCode(error, "ENOENT")) return { mtimeMs: Number.POSITIVE_INFINITY };
  throw error;
}

/** Waits until the disk has what was moved into a folder or out of it. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeFile(path: string, pieces: Uint8Array[] | AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "wx", FILE_MODE);
  try {
    for await (const piece of pieces) await writeAll(file, piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One call may write less than all. */
async function writeAll(
  file: { write: (bytes: Uint8Array, from: number) => Promise<{ bytesWritten: number }> },
  bytes: Uint8Array,
): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, written);
    written += bytesWritten;
  }
}
