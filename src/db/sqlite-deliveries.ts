// The store's verbs for deliveries, each one transaction, every settle fenced by its claim.
import { answerKeyOf } from "../turn/answer-key.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import { conversationState } from "./conversations.ts";
import type { DeliveryRow } from "./deliveries.ts";
import { holder, type Transact } from "./transact.ts";
import type { DeliveryClaim, DeliverySettlement, DeliveryStore } from "./store-deliveries.ts";
import type { Tables } from "./tables.ts";
import type { TurnRow } from "./turns.ts";
import {
  countsOf,
  deliveryEnded,
  laterWork,
  mergeInto,
  mergeTarget,
  mustGetTurn,
  waitAgain,
} from "./work.ts";

export function deliveryWork(tables: Tables, transact: Transact): DeliveryStore {
  const { deliveries } = tables;
  return {
    claimDeliveries: (limit, by, leaseUntil, now) =>
      transact(() => {
        const rows = deliveries.due(now, limit).map((id) => deliveries.claim(id, holder(by), leaseUntil));
        return rows.filter((row) => row !== null).map(deliveryClaim);
      }),
    nextDeliveryAt: (now) => transact(() => deliveries.nextAt(now)),
    deliveryNews: (claim, discardsMax) =>
      transact(() => {
        const row = tables.conversations.find(claim.connectionKey, claim.conversationId);
        if (row === null) throw new Error("a delivery names a conversation that is not there");
        const delivery = deliveries.ours(claim);
        const mayRebatch = delivery !== null && rebatchTarget(tables, delivery, discardsMax) !== null;
        const isOutdated = delivery !== null && isUnsent(delivery) && hasOtherMessages(tables, delivery);
        const isStopped = delivery !== null && isPaused(delivery) && hasLaterMessages(tables, delivery);
        return { conversation: conversationState(row), mayRebatch, isStopped, isOutdated };
      }),
    hasUnknownReply: (replyIds) =>
      transact(() => replyIds.some((replyId) => deliveries.byPublicId(replyId) === null)),
    beginSend: (claim) => transact(() => deliveries.beginSend(claim)),
    settleDelivery: (claim, settlement, now) => transact(() => settle(tables, claim, settlement, now)),
    rebatch: (claim, rules, now) =>
      transact(() => {
        const delivery = deliveries.ours(claim);
        const target = delivery === null ? null : rebatchTarget(tables, delivery, rules.discardsMax);
        const turn = delivery === null ? null : turnOf(tables, delivery);
        if (delivery === null || turn === null || target === null) return null;
        throwAway(tables, delivery.id, turn.id, "superseded", now);
        return mergeInto(tables, turn, target, rules.windowOf, now);
      }),
    redoTurn: (claim, now) =>
      transact(() => {
        const delivery = deliveries.ours(claim);
        const turn = delivery === null ? null : turnOf(tables, delivery);
        if (delivery === null || turn === null) return false;
        throwAway(tables, delivery.id, turn.id, "deleted", now);
        tables.buffers.close(turn.buffer_id, now);
        waitAgain(tables, turn, now, countsOf(turn), null, now);
        return true;
      }),
    releaseDelivery: (claim, lookDelayMs, now) =>
      transact(() => {
        const delivery = deliveries.ours(claim);
        if (delivery === null) return;
        deliveries.release(delivery.id, now + lookDelayMs, now);
        deliveries.postpone(delivery.id, now + lookDelayMs);
      }),
    rescueDeliveries: (by, lookDelayMs, now) =>
      transact(() => {
        const stale = deliveries.stale(holder(by), by.instance, now);
        for (const delivery of stale) deliveries.release(delivery.id, now + lookDelayMs, now);
        return stale.length;
      }),
    retryDelivery: (replyId, now) =>
      transact(() => {
        const delivery = deliveries.byPublicId(replyId);
        if (delivery === null || delivery.state !== "failed") return false;
        deliveries.retry(delivery, now);
        const turn = turnOf(tables, delivery);
        if (turn !== null) tables.messages.reopen(turn.buffer_id);
        tables.conversations.refresh(delivery.connection_id, delivery.conversation_id);
        return true;
      }),
  };
}

/** A reply that nobody will see, with all that was to follow from it: its turn is read again. */
function throwAway(
  { deliveries, errands }: Tables,
  deliveryKey: number,
  job: number,
  reason: SilenceReason,
  now: number,
): void {
  deliveries.end(deliveryKey, "cancelled", reason, now);
  deliveries.endRest(job, "cancelled", reason, now);
  deliveries.takeHandoff(job);
  errands.drop(job);
}

function settle(tables: Tables, claim: DeliveryClaim, settlement: DeliverySettlement, now: number): boolean {
  const delivery = tables.deliveries.ours(claim);
  if (delivery === null) return false;
  switch (settlement.to) {
    case "sent":
      return tables.deliveries.settleSent(delivery, settlement.messageId, now);
    case "failed":
    case "cancelled":
      deliveryEnded(tables, delivery, { state: settlement.to, ...settlement }, now);
      return true;
    case "unknown":
    case "intent":
    case "not_taken":
      return putOff(tables, claim, delivery, settlement, now);
  }
}

type PutOff = Extract<DeliverySettlement, { dueAt: number }>;

/** Not settled: it waits, to be looked up or to be tried again. */
function putOff(
  tables: Tables,
  claim: DeliveryClaim,
  delivery: DeliveryRow,
  settlement: PutOff,
  now: number,
): boolean {
  const { to, reason, dueAt } = settlement;
  const state = to === "unknown" ? "unknown" : "intent";
  const looks = to === "unknown" ? settlement.looks : 0;
  const sends = to === "not_taken" ? delivery.sends - 1 : delivery.sends;
  tables.events.add(`delivery.${state}`, delivery, delivery.public_id, { reason }, now);
  return tables.deliveries.wait(claim, { state, reason, dueAt, looks, sends }, now);
}

/** Only a reply of which nothing has been posted yet may go back into the batch. */
function rebatchTarget(tables: Tables, delivery: DeliveryRow, discardsMax: number) {
  const turn = turnOf(tables, delivery);
  return turn === null || !isUnsent(delivery) ? null : mergeTarget(tables, turn, discardsMax);
}

function isUnsent(delivery: DeliveryRow): boolean {
  return delivery.part === 0 && delivery.sends === 0;
}

/** A further part that people are meant to see being written. */
function isPaused(delivery: DeliveryRow): boolean {
  return delivery.part > 0 && delivery.pause_ms > 0;
}

function hasLaterMessages(tables: Tables, delivery: DeliveryRow): boolean {
  const turn = turnOf(tables, delivery);
  return turn !== null && laterWork(tables, turn) !== null;
}

/** Whether the messages are still those that the answer was written from. */
function hasOtherMessages(tables: Tables, delivery: DeliveryRow): boolean {
  const turn = turnOf(tables, delivery);
  if (turn === null) return false;
  return turn.answer_key !== null && turn.answer_key !== answerKeyOf(tables.messages.ofTurn(turn.buffer_id));
}

/** The turn whose reply it is; a notification has none. */
function turnOf(tables: Tables, { job_id: jobKey }: DeliveryRow): TurnRow | null {
  return jobKey === null ? null : mustGetTurn(tables, jobKey);
}

function deliveryClaim(row: DeliveryRow): DeliveryClaim {
  return {
    deliveryKey: row.id,
    replyId: row.public_id,
    claim: row.claims,
    state: row.state === "unknown" ? "unknown" : "intent",
    connectionKey: row.connection_id,
    conversationId: row.conversation_id,
    kind: row.kind,
    isAnswer: row.kind === "reply" || row.is_answer === 1,
    part: row.part,
    text: row.text,
    template: row.template,
    pauseMs: row.pause_ms,
    anchorMessageId: row.anchor_message_id,
    sends: row.sends,
    looks: row.looks,
    unknownSince: row.unknown_since,
    createdAt: row.created_at,
    silenceEndedAt: row.silence_ended_at,
  };
}
