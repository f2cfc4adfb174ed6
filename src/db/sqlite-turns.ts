// The store's verbs for turns, each one transaction, every settle fenced by its attempt.
import { conversationState } from "./conversations.ts";
import { failTurn, rescue } from "./failed-turns.ts";
import { holder, type Transact } from "./transact.ts";
import type { TurnClaim, OwnedLine, TurnMaterial, TurnMessage, TurnStore } from "./store-turns.ts";
import type { Tables } from "./tables.ts";
import { endTurn } from "./turn-end.ts";
import type { TurnRow } from "./turns.ts";
import { countsOf, mustGetBuffer, mustGetTurn, waitAgain } from "./work.ts";

export function turnWork(tables: Tables, transact: Transact): TurnStore {
  const { turns } = tables;
  const ours = (claim: TurnClaim): TurnRow | null =>
    turns.isOurs(claim.jobKey, claim.attempt) ? mustGetTurn(tables, claim.jobKey) : null;
  return {
    claimTurns: (limit, by, leaseUntil, now) =>
      transact(() => claimTurns(tables, limit, holder(by), leaseUntil, now)),
    nextTurnAt: (now) => transact(() => turns.nextAt(now)),
    renewTurns: (claims, leaseUntil) =>
      transact(() => claims.forEach(({ jobKey, attempt }) => turns.renew(jobKey, attempt, leaseUntil))),
    turnMaterial: (jobKey, historyMax) => transact(() => turnMaterial(tables, jobKey, historyMax)),
    recordStep: (step) => transact(() => turns.addStep(step)),
    keepAnswer: (claim, key, json) =>
      transact(() => turns.keepAnswer(claim.jobKey, claim.attempt, key, json)),
    endTurn: (claim, result, rules, now) =>
      transact(() => {
        const turn = ours(claim);
        return turn === null ? { kind: "lost" } : endTurn(tables, turn, result, rules, now);
      }),
    failTurn: (claim, failure, now, rules) =>
      transact(() => {
        const turn = ours(claim);
        return turn === null ? "lost" : failTurn(tables, turn, failure, rules, now);
      }),
    releaseTurn: (claim, dueAt, now) =>
      transact(() => {
        const turn = ours(claim);
        if (turn !== null) waitAgain(tables, turn, dueAt, countsOf(turn), null, now);
      }),
    rescueTurns: (by, crashesMax, now, rules) =>
      transact(() => {
        const stale = turns.stale(holder(by), by.instance, now);
        const outcomes = stale.map((turn) => rescue(tables, turn, crashesMax, rules, now));
        const quarantined = outcomes.filter((outcome) => outcome === "quarantined").length;
        return { released: stale.length - quarantined, quarantined };
      }),
  };
}

function claimTurns(tables: Tables, limit: number, by: string, leaseUntil: number, now: number): TurnClaim[] {
  const claims: TurnClaim[] = [];
  for (const id of tables.turns.due(now, limit)) {
    const turn = tables.turns.claim(id, by, leaseUntil);
    if (turn === null) continue;
    const buffer = mustGetBuffer(tables, turn.buffer_id);
    tables.events.add("turn.claimed", turn, turn.public_id, { attempt: turn.attempts }, now);
    claims.push({
      jobKey: turn.id,
      jobId: turn.public_id,
      attempt: turn.attempts,
      bufferId: buffer.public_id,
      connectionKey: turn.connection_id,
      conversationId: turn.conversation_id,
      errorAttempts: turn.error_attempts,
    });
  }
  return claims;
}

function turnMaterial(tables: Tables, jobKey: number, historyMax: number): TurnMaterial {
  const turn = mustGetTurn(tables, jobKey);
  const conversation = tables.conversations.find(turn.connection_id, turn.conversation_id);
  if (conversation === null) throw new Error("a job names a conversation that is not there");
  const buffer = mustGetBuffer(tables, turn.buffer_id);
  const messages = tables.messages.ofTurn(turn.buffer_id);
  const firstId = messages[0]?.messageId ?? 0;
  const arrivals = messages.map((message) => message.receivedAt);
  return {
    messages,
    history: tables.history.before(turn.connection_id, turn.conversation_id, firstId, historyMax),
    quoted: quotedBy(tables, turn, messages),
    conversation: conversationState(conversation),
    sender: tables.messages.senderOf(turn.buffer_id),
    markedUserId: buffer.user_id,
    inboxId: conversation.inbox_id,
    firstAt: Math.min(...arrivals),
    lastAt: Math.max(...arrivals),
    bufferMs: buffer.buffer_end_time - buffer.buffer_start_time,
    answer:
      turn.answer_key === null || turn.answer === null ? null : { key: turn.answer_key, json: turn.answer },
  };
}

function quotedBy(tables: Tables, turn: TurnRow, messages: readonly TurnMessage[]): OwnedLine[] {
  const ids = new Set(messages.map(({ extra }) => extra?.inReplyTo ?? null).filter((id) => id !== null));
  const lines = [...ids].map((id) => tables.history.said(turn.connection_id, turn.conversation_id, id));
  return lines.filter((line) => line !== null);
}
