// The knowledge base over a real database and a real spool folder; buckets are in memory, time is moved by hand, and a
// file's text is what a test says it is.
import { Database } from "bun:sqlite";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import type { Row } from "../../src/db/store-insight.ts";
import type { Store } from "../../src/db/store.ts";
import { AppError } from "../../src/errors.ts";
import type { ExtractedText } from "../../src/knowledge/extracted.ts";
import { KnowledgeFiles, type FileWords, type NewUpload } from "../../src/knowledge/files.ts";
import { KnowledgeReader } from "../../src/knowledge/reader.ts";
import { KnowledgeSweeper } from "../../src/knowledge/sweeper.ts";
import { createLog, type LogFields } from "../../src/log.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { SpoolFolder } from "../../src/storage/spool-folder.ts";
import { addOwner } from "../db/filed.ts";
import { must } from "../db/scene.ts";
import { memoryObjects } from "../doubles/memory-objects.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

type Extract = (kind: string, bytes: Uint8Array, signal: AbortSignal) => Promise<ExtractedText>;

export type Scene = ReturnType<typeof openScene>;

/** As text is extracted in most tests: the bytes as they are. */
const asTheyAre: Extract = async (_kind, bytes) => ({
  text: new TextDecoder().decode(bytes),
  isTruncated: false,
});

export const POLL_MS = 10_000;
export const forever = new AbortController().signal;

export function openScene(wrap: (store: Store) => Store = (store) => store) {
  const parent = mkdtempSync(join(tmpdir(), "lull-knowledge-"));
  const path = join(parent, "lull.db");
  const clock = new ManualClock();
  const random = seededRandom();
  const store = openSqliteStore({ path, random });
  const objects = memoryObjects(() => clock.now());
  const folder = new SpoolFolder(join(parent, "spool"));
  const events: { name: string; fields: LogFields }[] = [];
  const log = createLog((_level, name, fields) => void events.push({ name, fields }));
  const scene = {
    clock,
    store,
    objects,
    folder,
    events,
    /** How a file's text is found; a test may put another way here. */
    extract: asTheyAre,
    hasRoom: true,
    /** What the service's next call for a bucket's bytes fails with. */
    refuse: (_bucket: string): Error | null => null,
    wakes: { added: 0, deleted: 0 },
    idle: () => Promise.resolve(),
    /** Names in the spool folder. */
    spooled: () => readdirSyncOrNone(join(parent, "spool")),
    /** How many rows each table of the knowledge base has. */
    counts: () => countsOf(path),
    owner: () => addOwner(store, "Ana", clock.now()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([reader.stop(), sweeper.stop()]);
      await store.close();
      rmSync(parent, { recursive: true, force: true });
      if (clock.armedCount > 0) throw new Error("a timer is still armed");
    },
  };
  const refusing = async <T>(bucket: string, work: () => Promise<T>): Promise<T> => {
    const refusal = scene.refuse(bucket);
    if (refusal !== null) throw refusal;
    return await work();
  };
  const reached: Pick<ObjectStore, "read" | "remove"> = {
    read: (bucket, ...given) => refusing(bucket, () => objects.read(bucket, ...given)),
    remove: (bucket, ...given) => refusing(bucket, () => objects.remove(bucket, ...given)),
  };
  const shared = { store: wrap(store), objects: reached, folder, clock, random, log, pollMs: POLL_MS };
  const extractText = (kind: string, bytes: Uint8Array, _limits: unknown, signal: AbortSignal) =>
    scene.extract(kind, bytes, signal);
  const openReader = () => new KnowledgeReader({ ...shared, extractor: { extractText } });
  const whenIdle = () => scene.idle();
  const reader = openReader();
  const openSweeper = () => new KnowledgeSweeper({ ...shared, whenIdle });
  const sweeper = openSweeper();
  const files = new KnowledgeFiles({
    ...shared,
    ensureBucket: async (userId) => {
      const party = { userId, connectionKey: 0, contactRef: null, phoneKey: null };
      return await store.ensureBucket(party, `lull-user-of-${userId}`, clock.now());
    },
    hasRoom: async () => scene.hasRoom,
    onAdded: () => void scene.wakes.added++,
    onDeleted: () => void scene.wakes.deleted++,
  });
  return Object.assign(scene, { reader, openReader, sweeper, openSweeper, files });
}

export type Uploaded = Partial<NewUpload> &
  FileWords & {
    userId: string;
    content: string | Uint8Array;
    pieceBytes?: number;
  };

/** The whole way in; gives the file's id. */
export async function upload({ files }: Pick<Scene, "files">, how: Uploaded): Promise<string> {
  return (await uploadPieces({ files }, how)).fileId;
}

export async function uploadPieces({ files }: Pick<Scene, "files">, how: Uploaded) {
  const { content, pieceBytes = 10_000, audience, ...rest } = how;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const upload = await files.begin({ name: "preços.txt", replaces: null, ...rest });
  for (let at = 0; at < bytes.length; at += pieceBytes)
    await upload.write(bytes.subarray(at, at + pieceBytes));
  return await upload.finish({ audience });
}

/** What waits is brought to its bucket, as the spool does it. */
export async function store(scene: Scene): Promise<void> {
  const { store, objects, folder, clock } = scene;
  for (let next = await store.nextBucketToMake(clock.now()); next !== null;) {
    await objects.createBucket(next.name, {}, forever);
    await store.bucketReady(next.name, clock.now());
    next = await store.nextBucketToMake(clock.now());
  }
  const due = await store.dueUploads(clock.now(), 100);
  for (const { id, bucketName, objectName, ...rest } of due) {
    await objects.put(
      bucketName,
      objectName,
      { ...rest, metadata: {}, checksum: rest.checksum, open: () => folder.read(id) },
      forever,
    );
  }
  await store.uploaded(due, clock.now());
  for (const { id } of due) await folder.remove(id);
}

export async function rowOf({ store }: Scene, userId: string, fileId: string): Promise<Row> {
  return must(await store.fileRow(userId, fileId));
}

/** Waits for what the disk has to do with; a thousand rests are more than enough for it. */
export async function until({ clock }: Scene, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let rests = 0; !(await isSo()); rests++) {
    if (rests > 1_000) throw new Error("it never came to that");
    await clock.settle();
  }
}

/** What the owner finds. */
export async function foundBy({ store }: Scene, userId: string, words: string): Promise<string[] | null> {
  const found = await store.searchPassages({ senderId: userId, ownerId: null }, words, 6);
  return found?.map(({ text }) => text) ?? null;
}

/** How a piece of work was refused; null when it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => null,
    (failure: unknown) => failure,
  );
  return error instanceof AppError ? { code: error.code, reason: error.reason } : error;
}

export const away = new AppError("storage_unavailable", "away", { retryable: true });
export const refusedRights = new AppError("storage_refused", "no rights", { reason: "no_rights" });

function readdirSyncOrNone(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function countsOf(path: string): Record<string, number> {
  const db = new Database(path, { readonly: true });
  const tables = ["knowledge_files", "knowledge_passages", "knowledge_index", "storage_spool"];
  const counts = tables.map((table) => [
    table,
    db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? -1,
  ]);
  db.close();
  return Object.fromEntries(counts);
}
