// Where a file's bytes are read from: the spool folder while they are on their way, their bucket after that.
import type { FilePlace } from "../db/store-knowledge.ts";
import { checkedBody } from "../storage/bytes.ts";
import type { ByteRange, ObjectStore } from "../storage/objects.ts";
import type { SpoolFolder } from "../storage/spool-folder.ts";

export interface FileBytesDeps {
  folder: Pick<SpoolFolder, "read">;
  objects: Pick<ObjectStore, "read">;
}

type Bytes = ReadableStream<Uint8Array>;

/**
 * All bytes, or those of the range, which is within the file; the signal ends them, too. Null: nobody has them. Rejects
 * as ObjectStore.read does.
 */
export async function openBytes(
  file: FilePlace & { sizeBytes: number },
  range: ByteRange | null,
  { folder, objects }: FileBytesDeps,
  signal: AbortSignal,
): Promise<Bytes | null> {
  const { spoolId, bucketName, objectName, sizeBytes } = file;
  const { from, to } = range ?? { from: 0, to: sizeBytes - 1 };
  const spooled =
    spoolId === null ? null : await begun(folder.read(spoolId, from, to), to - from + 1, signal);
  // It may have reached its bucket since its place was looked up.
  if (spooled !== null) return spooled;
  return (await objects.read(bucketName, objectName, range, signal))?.body ?? null;
}

/**
 * The same bytes, of a file that is open by now, so that nobody can remove it any more; null when it is not there. A
 * reader who leaves before the first piece cancels nothing: the signal alone closes the file then.
 */
async function begun(bytes: Bytes, sizeBytes: number, signal: AbortSignal): Promise<Bytes | null> {
  const reader = bytes.getReader();
  let first: Awaited<ReturnType<typeof reader.read>> | null;
  try {
    first = await reader.read();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const source = {
    next: async () => {
      const piece = first ?? (await reader.read());
      first = null;
      return piece as IteratorResult<Uint8Array, unknown>;
    },
    stop: () => void reader.cancel().catch(() => undefined),
  };
  return checkedBody(source, { sizeBytes, checksum: null }, signal, asItIs);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function asItIs(error: unknown): Error {
  return error instanceof Error ? error : new Error("the file cannot be read", { cause: error });
}
