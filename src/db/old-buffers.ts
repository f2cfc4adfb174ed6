// Buffers that ended long ago go whole: with those merged into them, messages, turns, steps, deliveries, errands, transcripts.
import type { Database } from "bun:sqlite";
import { DAY_MS } from "../clock.ts";
import { rememberTaken } from "./conversations.ts";
import type { CleanStep, KeptFor } from "./store-retention.ts";

type Params = Record<string, string | number | null>;

interface Seen {
  id: number;
  createdAt: number;
  messageCount: number;
  isOver: number;
}

/** Buffers looked at in one step. */
const LOOK_COUNT = 100;
/** Rows that go with a buffer beside its messages: turn, steps, delivery, errand. */
const ROWS_BESIDE = 8;

const FAMILY = "message_buffer AS f WHERE (f.id = b.id OR f.merged_into = b.id)";
// One that was merged goes with the one that answers its messages.
const IS_OVER = `b.merged_into IS NULL AND b.status IN ('completed', 'cancelled', 'failed')
  AND coalesce(b.processed_at, b.updated_at) < $now - coalesce(u.retention_days * ${DAY_MS}, $keptMs)
  AND NOT EXISTS (SELECT 1 FROM conversations AS c WHERE c.active_buffer_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM ${FAMILY} AND EXISTS (
    SELECT 1 FROM buffer_processing_jobs AS j WHERE j.buffer_id = f.id AND (j.status IN ('scheduled', 'running')
      OR EXISTS (SELECT 1 FROM outbox AS o WHERE o.job_id = j.id AND o.state IN ('intent', 'sending', 'unknown'))
      OR EXISTS (SELECT 1 FROM errands AS e WHERE e.job_id = j.id AND e.state = 'waiting'))))
  AND NOT EXISTS (SELECT 1 FROM ${FAMILY} AND EXISTS (
    SELECT 1 FROM buffered_messages AS m JOIN customer_conversations AS h ON h.connection_id = m.connection_id
      AND h.conversation_id = m.conversation_id AND h.chatwoot_message_id = m.chatwoot_message_id
    WHERE m.buffer_id = f.id AND h.id > $archived))`;

const IN_BUFFERS = "IN (SELECT value FROM json_each($buffers))";
const IN_JOBS = `IN (SELECT id FROM buffer_processing_jobs WHERE buffer_id ${IN_BUFFERS})`;
/** In the order that foreign keys ask for. */
const REMOVALS = [
  `DELETE FROM audio_files WHERE (connection_id, chatwoot_message_id) IN (
    SELECT connection_id, chatwoot_message_id FROM buffered_messages WHERE buffer_id ${IN_BUFFERS})`,
  `DELETE FROM buffered_messages WHERE buffer_id ${IN_BUFFERS}`,
  `DELETE FROM turn_steps WHERE job_id ${IN_JOBS}`,
  `DELETE FROM outbox WHERE job_id ${IN_JOBS}`,
  `DELETE FROM errands WHERE job_id ${IN_JOBS}`,
  `DELETE FROM buffer_processing_jobs WHERE buffer_id ${IN_BUFFERS}`,
  `DELETE FROM message_buffer WHERE id ${IN_BUFFERS}`,
];

export function oldBuffers(db: Database) {
  const look = db.query<Seen, [Params]>(`
    SELECT b.id, b.created_at AS createdAt, b.message_count AS messageCount, (${IS_OVER}) AS isOver
    FROM message_buffer AS b LEFT JOIN users AS u ON u.public_id = b.user_id
    WHERE b.id > $after ORDER BY b.id LIMIT ${LOOK_COUNT}`);
  const family = db.query<{ id: number }, [Params]>(`
    SELECT value AS id FROM json_each($roots)
    UNION ALL SELECT id FROM message_buffer WHERE merged_into IN (SELECT value FROM json_each($roots))`);
  const remember = db.query<null, [Params]>(rememberTaken(`buffered_messages WHERE buffer_id ${IN_BUFFERS}`));
  const removals = REMOVALS.map((sql) => db.query<null, [Params]>(sql));

  function remove(roots: readonly number[]): number {
    const ids = family.all({ roots: JSON.stringify(roots) }).map(({ id }) => id);
    const buffers = JSON.stringify(ids);
    remember.run({ buffers });
    return removals.reduce((sum, statement) => sum + statement.run({ buffers }).changes, 0);
  }

  return {
    /** `oldest`: nothing that began later goes; `archived`: how far the archive has come. */
    clean(
      after: number,
      { keptMs, rowsMax }: KeptFor,
      { oldest, archived, now }: { oldest: number; archived: number; now: number },
    ): CleanStep {
      const seen = look.all({ after, keptMs, archived, now });
      const first = seen[0];
      if (first === undefined || first.createdAt >= oldest) return { rowCount: 0, next: null };
      const { roots, last } = within(seen, rowsMax);
      const isEnd = seen.length < LOOK_COUNT && last === seen.at(-1)?.id;
      return { rowCount: roots.length === 0 ? 0 : remove(roots), next: isEnd ? null : last };
    },
  };
}

/** Those that are over, as many as fit, at least one; and the last that was looked at. */
function within(seen: readonly Seen[], rowsMax: number): { roots: number[]; last: number } {
  const roots: number[] = [];
  let last = 0;
  let rowCount = 0;
  for (const { id, isOver, messageCount } of seen) {
    const weight = isOver === 1 ? ROWS_BESIDE + messageCount : 0;
    if (roots.length > 0 && rowCount + weight > rowsMax) break;
    rowCount += weight;
    last = id;
    if (isOver === 1) roots.push(id);
  }
  return { roots, last };
}
