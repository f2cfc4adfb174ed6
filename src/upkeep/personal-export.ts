// Everything that is kept of one person as one ZIP: rows as JSON, one a line, and their objects as they are.
import type { ErasureStore, Person, PersonalObjects } from "../db/store-erasures.ts";
import type { ObjectStore } from "../storage/objects.ts";
import { type ZipFile, zipOf } from "../storage/zip-stream.ts";

export interface ExportDeps {
  store: Pick<ErasureStore, "personalKinds" | "personalRows" | "personalObjects">;
  objects: Pick<ObjectStore, "list" | "read">;
  now: () => number;
}

const ROWS_MAX = 500;
const OBJECTS_MAX = 500;
/** Before all rows: those of imported history have keys below 0. */
const FIRST = Number.MIN_SAFE_INTEGER;

/** The archive at its reader's pace; the signal, or its reader's leaving, ends it. */
export function exportPerson(
  person: Person,
  deps: ExportDeps,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return zipOf(filesOf(person, deps, signal));
}

async function* filesOf(person: Person, deps: ExportDeps, signal: AbortSignal): AsyncGenerator<ZipFile> {
  const { store, now } = deps;
  const modifiedAt = now();
  const about = JSON.stringify({ ...person, exportedAt: new Date(modifiedAt).toISOString() });
  yield { name: "about.json", modifiedAt, bytes: new TextEncoder().encode(`${about}\n`) };
  for (const kind of store.personalKinds(person))
    yield { name: `${kind}.jsonl`, modifiedAt, bytes: linesOf(person, kind, deps) };
  for (const place of await store.personalObjects(person)) yield* objectsOf(place, deps, signal);
}

async function* linesOf(person: Person, kind: string, { store }: ExportDeps): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let after = FIRST; ;) {
    const rows = await store.personalRows(person, kind, after, ROWS_MAX);
    const lines = rows.map(({ key: _key, ...row }) => `${JSON.stringify(row)}\n`);
    if (lines.length > 0) yield encoder.encode(lines.join(""));
    const last = rows.at(-1)?.["key"];
    if (rows.length < ROWS_MAX || typeof last !== "number") return;
    after = last;
  }
}

async function* objectsOf(
  { bucketName, prefix }: PersonalObjects,
  { objects }: ExportDeps,
  signal: AbortSignal,
): AsyncGenerator<ZipFile> {
  for (let cursor: string | null = null; ;) {
    const page = await objects.list(bucketName, prefix, cursor, OBJECTS_MAX, signal);
    for (const { name, createdAt } of page.objects) {
      const found = await objects.read(bucketName, name, null, signal);
      // It was deleted meanwhile: then it is kept no more.
      if (found !== null)
        yield { name: `objects/${bucketName}/${name}`, modifiedAt: createdAt, bytes: found.body };
    }
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
