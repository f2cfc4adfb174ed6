// A file that a command makes out of what the daemon sends: whole under its own name, or not there at all.
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { AppError } from "../errors.ts";

interface Reader {
  read(): Promise<{ value?: Uint8Array | undefined }>;
  releaseLock(): void;
}

const PART_SUFFIX = ".part";

/**
 * Gives its size in bytes. Throws AppError `conflict` when something has that name, `cannot_store` when it cannot be
 * written, `storage_unavailable` when the stream breaks off.
 */
export async function saveFile(path: string, body: ReadableStream<Uint8Array>): Promise<number> {
  if (existsSync(path))
    throw new AppError("conflict", `${path} is there already.`, { fix: "Choose another name." });
  const part = path + PART_SUFFIX;
  try {
    const sizeBytes = await writeAll(part, body.getReader(), path);
    await rename(part, path);
    return sizeBytes;
  } catch (error) {
    await body.cancel().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

async function writeAll(part: string, reader: Reader, path: string): Promise<number> {
  const file = await open(part, "w", 0o600).catch(cannotWrite(path));
  let sizeBytes = 0;
  try {
    for (let piece = await next(reader); piece !== undefined; piece = await next(reader)) {
      await file.writeFile(piece).catch(cannotWrite(path));
      sizeBytes += piece.byteLength;
    }
    await file.sync().catch(cannotWrite(path));
    return sizeBytes;
  } finally {
    reader.releaseLock();
    await file.close();
  }
}

async function next(reader: Reader): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (cause) {
    throw new AppError(
      "storage_unavailable",
      "The file broke off before it was whole; nothing is kept of it.",
      {
        fix: "Try again; the daemon's log says why it broke off.",
        retryable: true,
        cause,
      },
    );
  }
}

function cannotWrite(path: string) {
  return (cause: unknown): never => {
    throw new AppError("cannot_store", `${path} cannot be written.`, {
      fix: "Check the folder, its permissions and its free space.",
      cause,
    });
  };
}
