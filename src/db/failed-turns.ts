// How attempts of turns fail: to be tried again, or for good; then people are told, at most once in a while. One that comes to
// that too often is quarantined. Always inside a transaction.
import { conversationState } from "./conversations.ts";
import type { AttemptFailure, AttemptEnd, FailureRules } from "./store-turns.ts";
import type { Tables } from "./tables.ts";
import type { TurnError, TurnRow } from "./turns.ts";
import { endWithoutReply, waitAgain } from "./work.ts";

/** Counts the error; the job waits to be tried again, or has failed. */
export function failTurn(
  tables: Tables,
  turn: TurnRow,
  failure: AttemptFailure,
  rules: FailureRules,
  now: number,
): Exclude<AttemptEnd, "lost"> {
  const error = { code: failure.code, message: failure.message };
  if (failure.retryAt === null) {
    tables.turns.countError(turn.id);
    return failForGood(tables, turn, error, rules, now);
  }
  const after = { errorAttempts: turn.error_attempts + 1, crashAttempts: turn.crash_attempts };
  waitAgain(tables, turn, failure.retryAt, after, error, now);
  tables.events.add(
    "turn.retry",
    turn,
    turn.public_id,
    { code: failure.code, retryAt: failure.retryAt },
    now,
  );
  return "waiting";
}

/** Its process died: counted apart from errors, so that a crash does not condemn innocent turns quickly. */
export function rescue(
  tables: Tables,
  turn: TurnRow,
  crashesMax: number,
  rules: FailureRules,
  now: number,
): "released" | "failed" | "quarantined" {
  const crashAttempts = turn.crash_attempts + 1;
  if (crashAttempts < crashesMax) {
    waitAgain(tables, turn, now, { errorAttempts: turn.error_attempts, crashAttempts }, null, now);
    return "released";
  }
  const error = {
    code: "quarantined",
    message: `The process ended during this turn ${crashAttempts} times.`,
  };
  tables.turns.countCrash(turn.id);
  return failForGood(tables, turn, error, { ...rules, failuresMax: 1 }, now);
}

/** lull does not keep quiet after it: the next message is tried again. What fails too often is tried no more by itself. */
function failForGood(
  tables: Tables,
  turn: TurnRow,
  error: TurnError,
  rules: FailureRules,
  now: number,
): "failed" | "quarantined" {
  tellPeople(tables, turn, error.code, rules, now);
  endWithoutReply(tables, turn, { outcome: "failed", reason: error.code, error }, now);
  const failureCount = tables.turns.countFailure(turn.id);
  if (failureCount < rules.failuresMax) return "failed";
  tables.turns.quarantine(turn.id, now);
  tables.events.add("job.quarantined", turn, turn.public_id, { code: error.code, failureCount }, now);
  return "quarantined";
}

/** Before the turn is over: what it said itself does not count as having told. */
function tellPeople(
  tables: Tables,
  turn: TurnRow,
  code: string,
  { gate, errandOf, spanMs }: FailureRules,
  now: number,
): void {
  const { connection_id: connection, conversation_id: conversation } = turn;
  const row = tables.conversations.find(connection, conversation);
  if (row === null) return;
  const state = conversationState(row);
  if (gate(state) !== null || tables.errands.isTold(connection, conversation, now - spanMs)) return;
  const errand = errandOf({ conversation: state, code, turnId: turn.public_id });
  if (errand === null) return;
  tables.errands.add(errand, tables.newId(now), { connection, conversation, job: turn.id }, now);
  if (errand.kind === "handoff")
    tables.events.add("turn.handed_off", turn, turn.public_id, { reason: "failure" }, now);
}
