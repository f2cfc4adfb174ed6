// Deliveries: the rows of the outbox. `claims` fences a settle: zero changed rows means another has it.
import type { Database } from "bun:sqlite";
import type { DeliveryClaim } from "./store-deliveries.ts";

export interface DeliveryRow {
  id: number;
  public_id: string;
  connection_id: number;
  conversation_id: number;
  kind: "reply" | "notification";
  is_answer: 0 | 1;
  /** Null: a notification. */
  job_id: number | null;
  part: number;
  text: string;
  /** JSON, for Chatwoot's `template_params`. */
  template: string | null;
  pause_ms: number;
  /** JSON of a PlannedHandoff. */
  handoff: string | null;
  anchor_message_id: number;
  state: "intent" | "sending" | "unknown" | "sent" | "failed" | "cancelled";
  claims: number;
  sends: number;
  looks: number;
  unknown_since: number | null;
  created_at: number;
  /** Null: no silence came before it. */
  silence_ended_at: number | null;
}

export interface NewDelivery {
  publicId: string;
  connection: number;
  conversation: number;
  job: number;
  part: number;
  text: string;
  pauseMs: number;
  handoff: string | null;
  anchor: number;
  now: number;
}

type Params = Record<string, string | number | null>;

const COLUMNS = `id, public_id, connection_id, conversation_id, kind, is_answer, job_id, part, text, template, pause_ms, handoff,
  anchor_message_id, state, claims, sends, looks, unknown_since, created_at, (SELECT b.buffer_end_time FROM buffer_processing_jobs AS j
    JOIN message_buffer AS b ON b.id = j.buffer_id WHERE j.id = job_id) AS silence_ended_at`;
const OURS = `id = $id AND claims = $claim AND claimed_by IS NOT NULL AND state IN ('intent', 'sending', 'unknown')`;

export function deliveryTable(
  db: Database,
  onSent: (delivery: DeliveryRow, messageId: number, now: number) => void,
) {
  const add = db.query<null, [Params]>(`
    INSERT INTO outbox (public_id, connection_id, conversation_id, job_id, part, text, pause_ms, handoff, anchor_message_id,
      due_at, created_at)
    VALUES ($publicId, $connection, $conversation, $job, $part, $text, $pauseMs, $handoff, $anchor, $now, $now)`);

  // A part with a pause waits from when the one before it was sent.
  const beginPause = db.query<null, [Params]>(`
    UPDATE outbox SET due_at = $now + pause_ms WHERE job_id = $job AND part = $part AND state = 'intent' AND pause_ms > 0`);

  const ours = db.query<DeliveryRow, [Params]>(`SELECT ${COLUMNS} FROM outbox WHERE ${OURS}`);

  const byPublicId = db.query<DeliveryRow, [Params]>(
    `SELECT ${COLUMNS} FROM outbox WHERE public_id = $publicId`,
  );

  // Only the oldest unsettled one of a conversation: parts and replies keep their order. The index holds the unsettled
  // alone and is only found by its very words; without it every settled reply would be looked at.
  const due = db.query<{ id: number }, [Params]>(`
    SELECT o.id FROM outbox AS o INDEXED BY deliveries_due
    WHERE o.state IN ('intent', 'sending', 'unknown') AND o.state <> 'sending' AND o.due_at <= $now AND o.claimed_by IS NULL
      AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.connection_id = o.connection_id
        AND e.conversation_id = o.conversation_id AND e.state IN ('intent', 'sending', 'unknown') AND e.id < o.id)
    ORDER BY o.due_at LIMIT $limit`);

  const claim = db.query<DeliveryRow, [Params]>(`
    UPDATE outbox SET claims = claims + 1, claimed_by = $by, lease_until = $leaseUntil
    WHERE id = $id AND claimed_by IS NULL AND state IN ('intent', 'unknown') RETURNING ${COLUMNS}`);

  const nextAt = db.query<{ at: number | null }, [Params]>(`
    SELECT due_at AS at FROM outbox INDEXED BY deliveries_due
    WHERE state IN ('intent', 'sending', 'unknown') AND state <> 'sending' AND claimed_by IS NULL AND due_at > $now
    ORDER BY due_at LIMIT 1`);

  const beginSend = db.query<null, [Params]>(`
    UPDATE outbox SET state = 'sending', sends = sends + 1, looks = 0 WHERE ${OURS}`);

  const settle = db.query<null, [Params]>(`
    UPDATE outbox SET state = $state, reason = $reason, chatwoot_message_id = coalesce($message, chatwoot_message_id),
      settled_at = $now, claimed_by = NULL, lease_until = NULL WHERE id = $id
      AND (state IN ('intent', 'sending', 'unknown') OR ($state = 'sent' AND state IN ('failed', 'cancelled') AND sends > 0))`);

  const wait = db.query<null, [Params]>(`
    UPDATE outbox SET state = $state, reason = $reason, due_at = $dueAt, looks = $looks, sends = $sends,
      unknown_since = iif($state = 'unknown', coalesce(unknown_since, $now), NULL),
      claimed_by = NULL, lease_until = NULL WHERE ${OURS}`);

  const settleRest = db.query<null, [Params]>(`
    UPDATE outbox SET state = $state, reason = $reason, settled_at = $now, claimed_by = NULL, lease_until = NULL
    WHERE job_id = $job AND state = 'intent'`);

  const handoffOf = db.query<{ handoff: string }, [Params]>(
    "SELECT handoff FROM outbox WHERE job_id = $job AND handoff IS NOT NULL ORDER BY id DESC LIMIT 1",
  );
  const forgetHandoff = db.query<null, [Params]>("UPDATE outbox SET handoff = NULL WHERE job_id = $job");

  const stale = db.query<DeliveryRow, [Params]>(`
    SELECT ${COLUMNS} FROM outbox WHERE state IN ('intent', 'sending', 'unknown') AND (lease_until <= $now
      OR (claimed_by <> $by AND substr(claimed_by, 1, length($instance) + 1) = $instance || '/'))`);

  const release = db.query<null, [Params]>(`
    UPDATE outbox SET state = iif(state = 'sending', 'unknown', state), claims = claims + 1,
      unknown_since = iif(state = 'sending', $now, unknown_since), looks = iif(state = 'sending', 0, looks),
      due_at = iif(state = 'sending', $dueAt, due_at), reason = iif(state = 'sending', 'restart', reason),
      claimed_by = NULL, lease_until = NULL WHERE id = $id`);

  const postpone = db.query<null, [Params]>(`UPDATE outbox SET due_at = max(due_at, $dueAt) WHERE id = $id`);

  const retry = db.query<null, [Params]>(`
    UPDATE outbox SET state = 'intent', reason = 'retried', due_at = $now, looks = 0, unknown_since = NULL,
      settled_at = NULL WHERE state = 'failed' AND (id = $id OR job_id = $job)`);

  const shift = db.query<null, [Params]>(`
    UPDATE outbox SET created_at = created_at + $delta, due_at = due_at + $delta,
      unknown_since = unknown_since + $delta, lease_until = lease_until + $delta
    WHERE state IN ('intent', 'sending', 'unknown')`);

  const settleSent = (delivery: DeliveryRow, messageId: number, now: number): boolean => {
    const params = { id: delivery.id, state: "sent", reason: null, message: messageId, now };
    if (settle.run(params).changes === 0) return false;
    onSent(delivery, messageId, now);
    return true;
  };

  return {
    add: (delivery: NewDelivery) => void add.run({ ...delivery }),
    /** One part was sent: the next waits its pause from now on. */
    beginPause: ({ job_id: job, part }: DeliveryRow, now: number) =>
      void beginPause.run({ job, part: part + 1, now }),
    /** The row while the claim still holds it. */
    ours: (claim: DeliveryClaim) => ours.get({ id: claim.deliveryKey, claim: claim.claim }),
    byPublicId: (publicId: string) => byPublicId.get({ publicId }),
    due: (now: number, limit: number) => due.all({ now, limit }).map((row) => row.id),
    claim: (id: number, by: string, leaseUntil: number) => claim.get({ id, by, leaseUntil }),
    nextAt: (now: number) => nextAt.get({ now })?.at ?? null,
    beginSend: (claim: DeliveryClaim) =>
      beginSend.run({ id: claim.deliveryKey, claim: claim.claim }).changes > 0,
    settleSent,
    /** Chatwoot itself showed the reply: proof from outside, whoever holds the claim, even of one given up. */
    prove(connection: number, publicId: string, messageId: number, now: number): boolean {
      const delivery = byPublicId.get({ publicId });
      if (delivery === null || delivery.connection_id !== connection) return false;
      return settleSent(delivery, messageId, now);
    },
    end: (id: number, state: "failed" | "cancelled", reason: string, now: number) =>
      void settle.run({ id, state, reason, message: null, now }),
    /** The parts of a reply that were not begun share the fate of the one that ended it. */
    endRest: (job: number, state: "failed" | "cancelled", reason: string, now: number) =>
      void settleRest.run({ job, state, reason, now }),
    /** What is to become of the conversation after this turn's reply; null: nothing, or it was taken before. */
    takeHandoff(job: number): string | null {
      const planned = handoffOf.get({ job })?.handoff ?? null;
      if (planned !== null) forgetHandoff.run({ job });
      return planned;
    },
    wait: (
      claim: DeliveryClaim,
      to: { state: "intent" | "unknown"; reason: string; dueAt: number; looks: number; sends: number },
      now: number,
    ) => wait.run({ id: claim.deliveryKey, claim: claim.claim, ...to, now }).changes > 0,
    stale: (by: string, instance: string, now: number) => stale.all({ by, instance, now }),
    /** A send that was under way when its process died is unknown: it is looked up, never repeated. */
    release: (id: number, dueAt: number, now: number) => void release.run({ id, dueAt, now }),
    postpone: (id: number, dueAt: number) => void postpone.run({ id, dueAt }),
    /** All parts that failed together wait together again, and go out in their order. */
    retry: ({ id, job_id: job }: DeliveryRow, now: number) => void retry.run({ id, job, now }),
    shift: (delta: number) => void shift.run({ delta }),
  };
}
