// Rows that are old by themselves, and what was said long ago: walked by their keys, a window at a time, oldest first.
import type { Database } from "bun:sqlite";
import { DAY_MS } from "../clock.ts";
import { NEWEST_RUNS } from "./schedules.ts";
import type { Aged, CleanStep, KeptFor } from "./store-retention.ts";

type Params = Record<string, string | number | null>;

interface Seen {
  id: number;
  at: number;
  isOver: number;
}

/** Walked by `id`; `over` are the rows that may go, where not all may. */
interface Walked {
  table: string;
  at: string;
  over?: string;
}

/** Without an integer key: found by the index on their moment, and all may go. */
interface Timed {
  table: string;
  at: string;
  key: string;
}

const TABLES: Readonly<Record<Aged, Walked | Timed>> = {
  runs: {
    table: "cron_job_logs",
    at: "executed_at",
    over: `status <> 'running' AND id NOT IN (${NEWEST_RUNS})`,
  },
  webhooks: { table: "webhook_logs", at: "processed_at" },
  events: { table: "events", at: "at" },
  forwards: { table: "legacy_forwards", at: "created_at", over: "state <> 'waiting'" },
  alerts: { table: "alerts", at: "raised_at", over: "clear_told_at IS NOT NULL" },
  bucket_tasks: { table: "bucket_tasks", at: "created_at", over: "state = 'done'" },
  requests: { table: "idempotent_requests", at: "created_at", key: "public_id" },
  audits: { table: "audit_log", at: "at" },
  usage: { table: "ai_usage", at: "started_at", over: "settled_at IS NOT NULL" },
  notifications: { table: "outbox", at: "created_at", over: "job_id IS NULL AND settled_at IS NOT NULL" },
  errands: { table: "errands", at: "created_at", over: "job_id IS NULL AND state <> 'waiting'" },
  graves: { table: "buffered_messages", at: "created_at", over: "buffer_id IS NULL" },
  outcomes: { table: "conversation_outcomes", at: "at" },
  ratings: { table: "csat_ratings", at: "at", key: "connection_id, chatwoot_message_id" },
};

type Clean = (after: number, before: number, rowsMax: number) => CleanStep;

export function oldRows(db: Database): Readonly<Record<Aged, Clean>> {
  const entries = Object.entries(TABLES).map(([kind, rows]) => [
    kind,
    "key" in rows ? timed(db, rows) : walked(db, rows),
  ]);
  return Object.fromEntries(entries) as Record<Aged, Clean>;
}

function walked(db: Database, { table, at, over = "TRUE" }: Walked): Clean {
  const look = db.query<Seen, [Params]>(`
    SELECT id, ${at} AS at, (${at} < $before AND ${over}) AS isOver FROM ${table}
    WHERE id > $after ORDER BY id LIMIT $limit`);
  const remove = db.query<null, [Params]>(
    `DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each($ids))`,
  );
  return (after, before, rowsMax) => {
    const seen = look.all({ after, before, limit: rowsMax });
    return step(seen, before, rowsMax, (ids) => remove.run({ ids }).changes);
  };
}

/** Whatever is old is gone with its step, so that the next one finds what is left without a place to go on from. */
function timed(db: Database, { table, at, key }: Timed): Clean {
  const remove = db.query<null, [Params]>(`
    DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${at} < $before ORDER BY ${at} LIMIT $limit)`);
  return (after, before, rowsMax) => {
    const rowCount = remove.run({ before, limit: rowsMax }).changes;
    return { rowCount, next: rowCount < rowsMax ? null : after };
  };
}

export function oldHistory(db: Database) {
  const look = db.query<Seen, [Params]>(`
    SELECT h.id, h.created_at AS at,
      (h.created_at < $now - coalesce(u.retention_days * ${DAY_MS}, $keptMs) AND h.id <= $archived) AS isOver
    FROM customer_conversations AS h LEFT JOIN users AS u ON u.public_id = h.user_id
    WHERE h.id > $after ORDER BY h.id LIMIT $limit`);
  const dropSummaries = db.query<null, [Params]>(`
    DELETE FROM conversation_summaries WHERE (connection_id, conversation_id) IN (
      SELECT connection_id, conversation_id FROM customer_conversations
      WHERE id IN (SELECT value FROM json_each($ids)) AND conversation_id IS NOT NULL)`);
  const remove = db.query<null, [Params]>(
    "DELETE FROM customer_conversations WHERE id IN (SELECT value FROM json_each($ids))",
  );
  return {
    /** `oldest`: nothing of a later moment goes; `archived`: how far the archive has come. */
    clean(
      after: number,
      { keptMs, rowsMax }: KeptFor,
      { oldest, archived, now }: { oldest: number; archived: number; now: number },
    ): CleanStep {
      const seen = look.all({ after, keptMs, archived, now, limit: rowsMax });
      return step(seen, oldest, rowsMax, (ids) => {
        dropSummaries.run({ ids });
        return remove.run({ ids }).changes;
      });
    },
  };
}

/** The shortest time that a user's own rows are kept; null: no user has one of their own. */
export function shortestRetention(db: Database): () => number | null {
  const shortest = db.query<{ days: number | null }, []>(
    "SELECT min(retention_days) AS days FROM users WHERE retention_days IS NOT NULL",
  );
  return () => {
    const days = shortest.get()?.days ?? null;
    return days === null ? null : days * DAY_MS;
  };
}

/** A window that begins at `before` or later is the end: keys go up with time. */
function step(
  seen: readonly Seen[],
  before: number,
  rowsMax: number,
  remove: (ids: string) => number,
): CleanStep {
  const first = seen[0];
  if (first === undefined || first.at >= before) return { rowCount: 0, next: null };
  const ids = seen.filter(({ isOver }) => isOver === 1).map(({ id }) => id);
  const rowCount = ids.length === 0 ? 0 : remove(JSON.stringify(ids));
  return { rowCount, next: seen.length < rowsMax ? null : (seen.at(-1)?.id ?? null) };
}
