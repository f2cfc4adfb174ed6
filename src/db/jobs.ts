// Jobs as a whole: lists by what is asked for, and which of the failed ones are to be tried again or given up.
import type { Database } from "bun:sqlite";
import { filteredList, whereOf } from "./filtered.ts";
import { TURN } from "./insight.ts";
import type { JobFilter, RetryWorth, TurnStates } from "./store-jobs.ts";

type Params = Record<string, string | number | null>;

const CONDITIONS = {
  state: "j.status = $state",
  connection: "c.name = $connection",
  conversationId: "j.conversation_id = $conversationId",
  errorCode: "j.error_code = $errorCode",
  isQuarantined: "(j.quarantined_at IS NOT NULL) = $isQuarantined",
  since: "j.created_at >= $since",
  until: "j.created_at < $until",
};

const FROM = `FROM buffer_processing_jobs AS j JOIN connections AS c ON c.id = j.connection_id
  JOIN message_buffer AS b ON b.id = j.buffer_id`;
const FAILED = "j.status = 'failed' AND j.discarded_at IS NULL";
/**
 * What came later was answered, waits or was dropped, or went to the older system: the talk has gone on. What failed with it
 * waits as it does.
 */
const IS_LATEST = `NOT EXISTS (SELECT 1 FROM message_buffer AS l WHERE l.connection_id = b.connection_id
  AND l.conversation_id = b.conversation_id AND l.id > b.id AND l.status <> 'failed' AND l.merged_into IS NULL)
  AND NOT EXISTS (SELECT 1 FROM conversation_sides AS s WHERE s.connection_id = b.connection_id
    AND s.conversation_id = b.conversation_id AND s.last_message_at > b.last_message_time)`;

export function jobTable(db: Database) {
  const worthy = db.query<{ id: number }, [Params]>(`
    SELECT j.id ${FROM} WHERE ${FAILED} AND j.quarantined_at IS NULL AND ${IS_LATEST}
      AND j.error_code IN (SELECT value FROM json_each($codes)) AND b.last_message_time >= $wordsSince
      AND j.processed_at <= $now - $restMs * j.failure_count
    ORDER BY j.id LIMIT $limit`);

  const due = db.query<{ id: number }, [Params]>(`
    SELECT id FROM buffer_processing_jobs WHERE status = 'running'
    UNION ALL SELECT id FROM buffer_processing_jobs WHERE status = 'scheduled' AND scheduled_for <= $now LIMIT $limit`);

  const states = db.query<TurnStates, [Params]>(`
    SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'running' OR (status = 'scheduled' AND scheduled_for <= $now)) AS waiting
    FROM buffer_processing_jobs WHERE id IN (SELECT value FROM json_each($keys))`);

  const failed = (filter: JobFilter, further: string, limit: number): number[] => {
    const { where, params } = whereOf({ ...filter }, CONDITIONS);
    const all = `${where === "" ? "WHERE" : `${where} AND`} ${FAILED} ${further}`;
    return db
      .query<{ id: number }, [Params]>(`SELECT j.id ${FROM} ${all} ORDER BY j.id LIMIT $limit`)
      .all({ ...params, limit })
      .map(({ id }) => id);
  };

  return {
    due: (now: number, limit: number) => due.all({ now, limit }).map(({ id }) => id),
    states: (keys: readonly number[], now: number) =>
      states.get({ keys: JSON.stringify(keys), now }) ?? { completed: 0, failed: 0, waiting: 0 },
    list: filteredList(db, TURN, "j", CONDITIONS),
    failed: (filter: JobFilter, limit: number) => failed(filter, "", limit),
    /** Those of them that nothing came after. */
    latestFailed: (filter: JobFilter, limit: number) => failed(filter, `AND ${IS_LATEST}`, limit),
    worthy: ({ codes, wordsSince, restMs }: RetryWorth, limit: number, now: number) =>
      worthy.all({ codes: JSON.stringify(codes), wordsSince, restMs, limit, now }).map(({ id }) => id),
    failedCount(filter: JobFilter): number {
      const { where, params } = whereOf({ ...filter }, CONDITIONS);
      const all = `${where === "" ? "WHERE" : `${where} AND`} ${FAILED}`;
      return (
        db.query<{ count: number }, [Params]>(`SELECT count(*) AS count ${FROM} ${all}`).get(params)?.count ??
        0
      );
    },
  };
}
