// Turns: the rows of buffer_processing_jobs and their steps.
import type { Database } from "bun:sqlite";
import type { HandoffReason, TurnOutcome } from "../turn/outcome.ts";
import type { StepRecord, TurnFindings } from "./store-turns.ts";

export interface TurnRow {
  id: number;
  public_id: string;
  connection_id: number;
  conversation_id: number;
  buffer_id: number;
  status: "scheduled" | "running" | "completed" | "failed";
  scheduled_for: number;
  attempts: number;
  error_attempts: number;
  crash_attempts: number;
  answer_key: string | null;
  answer: string | null;
  reason: string | null;
  discarded_at: number | null;
}

export interface TurnError {
  code: string;
  message: string;
}

type Params = Record<string, string | number | null>;

const COLUMNS = `id, public_id, connection_id, conversation_id, buffer_id, status, scheduled_for, attempts, error_attempts,
  crash_attempts, answer_key, answer, reason, discarded_at`;

export function turnTable(db: Database) {
  const get = db.query<TurnRow, [Params]>(`SELECT ${COLUMNS} FROM buffer_processing_jobs WHERE id = $id`);

  const byPublicId = db.query<TurnRow, [Params]>(`
    SELECT ${COLUMNS} FROM buffer_processing_jobs WHERE public_id = $publicId`);

  const ofBuffer = db.query<TurnRow, [Params]>(`
    SELECT ${COLUMNS} FROM buffer_processing_jobs WHERE buffer_id = $buffer`);

  const waiting = db.query<TurnRow, [Params]>(`
    SELECT ${COLUMNS} FROM buffer_processing_jobs
    WHERE connection_id = $connection AND conversation_id = $conversation AND status = 'scheduled'`);

  const add = db.query<null, [Params]>(`
    INSERT INTO buffer_processing_jobs (public_id, connection_id, conversation_id, buffer_id, scheduled_for,
      error_attempts, crash_attempts, created_at)
    VALUES ($publicId, $connection, $conversation, $buffer, $scheduledFor, $errorAttempts, $crashAttempts, $now)`);

  // A conversation with a delivery on its way waits: the next answer must know what was said.
  const due = db.query<{ id: number }, [Params]>(`
    SELECT j.id FROM buffer_processing_jobs AS j INDEXED BY jobs_due
    WHERE j.status = 'scheduled' AND j.scheduled_for <= $now
      AND NOT EXISTS (SELECT 1 FROM buffer_processing_jobs AS r WHERE r.connection_id = j.connection_id
        AND r.conversation_id = j.conversation_id AND r.status = 'running')
      AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.connection_id = j.connection_id
        AND o.conversation_id = j.conversation_id AND o.state IN ('intent', 'sending', 'unknown'))
    ORDER BY j.scheduled_for LIMIT $limit`);

  const claim = db.query<TurnRow, [Params]>(`
    UPDATE buffer_processing_jobs SET status = 'running', attempts = attempts + 1, claimed_by = $by, lease_until = $leaseUntil
    WHERE id = $id AND status = 'scheduled' RETURNING ${COLUMNS}`);

  const nextAt = db.query<{ at: number | null }, [Params]>(`
    SELECT scheduled_for AS at FROM buffer_processing_jobs INDEXED BY jobs_due
    WHERE status = 'scheduled' AND scheduled_for > $now ORDER BY scheduled_for LIMIT 1`);

  const renew = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET lease_until = $leaseUntil
    WHERE id = $id AND attempts = $attempt AND status = 'running'`);

  const keepAnswer = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET answer_key = $key, answer = $answer
    WHERE id = $id AND attempts = $attempt AND status = 'running'`);

  const answeredFrom = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET answer_key = $key, answer = iif(answer_key = $key, answer, NULL) WHERE id = $id`);

  const isOurs = db.query<{ id: number }, [Params]>(`
    SELECT id FROM buffer_processing_jobs WHERE id = $id AND attempts = $attempt AND status = 'running'`);

  const finish = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET status = iif($outcome = 'failed', 'failed', 'completed'), outcome = $outcome,
      reason = $reason, error_code = $errorCode, error_message = $errorMessage, claimed_by = NULL, lease_until = NULL,
      processed_at = $now WHERE id = $id`);

  const setOutcome = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET outcome = $outcome, reason = $reason WHERE id = $id`);

  const setHandoff = db.query<null, [Params]>(
    "UPDATE buffer_processing_jobs SET handoff_reason = $reason WHERE id = $id",
  );
  const setFindings = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET prompt_version = $promptVersion, urgency = $urgency, confidence = $confidence,
      intent = $intent, quality = $quality WHERE id = $id`);

  const waitAgain = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET status = 'scheduled', scheduled_for = $scheduledFor, error_attempts = $errorAttempts,
      crash_attempts = $crashAttempts, error_code = $errorCode, error_message = $errorMessage, outcome = NULL,
      reason = NULL, quarantined_at = NULL, claimed_by = NULL, lease_until = NULL, processed_at = NULL WHERE id = $id`);

  const countError = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET error_attempts = error_attempts + 1 WHERE id = $id`);

  const postpone = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET scheduled_for = max(scheduled_for, $scheduledFor),
      error_attempts = max(error_attempts, $errorAttempts), crash_attempts = max(crash_attempts, $crashAttempts)
    WHERE id = $id`);

  const countCrash = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET crash_attempts = crash_attempts + 1 WHERE id = $id`);

  const countFailure = db.query<{ count: number }, [Params]>(`
    UPDATE buffer_processing_jobs SET failure_count = failure_count + 1 WHERE id = $id RETURNING failure_count AS count`);

  const quarantine = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET quarantined_at = $now WHERE id = $id`);

  // Whoever lifts a quarantine by hand has mended something: it has to fail as often again.
  const forgetQuarantine = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET failure_count = 0, quarantined_at = NULL
    WHERE id = $id AND quarantined_at IS NOT NULL`);

  const discard = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET discarded_at = $now WHERE id = $id`);

  const stale = db.query<TurnRow, [Params]>(`
    SELECT ${COLUMNS} FROM buffer_processing_jobs WHERE status = 'running' AND (lease_until <= $now
      OR (claimed_by <> $by AND substr(claimed_by, 1, length($instance) + 1) = $instance || '/'))`);

  const shift = db.query<null, [Params]>(`
    UPDATE buffer_processing_jobs SET scheduled_for = scheduled_for + $delta, lease_until = lease_until + $delta
    WHERE status IN ('scheduled', 'running')`);

  const addStep = db.query<null, [Params]>(`
    INSERT INTO turn_steps (job_id, attempt, name, outcome, started_at, duration_ms, detail)
    VALUES ($job, $attempt, $name, $outcome, $startedAt, $durationMs, $detail)`);

  return {
    get: (id: number) => get.get({ id }),
    byPublicId: (publicId: string) => byPublicId.get({ publicId }),
    ofBuffer: (buffer: number) => ofBuffer.get({ buffer }),
    /** The one job of the conversation that waits, if any. */
    waiting: (connection: number, conversation: number) => waiting.get({ connection, conversation }),
    add: (job: {
      publicId: string;
      connection: number;
      conversation: number;
      buffer: number;
      scheduledFor: number;
      errorAttempts: number;
      crashAttempts: number;
      now: number;
    }) => void add.run({ ...job }),
    due: (now: number, limit: number) => due.all({ now, limit }).map((row) => row.id),
    setHandoff: (id: number, reason: HandoffReason) => void setHandoff.run({ id, reason }),
    setFindings: (id: number, findings: TurnFindings) => void setFindings.run({ id, ...findings }),
    /** Null when another took it. Counts the attempt before the work. */
    claim: (id: number, by: string, leaseUntil: number) => claim.get({ id, by, leaseUntil }),
    nextAt: (now: number) => nextAt.get({ now })?.at ?? null,
    renew: (id: number, attempt: number, leaseUntil: number) => void renew.run({ id, attempt, leaseUntil }),
    keepAnswer: (id: number, attempt: number, key: string, answer: string) =>
      keepAnswer.run({ id, attempt, key, answer }).changes > 0,
    /** The messages that its reply is good for. What was paid for others is not. */
    answeredFrom: (id: number, key: string) => void answeredFrom.run({ id, key }),
    /** The fence: is this attempt still the one that runs? */
    isOurs: (id: number, attempt: number) => isOurs.get({ id, attempt }) !== null,
    finish: (id: number, outcome: TurnOutcome, reason: string | null, error: TurnError | null, now: number) =>
      void finish.run({
        id,
        outcome,
        reason,
        errorCode: error?.code ?? null,
        errorMessage: error?.message ?? null,
        now,
      }),
    /** What became of a turn that had ended already: its reply was not sent after all. */
    setOutcome: (id: number, outcome: TurnOutcome, reason: string | null) =>
      void setOutcome.run({ id, outcome, reason }),
    waitAgain: (
      id: number,
      scheduledFor: number,
      counts: { errorAttempts: number; crashAttempts: number },
      error: TurnError | null,
    ) =>
      void waitAgain.run({
        id,
        scheduledFor,
        ...counts,
        errorCode: error?.code ?? null,
        errorMessage: error?.message ?? null,
      }),
    countError: (id: number) => void countError.run({ id }),
    /** Another turn's patience and counts go over to this one. */
    postpone: (id: number, scheduledFor: number, errorAttempts: number, crashAttempts: number) =>
      void postpone.run({ id, scheduledFor, errorAttempts, crashAttempts }),
    countCrash: (id: number) => void countCrash.run({ id }),
    /** How often it came to failed by now. */
    countFailure: (id: number) => countFailure.get({ id })?.count ?? 0,
    quarantine: (id: number, now: number) => void quarantine.run({ id, now }),
    forgetQuarantine: (id: number) => void forgetQuarantine.run({ id }),
    /** It stays failed, and is tried no more. */
    discard: (id: number, now: number) => void discard.run({ id, now }),
    stale: (by: string, instance: string, now: number) => stale.all({ by, instance, now }),
    shift: (delta: number) => void shift.run({ delta }),
    addStep: ({ jobKey, detail, ...step }: StepRecord) =>
      void addStep.run({ ...step, job: jobKey, detail: JSON.stringify(detail) }),
  };
}
