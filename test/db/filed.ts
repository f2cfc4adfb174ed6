// Users' files as the store takes them: added, read, and what lists show of them.
import type {
  AddedFile,
  FileLimits,
  FileToRead,
  KnowledgeStore,
  NewFile,
} from "../../src/db/store-knowledge.ts";
import type { Store } from "../../src/db/store.ts";
import { fileObjectName } from "../../src/knowledge/object-name.ts";
import { ALL } from "./identified.ts";
import { must, type Scene, START } from "./scene.ts";

export const LIMITS: FileLimits = { filesMax: 200, bytesMax: 1_000_000, passagesMax: 20_000 };

let count = 0;

/** An id of its own for every upload. */
export function newUploadId(): string {
  return `00000000-0000-7000-8000-${String(++count).padStart(12, "0")}`;
}

/** A user with a bucket. */
export async function addOwner(store: Store, name = "Ana", now = START): Promise<string> {
  const userId = await store.addUser({ name, email: null, connectionKey: null }, now);
  await giveBucket(store, userId, now);
  return userId;
}

export async function giveBucket(store: Store, userId: string, now = START): Promise<void> {
  const party = { userId, connectionKey: 0, contactRef: null, phoneKey: null };
  await store.ensureBucket(party, `lull-user-${++count}`, now);
}

export function fileOf(userId: string, extra: Partial<NewFile> = {}): NewFile {
  const id = extra.id ?? newUploadId();
  const sha256 = extra.sha256 ?? `sha of ${id}`;
  return {
    id,
    userId,
    name: "preços.txt",
    kind: "txt",
    contentType: "text/plain",
    audience: "owner",
    sizeBytes: 1_000,
    sha256,
    checksum: "AAAAAA==",
    objectName: fileObjectName(id, sha256),
    ...extra,
  };
}

/** Adds it, and gives its id. */
export async function addFile(
  store: KnowledgeStore,
  userId: string,
  extra: Partial<NewFile> = {},
  now = START,
): Promise<string> {
  return idOf(await store.addFile(fileOf(userId, extra), null, LIMITS, now));
}

export function idOf(added: AddedFile): string {
  if (added.kind === "refused") throw new Error(`the file was refused: ${added.reason}`);
  return added.fileId;
}

/** The file of that id among those that are to be read. */
export async function toRead(store: KnowledgeStore, fileId: string): Promise<FileToRead> {
  for (let file = await store.nextFileToRead(0); file !== null; file = await store.nextFileToRead(file.key)) {
    if (file.id === fileId) return file;
  }
  throw new Error("the file is not to be read");
}

/** A file that has been read to the end. */
export async function addRead(
  store: KnowledgeStore,
  userId: string,
  texts: readonly string[],
  extra: Partial<NewFile> = {},
): Promise<string> {
  const fileId = await addFile(store, userId, extra);
  await read(store, fileId, texts);
  return fileId;
}

export async function read(store: KnowledgeStore, fileId: string, texts: readonly string[]): Promise<void> {
  const file = await toRead(store, fileId);
  await store.beginReading(file);
  await store.addPassages(file, 0, texts);
  await store.finishReading(file, { pageCount: null, isTruncated: false }, START);
}

/** What the user's list shows, by the other handle. */
export async function listed(scene: Scene, userId: string): Promise<unknown[]> {
  return must(await scene.second.listFiles(userId, ALL)).data.map((row) => row["id"]);
}

/** Takes out everything that was deleted; gives how many files that were. */
export async function sweepAll(store: KnowledgeStore): Promise<number> {
  let sweptCount = 0;
  for (let file = await store.nextFileToSweep(0); file !== null; file = await store.nextFileToSweep(0)) {
    while ((await store.removePassages(file.key, 500)) > 0);
    await store.removeFile(file.key);
    sweptCount++;
  }
  return sweptCount;
}
