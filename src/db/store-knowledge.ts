// What the store knows of users' files and the passages of their texts. One method is one transaction.
// Rows for people come as Row, with the outside names; a deleted file is nobody's any more, until it has been swept.
import type { TextKind } from "../knowledge/extracted.ts";
import type { ListQuery, Page, Row } from "./store-insight.ts";

/** customers: those, too, who write on a line of the file's user. */
export type FileAudience = "owner" | "customers";

export interface NewFile {
  /** Of these bytes, in the spool folder; and of the file, unless it is a new version of one. */
  id: string;
  userId: string;
  name: string;
  kind: TextKind;
  contentType: string;
  audience: FileAudience;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  /** CRC32C, see storage/checksum.ts. */
  checksum: string;
  objectName: string;
}

/** What one user may have at most. */
export interface FileLimits {
  filesMax: number;
  bytesMax: number;
  passagesMax: number;
}

export interface FileTotals {
  fileCount: number;
  bytes: number;
  passageCount: number;
}

export type AddedFile =
  /** same: these are the bytes it has already; only its name and audience may have changed. */
  | { kind: "added" | "same"; fileId: string }
  | { kind: "refused"; reason: "no_user" | "no_file" | keyof FileLimits };

/** Where a file's bytes are. */
export interface FilePlace {
  bucketName: string;
  objectName: string;
  /** Of the spool's file while the bucket does not have it; null when it does. */
  spoolId: string | null;
}

export interface FileToOpen extends FilePlace {
  name: string;
  kind: TextKind;
  sizeBytes: number;
  sha256: string;
  createdAt: number;
}

export interface FileToRead extends FilePlace {
  key: number;
  id: string;
  userId: string;
  kind: TextKind;
  sizeBytes: number;
  audience: FileAudience;
  /** Earlier readings that ended with the process. */
  attempts: number;
}

/** Whose file is read, for whom: passages that were made for another audience are not taken. */
export type Reading = Pick<FileToRead, "key" | "audience">;

export interface FileToSweep {
  key: number;
  bucketName: string;
  objectName: string;
}

/** Whose files may be looked into: the verified sender's own, and of the line's owner those for customers. */
export interface Searchers {
  senderId: string | null;
  ownerId: string | null;
}

export interface FoundPassage {
  fileId: string;
  fileName: string;
  text: string;
}

export interface KnowledgeStore {
  /** With its row in the spool. `replaces`: the file whose next version this is; it keeps its id, the version before is deleted. */
  addFile(file: NewFile, replaces: string | null, limits: FileLimits, now: number): Promise<AddedFile>;
  /** False: no such file of this user. For an audience that it was not read for it is read anew. */
  changeFile(
    userId: string,
    fileId: string,
    change: { name?: string; audience?: FileAudience },
    now: number,
  ): Promise<boolean>;
  /** At once: no list, download or search shows it any more. False: no such file of this user. */
  deleteFile(userId: string, fileId: string, now: number): Promise<boolean>;

  /** id, name, kind, contentType, audience, sizeBytes, state, reason, pageCount, passageCount, isTruncated, isStored, createdAt, updatedAt. Null: no such user. */
  listFiles(userId: string, query: ListQuery): Promise<Page | null>;
  /** The same of one file. */
  fileRow(userId: string, fileId: string): Promise<Row | null>;
  fileToOpen(userId: string, fileId: string): Promise<FileToOpen | null>;
  fileTotals(userId: string): Promise<FileTotals>;

  /** The next one whose text is still to be read, by key. */
  nextFileToRead(afterKey: number): Promise<FileToRead | null>;
  /** Counts an attempt. False: it is gone. */
  beginReading(reading: Reading): Promise<boolean>;
  /** The attempt does not count: it was ended from outside. */
  releaseReading(reading: Reading): Promise<void>;
  /** The next passages, the first of them being the file's `position`th. False: another one is expected, or the file is gone. */
  addPassages(reading: Reading, position: number, texts: readonly string[]): Promise<boolean>;
  finishReading(
    reading: Reading,
    found: { pageCount: number | null; isTruncated: boolean },
    now: number,
  ): Promise<boolean>;
  failReading(reading: Reading, reason: string, now: number): Promise<boolean>;

  /** Best first, by the words of `text`; null when it has none, or there is no file to look into. */
  searchPassages(searchers: Searchers, text: string, limit: number): Promise<FoundPassage[] | null>;

  /** Takes out up to `limit` passages of a file; gives how many. */
  removePassages(fileKey: number, limit: number): Promise<number>;
  /** The next one that was deleted, by key. */
  nextFileToSweep(afterKey: number): Promise<FileToSweep | null>;
  /** The last of a deleted file, once its passages are gone. */
  removeFile(fileKey: number): Promise<void>;
}
