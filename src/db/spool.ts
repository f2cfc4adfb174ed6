// Objects on their way into buckets.
import type { Database } from "bun:sqlite";
import type {
  FetchedMedia,
  MediaToFetch,
  SpooledFile,
  SpooledObject,
  SpooledText,
  WantedMedia,
} from "./store-spool.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

/** Nothing goes into a bucket that the store does not have, nor into one that is still to be emptied. */
const CAN_GO = `s.state = 'spooled'
  AND EXISTS (SELECT 1 FROM buckets AS b WHERE b.name = s.bucket_name AND b.state = 'ready')
  AND NOT EXISTS (SELECT 1 FROM bucket_tasks AS t
    WHERE t.bucket_name = s.bucket_name AND t.kind = 'erase' AND t.state = 'waiting')`;

export function spoolTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO storage_spool (public_id, bucket_name, kind, state, object_name, content_type, original_name,
      connection_id, source_url, file_id, body, size_bytes, checksum, due_at, created_at)
    VALUES ($id, $bucketName, $kind, $state, $objectName, $contentType, $originalName,
      $connectionKey, $sourceUrl, $fileKey, $body, $sizeBytes, $checksum, $now, $now)`);
  const isSaid = db.query<{ id: number }, [Params]>(
    "SELECT id FROM customer_conversations WHERE id = $saidKey",
  );
  const size = db.query<{ objectCount: number; bytes: number }, []>(`
    SELECT count(*) AS objectCount, coalesce(sum(size_bytes), 0) AS bytes FROM storage_spool INDEXED BY spool_sizes
    WHERE state IN ('wanted', 'spooled')`);

  const spooledBytes = db.query<{ bytes: number }, []>(`
    SELECT coalesce(sum(size_bytes), 0) AS bytes FROM storage_spool INDEXED BY spool_sizes WHERE state = 'spooled'`);

  const due = db.query<SpooledObject, [Params]>(`
    SELECT s.id AS key, public_id AS id, bucket_name AS bucketName, kind, object_name AS objectName,
      content_type AS contentType, original_name AS originalName, body, size_bytes AS sizeBytes, checksum, attempts
    FROM storage_spool AS s INDEXED BY spool_to_upload WHERE ${CAN_GO} AND due_at <= $now ORDER BY due_at, s.id LIMIT $limit`);
  const nextAt = db.query<{ at: number | null }, [Params]>(`
    SELECT min(due_at) AS at FROM storage_spool AS s INDEXED BY spool_to_upload WHERE ${CAN_GO} AND due_at > $after`);
  const remove = db.query<{ fileKey: number | null }, [Params]>(
    "DELETE FROM storage_spool WHERE id = $key AND bucket_name = $bucketName RETURNING file_id AS fileKey",
  );
  const delay = db.query<null, [Params]>(
    "UPDATE storage_spool SET due_at = $dueAt, reason = $reason, attempts = attempts + 1 WHERE id = $key",
  );

  const dueFetches = db.query<MediaToFetch, [Params]>(`
    SELECT id AS key, public_id AS id, connection_id AS connectionKey, object_name AS objectName, source_url AS sourceUrl,
      content_type AS contentType, attempts, created_at AS createdAt
    FROM storage_spool INDEXED BY spool_to_fetch WHERE state = 'wanted' AND due_at <= $now ORDER BY due_at, storage_spool.id LIMIT $limit`);
  const nextFetchAt = db.query<{ at: number | null }, [Params]>(`
    SELECT min(due_at) AS at FROM storage_spool INDEXED BY spool_to_fetch WHERE state = 'wanted' AND due_at > $after`);
  const fetched = db.query<null, [Params]>(`
    UPDATE storage_spool SET state = 'spooled', object_name = $objectName, content_type = $contentType,
      size_bytes = $sizeBytes, checksum = $checksum, source_url = NULL, attempts = 0, due_at = $now, reason = NULL
    WHERE id = $key AND state = 'wanted'`);
  const giveUp = db.query<null, [Params]>(`
    UPDATE storage_spool SET state = 'failed', reason = $reason, source_url = NULL, checksum = NULL WHERE id = $key`);

  const givenUp = db.query<Row, [Params]>(`
    SELECT public_id AS objectId, kind, reason FROM storage_spool INDEXED BY spool_sizes
    WHERE state = 'failed' ORDER BY id LIMIT $limit`);
  const givenUpCount = db.query<{ count: number }, []>(
    "SELECT count(*) AS count FROM storage_spool INDEXED BY spool_sizes WHERE state = 'failed'",
  );

  const redirect = db.query<null, [Params]>(
    "UPDATE storage_spool SET bucket_name = $into WHERE bucket_name = $name",
  );
  const removeUnder = db.query<null, [Params]>(`
    DELETE FROM storage_spool WHERE bucket_name = $name AND substr(object_name, 1, length($prefix)) = $prefix`);
  const removeOfBucket = db.query<null, [Params]>("DELETE FROM storage_spool WHERE bucket_name = $name");
  const removeOfFile = db.query<null, [Params]>("DELETE FROM storage_spool WHERE file_id = $fileKey");
  const fileIds = db.query<{ id: string }, []>(
    "SELECT public_id AS id FROM storage_spool WHERE body IS NULL",
  );

  const none = { connectionKey: null, sourceUrl: null, fileKey: null, body: null, checksum: null };
  const shift = db.query<null, [{ delta: number }]>(
    "UPDATE storage_spool SET due_at = due_at + $delta WHERE state IN ('wanted', 'spooled')",
  );

  return {
    /** Nothing when its line is gone. */
    addText({ saidKey, ...text }: SpooledText, id: string, now: number): void {
      if (isSaid.get({ saidKey }) !== null) add.run({ ...none, ...text, id, state: "spooled", now });
    },
    /** Nothing when its line is gone. */
    addWanted({ saidKey, ...media }: WantedMedia, id: string, now: number): void {
      if (isSaid.get({ saidKey }) !== null) add.run({ ...none, ...media, id, state: "wanted", now });
    },
    addFile: (file: SpooledFile, now: number) => void add.run({ ...none, ...file, state: "spooled", now }),
    size: () => size.get() ?? { objectCount: 0, bytes: 0 },
    spooledBytes: () => spooledBytes.get()?.bytes ?? 0,
    due: (now: number, limit: number) => due.all({ now, limit }),
    nextAt: (after: number) => nextAt.get({ after })?.at ?? null,
    /** Of the bucket it was uploaded to; null when it is not that one's any more. */
    remove: (key: number, bucketName: string) => remove.get({ key, bucketName }),
    delay: (key: number, reason: string, dueAt: number) => void delay.run({ key, reason, dueAt }),
    dueFetches: (now: number, limit: number) => dueFetches.all({ now, limit }),
    nextFetchAt: (after: number) => nextFetchAt.get({ after })?.at ?? null,
    fetched: (key: number, media: FetchedMedia, now: number) =>
      fetched.run({ key, ...media, now }).changes > 0,
    giveUp: (key: number, reason: string) => void giveUp.run({ key, reason }),
    givenUp: (limit: number) => givenUp.all({ limit }),
    givenUpCount: () => givenUpCount.get()?.count ?? 0,
    redirect: (name: string, into: string) => void redirect.run({ name, into }),
    removeUnder: (name: string, prefix: string) => void removeUnder.run({ name, prefix }),
    removeOfBucket: (name: string) => void removeOfBucket.run({ name }),
    removeOfFile: (fileKey: number) => void removeOfFile.run({ fileKey }),
    fileIds: () => fileIds.all().map(({ id }) => id),
    /** The wall clock jumped: what waits goes along. */
    shift: (delta: number) => void shift.run({ delta }),
  };
}
