// How the work goes, since a moment. A public id begins with the moment it was made, so its index finds what is recent
// however much lies behind, and no index of its own has to be kept up with every webhook.
import type { Database } from "bun:sqlite";
import { DAY_MS, HOUR_MS } from "../clock.ts";
import { asRecord } from "./insight.ts";
import type {
  ConversationFigures,
  Miscounted,
  ProcessedOfHour,
  ReplyTime,
  TurnFigures,
  WorkFigureStore,
} from "./store-work-figures.ts";
import type { Transact } from "./transact.ts";

type Params = Record<string, string | number>;

/** What was opened so long before is still looked at for its end: longer waits are for people alone. */
const PROCESSING_MAX_MS = DAY_MS;
const NO_ENDS: ConversationFigures = {
  ended: 0,
  resolved: 0,
  resolvedWithoutHuman: 0,
  ratings: 0,
  meanRating: null,
};

const hourOf = (moment: string): string => `${moment} - ${moment} % ${HOUR_MS}`;

export function openWorkFigures(db: Database, transact: Transact): WorkFigureStore {
  const opened = db.query<{ hourAt: number; status: string; created: number; messages: number }, [Params]>(`
    SELECT ${hourOf("created_at")} AS hourAt, status, count(*) AS created, sum(message_count) AS messages
    FROM message_buffer WHERE public_id >= $sinceId GROUP BY 1, 2 ORDER BY 1`);
  const processed = db.query<ProcessedOfHour, [Params]>(`
    SELECT ${hourOf("processed_at")} AS hourAt, count(*) AS processed,
      avg(processed_at - buffer_start_time) / 1000.0 AS averageSeconds
    FROM message_buffer WHERE public_id >= $sinceId AND status = 'completed' AND processed_at >= $since
    GROUP BY 1 ORDER BY 1`);
  const counted = db.query<Miscounted, [Params]>(`
    SELECT public_id AS bufferId, message_count AS messageCount,
      (SELECT count(*) FROM buffered_messages AS m WHERE m.buffer_id = b.id) AS actualMessageCount
    FROM message_buffer AS b ORDER BY b.id DESC LIMIT $limit`);
  const turns = db.query<TurnFigures, [Params]>(`
    SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
      avg(confidence) AS meanConfidence
    FROM buffer_processing_jobs WHERE public_id >= $sinceId`);
  // Only calls of models name a provider.
  const replies = db.query<ReplyTime, [Params]>(`
    SELECT o.settled_at - b.buffer_end_time AS totalMs, coalesce((SELECT sum(s.duration_ms) FROM turn_steps AS s
        WHERE s.job_id = j.id AND s.detail ->> '$.provider' IS NOT NULL), 0) AS modelMs
    FROM outbox AS o JOIN buffer_processing_jobs AS j ON j.id = o.job_id JOIN message_buffer AS b ON b.id = j.buffer_id
    WHERE o.state = 'sent' AND o.part = 0 AND o.public_id >= $sinceId ORDER BY o.public_id DESC LIMIT $limit`);
  const ends = db.query<Omit<ConversationFigures, "ratings" | "meanRating">, [Params]>(`
    SELECT count(*) AS ended, count(*) FILTER (WHERE outcome = 'resolved') AS resolved,
      count(*) FILTER (WHERE outcome = 'resolved' AND had_human = 0) AS resolvedWithoutHuman
    FROM (SELECT outcome, had_human, row_number() OVER (PARTITION BY connection_id, conversation_id ORDER BY id DESC) AS nth
      FROM conversation_outcomes INDEXED BY outcomes_by_time WHERE at >= $since) WHERE nth = 1`);
  const ratings = db.query<Pick<ConversationFigures, "ratings" | "meanRating">, [Params]>(
    "SELECT count(*) AS ratings, avg(rating) AS meanRating FROM csat_ratings WHERE at >= $since",
  );
  const duplicates = db.query<{ count: number }, []>(
    "SELECT count(*) - count(DISTINCT user_id) AS count FROM user_bucket_mapping",
  );

  return {
    bufferFigures: (since) =>
      transact(() => {
        const rows = opened.all({ sinceId: idOf(since) });
        const hours = Map.groupBy(rows, ({ hourAt }) => hourAt);
        const statuses = Map.groupBy(rows, ({ status }) => status);
        return {
          byStatus: asRecord([...statuses].map(([name, of]) => ({ name, count: total(of, "created") }))),
          opened: [...hours].map(([hourAt, of]) => {
            const created = total(of, "created");
            return { hourAt, created, averageMessages: total(of, "messages") / created };
          }),
        };
      }),
    processedBuffers: (since) =>
      transact(() => processed.all({ sinceId: idOf(since - PROCESSING_MAX_MS), since })),
    miscountedBuffers: (limit) =>
      transact(() => {
        const rows = counted.all({ limit });
        const miscounted = rows.filter((row) => row.messageCount !== row.actualMessageCount);
        return { checked: rows.length, miscounted };
      }),
    turnFigures: (since) =>
      transact(
        () => turns.get({ sinceId: idOf(since) }) ?? { completed: 0, failed: 0, meanConfidence: null },
      ),
    replyTimes: (since, limit) => transact(() => replies.all({ sinceId: idOf(since), limit })),
    conversationFigures: (since) =>
      transact(() => ({ ...NO_ENDS, ...ends.get({ since }), ...ratings.get({ since }) })),
    duplicateBuckets: () => transact(() => duplicates.get()?.count ?? 0),
  };
}

/** How a UUIDv7 of this moment begins. */
export function idOf(atMs: number): string {
  const hex = Math.max(0, atMs).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function total<Field extends string>(rows: readonly Record<Field, number>[], field: Field): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}
