// The store's verbs for jobs as a whole, each one transaction.
import type { JobStore } from "./store-jobs.ts";
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
