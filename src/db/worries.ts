// What lies there to be worried about, found by the indexes of what is open or recent.
import type { Database } from "bun:sqlite";
import type { Worries, WorryRules } from "./store-watch.ts";
import { idOf } from "./work-figures.ts";

type Params = Record<string, string | number>;

export function worryTable(db: Database) {
  // A buffer that should have closed, a turn that waits or runs, a reply that is not out. People who are at work there answer
  // themselves.
  const unanswered = db.query<Worries["unanswered"], [Params]>(`
    WITH waiting (connection_id, conversation_id, since) AS (
      SELECT connection_id, conversation_id, buffer_end_time FROM message_buffer
        WHERE status = 'active' AND buffer_end_time < $before
      UNION ALL SELECT j.connection_id, j.conversation_id, b.buffer_end_time FROM buffer_processing_jobs AS j
        JOIN message_buffer AS b ON b.id = j.buffer_id
        WHERE j.status IN ('scheduled', 'running') AND b.buffer_end_time < $before
      UNION ALL SELECT o.connection_id, o.conversation_id, b.buffer_end_time FROM outbox AS o
        JOIN buffer_processing_jobs AS j ON j.id = o.job_id JOIN message_buffer AS b ON b.id = j.buffer_id
        WHERE o.state IN ('intent', 'sending', 'unknown') AND b.buffer_end_time < $before)
    SELECT count(DISTINCT w.connection_id || '/' || w.conversation_id) AS conversationCount, min(w.since) AS oldestAt
    FROM waiting AS w JOIN conversations AS c ON c.connection_id = w.connection_id
      AND c.chatwoot_conversation_id = w.conversation_id
    WHERE c.assignee IS NOT 'human'
      AND (c.paused_at IS NULL OR (c.paused_until IS NOT NULL AND c.paused_until <= $now))`);
  const failed = db.query<{ count: number }, []>(`
    SELECT count(*) AS count FROM buffer_processing_jobs
    WHERE status = 'failed' AND discarded_at IS NULL AND quarantined_at IS NULL`);
  // The newest, and those whose alert stands: a newer one does not end it.
  const told = (alert: string) =>
    `SELECT subject_id FROM alerts WHERE name = '${alert}' AND cleared_at IS NULL`;
  const QUARANTINED = `buffer_processing_jobs
    WHERE status = 'failed' AND discarded_at IS NULL AND quarantined_at IS NOT NULL`;
  const quarantined = db.query<{ id: string }, [Params]>(`
    SELECT public_id AS id FROM ${QUARANTINED} AND (public_id IN (${told("quarantined_job")})
      OR id IN (SELECT id FROM ${QUARANTINED} ORDER BY id DESC LIMIT $limit)) ORDER BY id DESC`);
  const answers = db.query<Worries["answers"], [Params]>(`
    SELECT count(*) AS count, count(*) FILTER (WHERE confidence < $confidenceMin) AS lowCount
    FROM buffer_processing_jobs WHERE public_id >= $sinceId AND status = 'completed' AND confidence IS NOT NULL`);
  const spenders = db.query<Worries["spenders"][number], [Params]>(`
    WITH near AS (SELECT u.public_id AS userId, p.used * 100 / u.spend_per_month_max_micro_usd AS usedPercent
      FROM users AS u JOIN limit_periods AS p
        ON p.user_id = u.public_id AND p.kind = 'spend_per_month' AND p.starts_at = $monthAt
      WHERE u.spend_per_month_max_micro_usd IS NOT NULL
        AND p.used * 100 >= u.spend_per_month_max_micro_usd * $percent)
    SELECT userId, usedPercent FROM near WHERE userId IN (${told("spend")})
      OR userId IN (SELECT userId FROM near ORDER BY usedPercent DESC LIMIT $limit) ORDER BY usedPercent DESC`);

  return {
    read(rules: WorryRules, now: number): Worries {
      const { unansweredBefore: before, answersSince, confidenceMin, monthAt, spendPercentMin } = rules;
      const limit = rules.namedMax;
      return {
        unanswered: unanswered.get({ before, now }) ?? { conversationCount: 0, oldestAt: null },
        failedJobCount: failed.get()?.count ?? 0,
        quarantinedJobIds: quarantined.all({ limit }).map(({ id }) => id),
        answers: answers.get({ sinceId: idOf(answersSince), confidenceMin }) ?? { count: 0, lowCount: 0 },
        spenders: spenders.all({ monthAt, percent: spendPercentMin, limit }),
      };
    },
  };
}
