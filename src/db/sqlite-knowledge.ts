// The store's verbs for users' files and their passages, each one transaction.
import { CONTENT_TYPES } from "../knowledge/file-type.ts";
import { isTextKind } from "../knowledge/extracted.ts";
import type { PresentFile } from "./knowledge.ts";
import { page } from "./page.ts";
import type { AddedFile, FileLimits, FileTotals, KnowledgeStore, NewFile } from "./store-knowledge.ts";
import type { Row } from "./store-insight.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

type Part<Method extends keyof KnowledgeStore> = Pick<KnowledgeStore, Method>;

export function knowledgeWork(tables: Tables, transact: Transact): KnowledgeStore {
  return {
    ...fileWork(tables, transact),
    ...readingWork(tables, transact),
    ...sweepWork(tables, transact),
    searchPassages: (searchers, text, limit) =>
      transact(() => tables.passages.search(searchers, text, limit)),
  };
}

function fileWork(
  tables: Tables,
  transact: Transact,
): Part<"addFile" | "changeFile" | "deleteFile" | "listFiles" | "fileRow" | "fileToOpen" | "fileTotals"> {
  const { knowledge, users, spool } = tables;
  return {
    addFile: (file, replaces, limits, now) => transact(() => addFile(tables, file, replaces, limits, now)),
    changeFile: (userId, fileId, change, now) =>
      transact(() => knowledge.change(userId, fileId, change, now)),
    deleteFile: (userId, fileId, now) =>
      transact(() => {
        const key = knowledge.remove(userId, fileId, now);
        if (key !== null) spool.removeOfFile(key);
        return key !== null;
      }),
    listFiles: (userId, query) =>
      transact(() => {
        if (!users.exists(userId)) return null;
        const { data, nextCursor } = page(knowledge.list(userId, query), query.limit);
        return { data: data.map(withContentType), nextCursor };
      }),
    fileRow: (userId, fileId) =>
      transact(() => {
        const row = knowledge.get(userId, fileId);
        return row === null ? null : withContentType(row);
      }),
    fileToOpen: (userId, fileId) => transact(() => knowledge.toOpen(userId, fileId)),
    fileTotals: (userId) => transact(() => knowledge.totals(userId)),
  };
}

function addFile(
  { knowledge, buckets, spool, newId }: Tables,
  file: NewFile,
  replaces: string | null,
  limits: FileLimits,
  now: number,
): AddedFile {
  const { id, userId, name, audience, sha256 } = file;
  const bucketName = buckets.ofUser(userId);
  if (bucketName === null) return { kind: "refused", reason: "no_user" };
  const before = replaces === null ? null : knowledge.find(userId, replaces);
  if (replaces !== null && before === null) return { kind: "refused", reason: "no_file" };
  const fileId = replaces ?? id;
  // One that could not be read may be whole this time.
  if (before?.sha256 === sha256 && before.state !== "unreadable") {
    knowledge.change(userId, fileId, { name, audience }, now);
    return { kind: "same", fileId };
  }
  const exceeded = exceededLimit(knowledge.totals(userId), file, before, limits);
  if (exceeded !== null) return { kind: "refused", reason: exceeded };
  if (before !== null) {
    knowledge.supersede(before.key, newId(now), now);
    spool.removeOfFile(before.key);
  }
  const fileKey = knowledge.add(fileId, bucketName, file, now);
  spool.addFile({ ...spooled(file), fileKey, bucketName }, now);
  return { kind: "added", fileId };
}

/** The version before makes room for the next. */
function exceededLimit(
  totals: FileTotals,
  { sizeBytes }: NewFile,
  before: PresentFile | null,
  { filesMax, bytesMax, passagesMax }: FileLimits,
): keyof FileLimits | null {
  const fileCount = totals.fileCount - (before === null ? 0 : 1) + 1;
  const bytes = totals.bytes - (before?.sizeBytes ?? 0) + sizeBytes;
  const passageCount = totals.passageCount - (before?.passageCount ?? 0);
  if (fileCount > filesMax) return "filesMax";
  if (bytes > bytesMax) return "bytesMax";
  return passageCount >= passagesMax ? "passagesMax" : null;
}

function spooled({ id, name, contentType, objectName, sizeBytes, checksum }: NewFile) {
  return { id, kind: "file", objectName, contentType, originalName: name, sizeBytes, checksum } as const;
}

function withContentType(row: Row): Row {
  const kind = String(row["kind"]);
  return isTextKind(kind) ? { ...row, contentType: CONTENT_TYPES[kind] } : row;
}

function readingWork(
  { knowledge, passages }: Tables,
  transact: Transact,
): Part<
  "nextFileToRead" | "beginReading" | "releaseReading" | "addPassages" | "finishReading" | "failReading"
> {
  return {
    nextFileToRead: (afterKey) => transact(() => knowledge.nextToRead(afterKey)),
    beginReading: (reading) => transact(() => knowledge.beginReading(reading)),
    releaseReading: (reading) => transact(() => knowledge.releaseReading(reading)),
    addPassages: (reading, position, texts) =>
      transact(() => {
        const userId = knowledge.grow(reading, position, texts.length);
        if (userId !== null) passages.add({ ...reading, userId }, position, texts);
        return userId !== null;
      }),
    finishReading: (reading, found, now) => transact(() => knowledge.finishReading(reading, found, now)),
    failReading: (reading, reason, now) => transact(() => knowledge.failReading(reading, reason, now)),
  };
}

function sweepWork(
  { knowledge, passages, spool }: Tables,
  transact: Transact,
): Part<"removePassages" | "nextFileToSweep" | "removeFile"> {
  return {
    removePassages: (fileKey, limit) =>
      transact(() => {
        const count = passages.remove(fileKey, limit);
        if (count > 0) knowledge.shrink(fileKey, count);
        return count;
      }),
    nextFileToSweep: (afterKey) => transact(() => knowledge.nextToSweep(afterKey)),
    removeFile: (fileKey) =>
      transact(() => {
        spool.removeOfFile(fileKey);
        knowledge.forget(fileKey);
      }),
  };
}
