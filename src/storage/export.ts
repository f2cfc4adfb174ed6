// All objects of a bucket as one ZIP, with a manifest of what they are. Nothing of an object is kept in memory but what
// the manifest says of it.
import { unavailable } from "./failure.ts";
import type { ObjectInfo, ObjectPage, ObjectStore } from "./objects.ts";
import { type ZipFile, zipOf } from "./zip-stream.ts";

export interface ExportDeps {
  objects: Pick<ObjectStore, "list" | "read">;
  now: () => number;
}

const PAGE_MAX = 500;
const MANIFEST = "manifest.json";

/**
 * The archive as it is read: objects under their own names, the manifest last. Rejects where the bucket cannot be
 * listed; what breaks later is an error of the stream. The signal, or its reader's leaving, ends it.
 */
export async function exportBucket(
  bucketName: string,
  { objects, now }: ExportDeps,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const left = new AbortController();
  const anySignal = AbortSignal.any([signal, left.signal]);
  const list = (cursor: string | null): Promise<ObjectPage> =>
    objects.list(bucketName, "", cursor, PAGE_MAX, anySignal);
  const read = async ({ name }: ObjectInfo): Promise<ReadableStream<Uint8Array>> => {
    const found = await objects.read(bucketName, name, null, anySignal);
    // An archive without it would look whole.
    if (found === null) throw unavailable("an object went away while the bucket was exported");
    return found.body;
  };
  const files = filesOf(bucketName, await list(null), list, read, now());
  return untilLeft(zipOf(files), left);
}

async function* filesOf(
  bucketName: string,
  first: ObjectPage,
  list: (cursor: string | null) => Promise<ObjectPage>,
  read: (object: ObjectInfo) => Promise<ReadableStream<Uint8Array>>,
  exportedAt: number,
): AsyncGenerator<ZipFile> {
  const lines: string[] = [];
  let manifestName = MANIFEST;
  for (let page: ObjectPage | null = first; page !== null;) {
    for (const object of page.objects) {
      if (object.name === manifestName) manifestName = `lull-${MANIFEST}`;
      lines.push(manifestLine(object));
      const bytes = isFolder(object) ? null : await read(object);
      yield { name: object.name, modifiedAt: object.createdAt, bytes };
    }
    page = page.nextCursor === null ? null : await list(page.nextCursor);
  }
  const about = JSON.stringify({ bucketName, exportedAt: new Date(exportedAt).toISOString() }).slice(0, -1);
  const bytes = new TextEncoder().encode(`${about},"objects":[\n${lines.join(",\n")}\n]}\n`);
  yield { name: manifestName, modifiedAt: exportedAt, bytes };
}

/** What other programs put into a bucket to show a folder. */
function isFolder({ name, sizeBytes }: ObjectInfo): boolean {
  return sizeBytes === 0 && name.endsWith("/");
}

function manifestLine({ createdAt, ...object }: ObjectInfo): string {
  return JSON.stringify({ ...object, createdAt: new Date(createdAt).toISOString() });
}

/** The same bytes; when its reader leaves, what is open is closed. */
function untilLeft(archive: ReadableStream<Uint8Array>, left: AbortController): ReadableStream<Uint8Array> {
  const reader = archive.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        left.abort();
        // What was being read ends by the signal, and with an error that nobody waits for.
        await reader.cancel(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
