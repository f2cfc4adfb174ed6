// Users' files: what each is, how far it has been read, and which are only waiting to be swept.
import type { Database } from "bun:sqlite";
import { pageParams } from "./page.ts";
import type {
  FileAudience,
  FileToOpen,
  FileToRead,
  FileToSweep,
  FileTotals,
  NewFile,
  Reading,
} from "./store-knowledge.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

export interface PresentFile {
  key: number;
  sha256: string;
  sizeBytes: number;
  passageCount: number;
  state: "reading" | "read" | "unreadable";
}

const ROW = `public_id AS id, name, kind, audience, size_bytes AS sizeBytes, state, reason, page_count AS pageCount,
  passage_count AS passageCount, is_truncated AS isTruncated, iif(stored_at IS NULL, 0, 1) AS isStored,
  created_at AS createdAt, updated_at AS updatedAt FROM knowledge_files`;
const OF_USER = "user_id = $userId AND deleted_at IS NULL";
const ONE = `${OF_USER} AND public_id = $id`;
const PLACE = `bucket_name AS bucketName, object_name AS objectName, iif(stored_at IS NULL, (
    SELECT s.public_id FROM storage_spool AS s INDEXED BY spool_of_file WHERE s.file_id = f.id AND s.file_id IS NOT NULL
  ), NULL) AS spoolId`;
const READING = "id = $key AND audience = $audience AND state = 'reading' AND deleted_at IS NULL";

export function knowledgeTable(db: Database) {
  return { ...ownFiles(db), ...reading(db), ...leaving(db) };
}

function ownFiles(db: Database) {
  const add = db.query<{ key: number }, [Params]>(`
    INSERT INTO knowledge_files (public_id, user_id, name, kind, audience, size_bytes, sha256, checksum, bucket_name,
      object_name, created_at, updated_at)
    VALUES ($fileId, $userId, $name, $kind, $audience, $sizeBytes, $sha256, $checksum, $bucketName, $objectName, $now, $now)
    RETURNING id AS key`);
  const find = db.query<PresentFile, [Params]>(`
    SELECT id AS key, sha256, size_bytes AS sizeBytes, passage_count AS passageCount, state
    FROM knowledge_files WHERE ${ONE}`);
  // An index that was made for the owner alone has no word for customers; the row alone keeps them out of the other kind.
  const change = db.query<null, [Params]>(`
    UPDATE knowledge_files SET name = coalesce($name, name), audience = coalesce($audience, audience), attempts = 0,
      state = iif($audience = 'customers' AND audience = 'owner' AND state = 'read', 'reading', state), updated_at = $now
    WHERE ${ONE}`);
  const stored = db.query<null, [Params]>("UPDATE knowledge_files SET stored_at = $now WHERE id = $fileKey");
  const list = db.query<Row, [Params]>(`
    SELECT id AS key, ${ROW} WHERE ${OF_USER} AND ($cursor IS NULL OR id < $cursor) AND ($state IS NULL OR state = $state)
    ORDER BY knowledge_files.id DESC LIMIT $limit`);
  const get = db.query<Row, [Params]>(`SELECT ${ROW} WHERE ${ONE}`);
  const toOpen = db.query<FileToOpen, [Params]>(`
    SELECT name, kind, size_bytes AS sizeBytes, sha256, created_at AS createdAt, ${PLACE} FROM knowledge_files AS f WHERE ${ONE}`);
  const totals = db.query<FileTotals, [Params]>(`
    SELECT count(*) AS fileCount, coalesce(sum(size_bytes), 0) AS bytes, coalesce(sum(passage_count), 0) AS passageCount
    FROM knowledge_files INDEXED BY files_of_user WHERE ${OF_USER}`);

  return {
    /** Gives its key. */
    add(fileId: string, bucketName: string, file: NewFile, now: number): number {
      const { id: _id, contentType: _type, ...columns } = file;
      const added = add.get({ ...columns, fileId, bucketName, now });
      if (added === null) throw new Error("a file was added and is not there");
      return added.key;
    },
    find: (userId: string, id: string) => find.get({ userId, id }),
    change: (
      userId: string,
      id: string,
      { name, audience }: { name?: string; audience?: FileAudience },
      now: number,
    ) => change.run({ userId, id, name: name ?? null, audience: audience ?? null, now }).changes > 0,
    /** Its bucket has the file. */
    stored: (fileKey: number, now: number) => void stored.run({ fileKey, now }),
    /** As a page is made of: newest first, one more than asked for. */
    list: (userId: string, query: ListQuery) => list.all({ userId, ...pageParams(query) }),
    get: (userId: string, id: string) => get.get({ userId, id }),
    toOpen: (userId: string, id: string) => toOpen.get({ userId, id }),
    totals: (userId: string): FileTotals =>
      totals.get({ userId }) ?? { fileCount: 0, bytes: 0, passageCount: 0 },
  };
}

function reading(db: Database) {
  const next = db.query<FileToRead, [Params]>(`
    SELECT id AS key, public_id AS id, user_id AS userId, kind, size_bytes AS sizeBytes, audience, attempts, ${PLACE}
    FROM knowledge_files AS f INDEXED BY files_to_read
    WHERE state = 'reading' AND deleted_at IS NULL AND id > $afterKey ORDER BY f.id LIMIT 1`);
  const begin = db.query<null, [Params]>(
    `UPDATE knowledge_files SET attempts = attempts + 1 WHERE ${READING}`,
  );
  const release = db.query<null, [Params]>(
    `UPDATE knowledge_files SET attempts = max(attempts - 1, 0) WHERE ${READING}`,
  );
  const grow = db.query<{ userId: string }, [Params]>(`
    UPDATE knowledge_files SET passage_count = passage_count + $count WHERE ${READING} AND passage_count = $position
    RETURNING user_id AS userId`);
  const shrink = db.query<null, [Params]>(
    "UPDATE knowledge_files SET passage_count = passage_count - $count WHERE id = $key",
  );
  const finish = db.query<null, [Params]>(`
    UPDATE knowledge_files SET state = 'read', page_count = $pageCount, is_truncated = $isTruncated, attempts = 0,
      updated_at = $now WHERE ${READING}`);
  const fail = db.query<null, [Params]>(`
    UPDATE knowledge_files SET state = 'unreadable', reason = $reason, updated_at = $now WHERE ${READING}`);

  return {
    nextToRead: (afterKey: number) => next.get({ afterKey }),
    beginReading: ({ key, audience }: Reading) => begin.run({ key, audience }).changes > 0,
    releaseReading: ({ key, audience }: Reading) => void release.run({ key, audience }),
    /** Makes room for passages from `position` on; gives whose they are, null when they are not wanted. */
    grow: ({ key, audience }: Reading, position: number, count: number) =>
      grow.get({ key, audience, position, count })?.userId ?? null,
    shrink: (key: number, count: number) => void shrink.run({ key, count }),
    finishReading: (
      { key, audience }: Reading,
      { pageCount, isTruncated }: { pageCount: number | null; isTruncated: boolean },
      now: number,
    ) => finish.run({ key, audience, pageCount, isTruncated: Number(isTruncated), now }).changes > 0,
    failReading: ({ key, audience }: Reading, reason: string, now: number) =>
      fail.run({ key, audience, reason, now }).changes > 0,
  };
}

function leaving(db: Database) {
  const remove = db.query<{ key: number }, [Params]>(
    `UPDATE knowledge_files SET deleted_at = $now WHERE ${ONE} RETURNING id AS key`,
  );
  const supersede = db.query<null, [Params]>(
    "UPDATE knowledge_files SET public_id = $newId, deleted_at = $now WHERE id = $key",
  );
  const removeOfUser = db.query<null, [Params]>(
    `UPDATE knowledge_files INDEXED BY files_of_user SET deleted_at = $now WHERE ${OF_USER}`,
  );
  const deleteOfBucket = db.query<null, [Params]>(
    "UPDATE knowledge_files SET deleted_at = $now WHERE bucket_name = $bucketName AND deleted_at IS NULL",
  );
  const nextToSweep = db.query<FileToSweep, [Params]>(`
    SELECT id AS key, bucket_name AS bucketName, object_name AS objectName
    FROM knowledge_files INDEXED BY files_to_sweep WHERE deleted_at IS NOT NULL AND id > $afterKey ORDER BY id LIMIT 1`);
  const forget = db.query<null, [Params]>(
    "DELETE FROM knowledge_files WHERE id = $key AND deleted_at IS NOT NULL",
  );

  return {
    /** Gives its key; null: there is none. */
    remove: (userId: string, id: string, now: number) => remove.get({ userId, id, now })?.key ?? null,
    /** A version gives its id to the next one, and goes under another. */
    supersede: (key: number, newId: string, now: number) => void supersede.run({ key, newId, now }),
    deleteOfUser: (userId: string, now: number) => void removeOfUser.run({ userId, now }),
    deleteOfBucket: (bucketName: string, now: number) => void deleteOfBucket.run({ bucketName, now }),
    nextToSweep: (afterKey: number) => nextToSweep.get({ afterKey }),
    forget: (key: number) => void forget.run({ key }),
  };
}
