// Scheduled tasks and their runs (cron_job_logs).
import type { Database } from "bun:sqlite";
import { page, pageParams } from "./page.ts";
import type { ListQuery, Row } from "./store-insight.ts";
import type { NewRun, RunEnd, ScheduleRow } from "./store-schedules.ts";

type Params = Record<string, string | number | null>;

const RUN = `id AS key, public_id AS id, job_name AS task, trigger, due_at AS dueAt, status AS state,
  executed_at AS startedAt, finished_at AS finishedAt, processed_count AS count, detail, error_code AS errorCode,
  error_message AS errorMessage FROM cron_job_logs`;

const newest = (which: string): string => `SELECT r.id FROM schedules AS s JOIN cron_job_logs AS r
  ON r.id = (SELECT max(id) FROM cron_job_logs WHERE job_name = s.name ${which})`;
/** Ids of the newest run of each task, and of the newest that succeeded. */
export const NEWEST_RUNS = `${newest("")} UNION ${newest("AND status = 'succeeded'")}`;

export function scheduleTable(db: Database) {
  const ensure = db.query<null, [Params]>(
    "INSERT INTO schedules (name, last_due_at, updated_at) VALUES ($name, $now, $now) ON CONFLICT DO NOTHING",
  );
  const all = db.query<{ name: string; isEnabled: number; lastDueAt: number }, []>(
    "SELECT name, is_enabled AS isEnabled, last_due_at AS lastDueAt FROM schedules",
  );
  const enable = db.query<null, [Params]>(`
    UPDATE schedules SET is_enabled = $isEnabled, updated_at = $now, last_due_at = iif($isEnabled, $now, last_due_at)
    WHERE name = $name AND is_enabled <> $isEnabled`);
  const pass = db.query<null, [Params]>(
    "UPDATE schedules SET last_due_at = $dueAt, updated_at = $now WHERE name = $name",
  );

  const begin = db.query<null, [Params]>(`
    INSERT INTO cron_job_logs (public_id, job_name, trigger, due_at, claimed_by, executed_at)
    VALUES ($id, $task, $trigger, $dueAt, $holder, $startedAt) ON CONFLICT DO NOTHING`);
  const end = db.query<null, [Params]>(`
    UPDATE cron_job_logs SET status = $state, finished_at = $finishedAt, processed_count = $count, detail = $detail,
      error_code = $errorCode, error_message = $errorMessage WHERE public_id = $id AND status = 'running'`);
  const interrupt = db.query<null, [Params]>(`
    UPDATE cron_job_logs SET status = 'interrupted', finished_at = $now
    WHERE status = 'running' AND claimed_by <> $holder`);

  const one = db.query<Row, [Params]>(`SELECT ${RUN} WHERE public_id = $id`);
  const list = db.query<Row, [Params]>(`
    SELECT ${RUN} WHERE job_name = $task AND ($state IS NULL OR status = $state)
      AND ($cursor IS NULL OR id < $cursor) ORDER BY id DESC LIMIT $limit`);
  const latest = db.query<Row, []>(`
    SELECT ${RUN} WHERE id IN (${NEWEST_RUNS}) ORDER BY id DESC`);

  return {
    ensure: (name: string, now: number) => void ensure.run({ name, now }),
    all: (): ScheduleRow[] => all.all().map((row) => ({ ...row, isEnabled: row.isEnabled === 1 })),
    enable: (name: string, isEnabled: boolean, now: number) =>
      void enable.run({ name, isEnabled: Number(isEnabled), now }),
    pass: (name: string, dueAt: number, now: number) => void pass.run({ name, dueAt, now }),
    /** False: its moment is taken. */
    begin: (run: NewRun, id: string, holder: string) => begin.run({ ...run, id, holder }).changes > 0,
    end: (id: string, { detail, ...ended }: RunEnd) =>
      void end.run({ id, ...ended, detail: JSON.stringify(detail) }),
    interrupt: (holder: string, now: number) => interrupt.run({ holder, now }).changes,
    one: (id: string) => one.get({ id }),
    list: (task: string, query: ListQuery) => page(list.all({ task, ...pageParams(query) }), query.limit),
    latest: () => latest.all(),
  };
}
