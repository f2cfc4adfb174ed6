// A file that is there whole or not at all: written beside its place as `.part`, and moved there when the disk has it.
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "../errors.ts";

const FILE_MODE = 0o600;

/**
 * Writes the pieces to `path`, which it replaces. A failure leaves nothing behind, a crash no more than the `.part`.
 * Rejects as the pieces do, and with AppError `storage_unavailable` when the disk fails.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.part`;
  // What a crash left, or a link that somebody put there: never written through.
  const file = await onDisk(rm(part, { force: true }).then(() => open(part, "wx", FILE_MODE)));
  try {
    await fill(file, pieces);
    await onDisk(rename(part, path));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await onDisk(syncFolder(dirname(path)));
}

async function fill(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) await onDisk(writeAll(file, piece));
    await onDisk(file.sync());
  } finally {
    await file.close();
  }
}

/** One call may write less than all. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, written);
    written += bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The system's own words name the file. */
async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw new AppError("storage_unavailable", "The attachment could not be written: the disk failed.", {
      reason: "disk",
      retryable: true,
    });
  }
}
