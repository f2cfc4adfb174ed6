// The files of the spool: bytes that wait for their bucket, each under the id of its row. A file is whole or not there:
// it is written under another name, made durable, and then given its own.
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors.ts";
import { streamOf } from "./bytes.ts";
import { Checksum } from "./checksum.ts";

export interface SpooledBytes {
  sizeBytes: number;
  /** CRC32C, see checksum.ts. */
  checksum: string;
  /** Hex. */
  sha256: string;
}

const PART_SUFFIX = ".part";
const PIECE_BYTES = 256 * 1024;
const ID = /^[0-9a-f-]{36}$/;

export class SpoolFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins a file. Throws AppError `cannot_store` when there is no way to write. */
  async begin(id: string): Promise<SpoolWriter> {
    try {
      const path = await this.reserve(id);
      return new SpoolWriter(await open(path + PART_SUFFIX, "w", 0o600), path);
    } catch (cause) {
      throw cannotWrite(cause);
    }
  }

  /** Where whoever else writes the file of a row is to put it, whole and durable. */
  async reserve(id: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return this.path(id);
  }

  /** Where the file of a row stands, or will. */
  path(id: string): string {
    if (!ID.test(id)) throw new RangeError("not an id of the spool");
    return join(this.#folder, id);
  }

  /** Null: it is not here (any more). */
  async sizeBytes(id: string): Promise<number | null> {
    const found = await stat(this.path(id)).catch(nullIfMissing);
    return found?.size ?? null;
  }

  /** The bytes from `from` up to and with `to`; all of them when left out. An error of the stream when it is not there. */
  read(id: string, from = 0, to = Number.POSITIVE_INFINITY): ReadableStream<Uint8Array> {
    const fresh = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes);
    return streamOf(piecesOf(this.path(id), from, to, fresh));
  }

  /**
   * All bytes, for one who is done with each piece before asking for the next: they are the same memory. A large file
   * would else be held as a whole, for the collector is in no hurry.
   */
  readThrough(id: string): ReadableStream<Uint8Array> {
    const piece = new Uint8Array(PIECE_BYTES);
    return streamOf(piecesOf(this.path(id), 0, Number.POSITIVE_INFINITY, () => piece));
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
  }

  /**
   * Removes what no row names and nobody has written to since `beforeAt` (wall ms): leftovers of a process that died, and
   * of rows that were deleted. Gives how many.
   */
  async sweep(ids: ReadonlySet<string>, beforeAt: number): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    let count = 0;
    for (const name of names.filter((one) => !ids.has(one))) {
      const path = join(this.#folder, name);
      const file = await stat(path).catch(() => null);
      if (file === null || file.mtimeMs >= beforeAt) continue;
      await rm(path, { force: true });
      count++;
    }
    return count;
  }
}

export class SpoolWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #checksum = new Checksum();
  readonly #sha256 = new Bun.CryptoHasher("sha256");
  #sizeBytes = 0;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Throws AppError `cannot_store` when there is no room. */
  async write(piece: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < piece.length;) {
        done += (await this.#file.write(piece, done, piece.length - done)).bytesWritten;
      }
    } catch (cause) {
      throw cannotWrite(cause);
    }
    this.#checksum.update(piece);
    this.#sha256.update(piece);
    this.#sizeBytes += piece.length;
  }

  /** Makes it durable and gives it its name. */
  async finish(): Promise<SpooledBytes> {
    try {
      await this.#file.sync();
      await this.#file.close();
      await rename(this.#path + PART_SUFFIX, this.#path);
      await syncFolderOf(this.#path);
    } catch (cause) {
      throw cannotWrite(cause);
    }
    return {
      sizeBytes: this.#sizeBytes,
      checksum: this.#checksum.text(),
      sha256: this.#sha256.digest("hex"),
    };
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#path + PART_SUFFIX, { force: true });
  }
}

/** However a reader leaves, the file is closed: one that is forgotten open would end the process. */
async function* piecesOf(
  path: string,
  from: number,
  to: number,
  memoryOf: (sizeBytes: number) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    for (let position = from; position <= to;) {
      const piece = memoryOf(Math.min(PIECE_BYTES, to - position + 1));
      const { bytesRead } = await file.read(piece, 0, piece.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** What cannot be looked at for another reason may well be there. */
function nullIfMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}

/** A name is durable once its folder is. */
async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(join(path, ".."), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function cannotWrite(cause: unknown): AppError {
  return new AppError("cannot_store", "The spool cannot be written.", {
    fix: "Make room in the data folder, and see that lull's user may write there.",
    retryable: true,
    cause,
  });
}
