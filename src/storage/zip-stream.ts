// ZIP as it is written: one file after another, unpacked, in the reader's pace. What it holds of a file is its name.
import { makeZip } from "client-zip";

export interface ZipFile {
  name: string;
  modifiedAt: number;
  /** Null: a folder. */
  bytes: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array | null;
}

/**
 * The archive of these files. A file or its bytes that fail are an error of the stream, which then has no end that a
 * reader would take for one. Cancelled, it leaves off; whoever opened the bytes closes them.
 */
export function zipOf(files: AsyncIterable<ZipFile>): ReadableStream<Uint8Array> {
  return makeZip(entriesOf(files), { buffersAreUTF8: true });
}

async function* entriesOf(files: AsyncIterable<ZipFile>) {
  for await (const { name: wanted, modifiedAt, bytes } of files) {
    const name = nameWithin(wanted);
    const lastModified = new Date(modifiedAt);
    yield bytes === null ? { name, lastModified } : { name, lastModified, input: bytes };
  }
}

/** Other programs name objects as they like; unpacked, none may land outside of its folder. */
function nameWithin(name: string): string {
  const parts = name.replaceAll("\\", "/").split("/");
  return parts
    .map((part) => (/^\.{1,2}$/.test(part) ? part.replaceAll(".", "_") : part))
    .join("/")
    .replace(/^\/+/, "");
}
