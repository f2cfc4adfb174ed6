// The store's verbs for jobs as a whole, each one transaction.
import type { JobStore } from "./store-jobs.ts";
import type { TurnClaim } from "./store-turns.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";
import type { TurnRow } from "./turns.ts";
import { mustGetTurn, waitAgain } from "./work.ts";

export function jobWork(tables: Tables, transact: Transact): JobStore {
  const { jobs, turns } = tables;
  const retryAll = (ids: readonly number[], now: number): number => {
    for (const id of ids) retry(tables, mustGetTurn(tables, id), now);
    return ids.length;
  };
  return {
    dueTurns: (now, limit) => transact(() => jobs.due(now, limit)),
    turnStates: (jobKeys, now) => transact(() => jobs.states(jobKeys, now)),
    listTurns: (query) => transact(() => jobs.list({ ...query })),
    retryTurn: (jobId, now) =>
      transact(() => {
        const turn = turns.byPublicId(jobId);
        if (turn === null || !isGivenUp(turn)) return false;
        retry(tables, turn, now);
        return true;
      }),
    retryTurns: (filter, limit, now) => transact(() => retryAll(jobs.latestFailed(filter, limit), now)),
    retryWorthyTurns: (worth, limit, now) => transact(() => retryAll(jobs.worthy(worth, limit, now), now)),
    failedTurnCount: (filter) => transact(() => jobs.failedCount(filter)),
    completedTurn: (bufferId) =>
      transact(() => {
        const buffer = tables.buffers.byPublicId(bufferId);
        if (buffer === null) return null;
        const turn = buffer.status === "completed" ? turns.ofBuffer(buffer.id) : null;
        return { status: buffer.status, turn: turn === null ? null : asNobodys(turn, bufferId) };
      }),
    noteReprocessed: (bufferId, deliveryCount, now) =>
      transact(() => {
        const buffer = tables.buffers.byPublicId(bufferId);
        if (buffer !== null)
          tables.events.add("buffer.reprocessed", buffer, bufferId, { deliveryCount }, now);
      }),
    discardTurn: (jobId, now) =>
      transact(() => {
        const turn = turns.byPublicId(jobId);
        if (turn === null || !isGivenUp(turn)) return false;
        discard(tables, turn, now);
        return true;
      }),
    discardTurns: (filter, limit, now) =>
      transact(() => {
        const ids = jobs.failed(filter, limit);
        for (const id of ids) discard(tables, mustGetTurn(tables, id), now);
        return ids.length;
      }),
  };
}

/** Attempts count from 1, and an error was made before: an answer that must not be seen is not asked for again. */
function asNobodys(turn: TurnRow, bufferId: string): TurnClaim {
  return {
    jobKey: turn.id,
    jobId: turn.public_id,
    attempt: 0,
    bufferId,
    connectionKey: turn.connection_id,
    conversationId: turn.conversation_id,
    errorAttempts: 1,
  };
}

function isGivenUp(turn: TurnRow): boolean {
  return turn.status === "failed" && turn.discarded_at === null;
}

/** Its messages wait again, and it goes back to wait, or joins the turn of its conversation that does already. */
function retry(tables: Tables, turn: TurnRow, now: number): void {
  tables.messages.reopen(turn.buffer_id);
  tables.buffers.close(turn.buffer_id, now);
  tables.turns.forgetQuarantine(turn.id);
  waitAgain(tables, turn, now, { errorAttempts: 0, crashAttempts: 0 }, null, now);
  tables.events.add("job.retried", turn, turn.public_id, {}, now);
}

function discard(tables: Tables, turn: TurnRow, now: number): void {
  tables.turns.discard(turn.id, now);
  tables.events.add("job.discarded", turn, turn.public_id, {}, now);
}
