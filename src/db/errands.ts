// Errands: what lull has to do in Chatwoot beside messages to customers.
import type { Database } from "bun:sqlite";
import type { DueErrand, Errand, ErrandSettlement } from "./store-errands.ts";

type Params = Record<string, string | number | null>;
type StoredErrand = Omit<DueErrand, "errand"> & { kind: Errand["kind"]; detail: string };

export interface ErrandPlace {
  connection: number;
  conversation: number;
  /** The turn that it comes from; null: none. */
  job: number | null;
}

export function errandTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO errands (public_id, connection_id, conversation_id, job_id, kind, detail, due_at, created_at)
    VALUES ($id, $connection, $conversation, $job, $kind, $detail, $now, $now)`);

  // A conversation is not ended before what is said in it is out: nothing would be sent any more.
  const due = db.query<StoredErrand, [Params]>(`
    SELECT e.id AS key, e.public_id AS id, e.connection_id AS connectionKey, e.conversation_id AS conversationId,
      e.kind, e.detail, e.attempts, e.steps_done AS stepsDone, e.created_at AS createdAt, coalesce((SELECT min(m.chatwoot_message_id)
        FROM buffer_processing_jobs AS j JOIN buffered_messages AS m ON m.buffer_id = j.buffer_id
        WHERE j.id = e.job_id), 0) AS afterMessageId
    FROM errands AS e INDEXED BY errands_due
    WHERE e.state = 'waiting' AND e.due_at <= $now
      AND NOT EXISTS (SELECT 1 FROM errands AS o INDEXED BY errands_due WHERE o.state = 'waiting' AND o.id < e.id
        AND o.connection_id = e.connection_id AND o.conversation_id = e.conversation_id)
      AND (e.kind <> 'resolve' OR NOT EXISTS (SELECT 1 FROM outbox AS d WHERE d.connection_id = e.connection_id
        AND d.conversation_id = e.conversation_id AND d.state IN ('intent', 'sending', 'unknown')))
    ORDER BY e.due_at LIMIT $limit`);

  const nextAt = db.query<{ at: number }, [Params]>(`
    SELECT due_at AS at FROM errands INDEXED BY errands_due WHERE state = 'waiting' AND due_at > $now
    ORDER BY due_at LIMIT 1`);

  // What it said has been said: nobody reads it here, and it may be a customer's words. One that failed may be retried.
  const end = db.query<null, [Params]>(`
    UPDATE errands SET state = $state, detail = iif($state = 'done', '{}', detail), reason = $reason, done_at = $now, attempts = attempts + 1
    WHERE id = $key AND state = 'waiting'`);
  const retry = db.query<null, [Params]>(`
    UPDATE errands SET state = 'waiting', reason = NULL, done_at = NULL, attempts = 0, steps_done = 0, due_at = $now
    WHERE public_id = $id AND state = 'failed'`);
  const wait = db.query<null, [Params]>(`
    UPDATE errands SET reason = $reason, due_at = $dueAt, steps_done = $stepsDone, attempts = attempts + 1 WHERE id = $key AND state = 'waiting'`);
  const drop = db.query<null, [Params]>(
    "DELETE FROM errands WHERE job_id = $job AND state = 'waiting' AND kind IN ('label', 'resolve')",
  );
  // Who writes after the answer, the customer or a person, shows that the conversation is not at its end.
  const endOutdated = db.query<null, [Params]>(`
    UPDATE errands INDEXED BY errands_due SET state = 'failed', reason = 'outdated', done_at = $now
    WHERE state = 'waiting' AND due_at <= $now AND kind = 'resolve' AND (
      EXISTS (SELECT 1 FROM conversations AS c WHERE c.connection_id = errands.connection_id
        AND c.chatwoot_conversation_id = errands.conversation_id
        AND c.paused_at IS NOT NULL AND (c.paused_until IS NULL OR c.paused_until > $now))
      OR EXISTS (SELECT 1 FROM buffer_processing_jobs AS j JOIN message_buffer AS b ON b.connection_id = j.connection_id
        AND b.conversation_id = j.conversation_id AND b.id > j.buffer_id WHERE j.id = errands.job_id))`);
  // Handed over, or told in a note of a turn that failed.
  const told = db.query<{ id: number }, [Params]>(`
    SELECT e.id FROM errands AS e INDEXED BY errands_of_conversation
    LEFT JOIN buffer_processing_jobs AS j ON j.id = e.job_id
    WHERE e.connection_id = $connection AND e.conversation_id = $conversation AND e.created_at > $since
      AND (e.kind = 'handoff' OR (e.kind = 'note' AND j.outcome = 'failed')) LIMIT 1`);
  const shift = db.query<null, [Params]>(
    "UPDATE errands SET due_at = due_at + $delta, created_at = created_at + $delta WHERE state = 'waiting'",
  );

  return {
    add({ kind, ...detail }: Errand, id: string, place: ErrandPlace, now: number): void {
      add.run({ id, ...place, kind, detail: JSON.stringify(detail), now });
    },
    /** What a model decided together with an answer that does not go out. */
    drop: (job: number) => void drop.run({ job }),
    due(limit: number, now: number): DueErrand[] {
      endOutdated.run({ now });
      return due.all({ limit, now }).map(read);
    },
    /** Whether people were called to the conversation, or told of a failure in it, after that moment. */
    isTold: (connection: number, conversation: number, since: number) =>
      told.get({ connection, conversation, since }) !== null,
    nextAt: (now: number) => nextAt.get({ now })?.at ?? null,
    settle(key: number, settlement: ErrandSettlement, now: number): void {
      if (settlement.to === "waiting") {
        const { reason, dueAt, stepsDone } = settlement;
        wait.run({ key, reason, dueAt, stepsDone });
      } else
        end.run({
          key,
          state: settlement.to,
          reason: "reason" in settlement ? settlement.reason : null,
          now,
        });
    },
    retry: (id: string, now: number): boolean => retry.run({ id, now }).changes > 0,
    shift: (delta: number) => void shift.run({ delta }),
  };
}

function read({ kind, detail, ...row }: StoredErrand): DueErrand {
  return { ...row, errand: { kind, ...(JSON.parse(detail) as object) } as Errand };
}
