// Work on a bucket: its objects follow into another one, are erased, or those of one message are removed.
import type { Database } from "bun:sqlite";
import { pageParams } from "./page.ts";
import type { BucketTask } from "./store-buckets.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

const ROW = `public_id AS id, kind, bucket_name AS bucket, into_bucket AS "into", state, object_count AS objectCount, reason,
  attempts, created_at AS createdAt, done_at AS doneAt FROM bucket_tasks`;
/**
 * Objects can only follow into a bucket that is there, be its user gone meanwhile. What is to be removed or erased
 * neither leaves a bucket before that nor is looked for in one that it has not come to yet: it would stay.
 */
const CAN_BEGIN = `t.state = 'waiting' AND CASE t.kind
  WHEN 'move' THEN EXISTS (SELECT 1 FROM buckets AS b WHERE b.name = t.into_bucket AND b.state <> 'creating'
      AND b.ready_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM bucket_tasks AS r INDEXED BY bucket_tasks_of_bucket
      WHERE r.bucket_name = t.bucket_name AND r.state = 'waiting' AND r.kind = 'remove')
  ELSE NOT EXISTS (SELECT 1 FROM bucket_tasks AS m INDEXED BY bucket_tasks_into
      WHERE m.into_bucket = t.bucket_name AND m.into_bucket IS NOT NULL AND m.state = 'waiting') END`;

export function bucketTaskTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO bucket_tasks (public_id, kind, bucket_name, into_bucket, prefix, due_at, created_at)
    VALUES ($id, $kind, $name, $into, $prefix, $now, $now)`);
  const isBusy = db.query<{ id: number }, [Params]>(`
    SELECT id FROM bucket_tasks INDEXED BY one_task_of_bucket
    WHERE bucket_name = $name AND state = 'waiting' AND kind <> 'remove'`);
  const endInto = db.query<null, [Params]>(`
    UPDATE bucket_tasks INDEXED BY bucket_tasks_into SET state = 'done', reason = $reason, done_at = $now
    WHERE into_bucket = $name AND into_bucket IS NOT NULL AND state = 'waiting'
      AND EXISTS (SELECT 1 FROM buckets AS b WHERE b.name = $name AND b.ready_at IS NULL)`);
  const next = db.query<BucketTask, [Params]>(`
    SELECT id AS key, public_id AS id, kind, bucket_name AS bucketName, into_bucket AS intoBucket, prefix, attempts
    FROM bucket_tasks AS t INDEXED BY bucket_tasks_due WHERE ${CAN_BEGIN} AND due_at <= $now ORDER BY due_at, t.id LIMIT 1`);
  const nextAt = db.query<{ at: number | null }, [Params]>(`
    SELECT min(due_at) AS at FROM bucket_tasks AS t INDEXED BY bucket_tasks_due WHERE ${CAN_BEGIN} AND due_at > $after`);
  const count = db.query<null, [Params]>(
    "UPDATE bucket_tasks SET object_count = object_count + $count, attempts = 0 WHERE id = $key",
  );
  const delay = db.query<null, [Params]>(`
    UPDATE bucket_tasks SET due_at = $dueAt, reason = $reason, attempts = attempts + 1 WHERE id = $key AND state = 'waiting'`);
  const finish = db.query<null, [Params]>(
    "UPDATE bucket_tasks SET state = 'done', reason = NULL, done_at = $now WHERE id = $key AND state = 'waiting'",
  );
  const get = db.query<Row, [Params]>(`SELECT ${ROW} WHERE public_id = $id`);
  const list = db.query<Row, [Params]>(`
    SELECT id AS key, ${ROW} WHERE ($cursor IS NULL OR id < $cursor) AND ($state IS NULL OR state = $state)
    ORDER BY bucket_tasks.id DESC LIMIT $limit`);

  const shift = db.query<null, [{ delta: number }]>(
    "UPDATE bucket_tasks SET due_at = due_at + $delta WHERE state = 'waiting'",
  );

  return {
    addMove: (id: string, name: string, into: string, now: number) =>
      void add.run({ id, kind: "move", name, into, prefix: null, now }),
    addErasure: (id: string, name: string, now: number) =>
      void add.run({ id, kind: "erase", name, into: null, prefix: null, now }),
    addRemoval: (id: string, name: string, prefix: string, now: number) =>
      void add.run({ id, kind: "remove", name, into: null, prefix, now }),
    /** Whether all its objects are on their way out. */
    isBusy: (name: string) => isBusy.get({ name }) !== null,
    /** Nothing follows any more into one that was never made. */
    endInto: (name: string, reason: string, now: number) => void endInto.run({ name, reason, now }),
    next: (now: number) => next.get({ now }),
    nextAt: (after: number) => nextAt.get({ after })?.at ?? null,
    count: (key: number, objectCount: number) => void count.run({ key, count: objectCount }),
    delay: (key: number, reason: string, dueAt: number) => void delay.run({ key, reason, dueAt }),
    finish: (key: number, now: number) => void finish.run({ key, now }),
    get: (id: string) => get.get({ id }),
    /** As a page is made of: newest first, one more than asked for. */
    list: (query: ListQuery) => list.all(pageParams(query)),
    /** The wall clock jumped: what waits goes along. */
    shift: (delta: number) => void shift.run({ delta }),
  };
}
