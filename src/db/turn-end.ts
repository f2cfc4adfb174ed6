// The end of a turn that was handled: a silence or a reply, with all that comes of it. Always inside a transaction.
import { answerKeyOf } from "../turn/answer-key.ts";
import type { HandoffReason, SilenceReason } from "../turn/outcome.ts";
import { conversationState } from "./conversations.ts";
import { pauseConversation } from "./quiet.ts";
import type { EndRules, Handoff, TurnEnd, TurnResult } from "./store-turns.ts";
import type { Tables } from "./tables.ts";
import { handOff, type PlannedHandoff } from "./takeover.ts";
import type { TurnRow } from "./turns.ts";
import { countsOf, endWithoutReply, mergeInto, mergeTarget, waitAgain } from "./work.ts";

/** Writes down how a turn ends, unless later messages, people or a deletion say otherwise by now. */
export function endTurn(
  tables: Tables,
  turn: TurnRow,
  result: TurnResult,
  rules: EndRules,
  now: number,
): TurnEnd {
  const messages = tables.messages.ofTurn(turn.buffer_id);
  const isOutdated = result.answerKey !== undefined && result.answerKey !== answerKeyOf(messages);
  if (result.kind === "silence") {
    return isOutdated ? readAgain(tables, turn, now) : silence(tables, turn, result, rules, now);
  }
  const target = mergeTarget(tables, turn, rules.discardsMax);
  if (target !== null) return { kind: "superseded", ...mergeInto(tables, turn, target, rules.windowOf, now) };
  const reason = reasonNow(tables, turn, rules);
  if (reason !== null) return silence(tables, turn, { reason }, rules, now);
  const last = messages.at(-1);
  if (last === undefined) return silence(tables, turn, { reason: "deleted" }, rules, now);
  if (isOutdated) return readAgain(tables, turn, now);
  return answer(tables, turn, result, rules, last.messageId, now);
}

/** What was deleted must not be answered, nor the rest by an answer that knew it. */
function readAgain(tables: Tables, turn: TurnRow, now: number): TurnEnd {
  waitAgain(tables, turn, now, countsOf(turn), null, now);
  return { kind: "outdated" };
}

type Silence = Omit<Extract<TurnResult, { kind: "silence" }>, "kind">;

/** Why lull may not speak in the conversation by now; null: it may. */
function reasonNow(tables: Tables, turn: TurnRow, { gate }: EndRules): SilenceReason | null {
  const conversation = tables.conversations.find(turn.connection_id, turn.conversation_id);
  return conversation === null ? null : gate(conversationState(conversation));
}

function silence(tables: Tables, turn: TurnRow, planned: Silence, rules: EndRules, now: number): TurnEnd {
  const { handoff: handover, pause: quiet, errands = [] } = planned;
  const hasEffects = handover !== undefined || quiet !== undefined || errands.length > 0;
  const taken = hasEffects ? reasonNow(tables, turn, rules) : null;
  // People are at work here by now: what lull would have handed to them, or noted for them, is not needed.
  const result: Silence = taken === null ? planned : { reason: taken };
  const { reason, handoff, pause } = result;
  endWithoutReply(tables, turn, { outcome: "silenced", reason, error: null }, now);
  noteEffects(tables, turn, result, now);
  const place = { connection: turn.connection_id, conversation: turn.conversation_id };
  if (pause !== undefined) pauseConversation(tables, place, pause, now);
  if (handoff !== undefined) handOff(tables, turn, handoff, rules.pauseMs, now);
  return { kind: "silenced", reason, ...handedOver(handoff) };
}

function handedOver(handoff: Handoff | undefined): { handoff?: HandoffReason } {
  return handoff === undefined ? {} : { handoff: handoff.reason };
}

/** What was found out is kept, and what is to be done beside the end of the turn is put down. */
function noteEffects(
  tables: Tables,
  { id: job, connection_id: connection, conversation_id: conversation }: TurnRow,
  { findings, errands = [] }: Pick<TurnResult, "findings" | "errands">,
  now: number,
): void {
  if (findings !== undefined) tables.turns.setFindings(job, findings);
  for (const errand of errands)
    tables.errands.add(errand, tables.newId(now), { connection, conversation, job }, now);
}

function answer(
  tables: Tables,
  turn: TurnRow,
  result: Extract<TurnResult, { kind: "reply" }>,
  rules: EndRules,
  anchor: number,
  now: number,
): TurnEnd {
  const { parts, pausesMs = [], handoff } = result;
  const planned: PlannedHandoff | null = handoff === undefined ? null : { handoff, pauseMs: rules.pauseMs };
  const replyIds = parts.map((text, part) => {
    const publicId = tables.newId(now);
    const { connection_id: connection, conversation_id: conversation } = turn;
    const isLast = part === parts.length - 1;
    tables.deliveries.add({
      publicId,
      connection,
      conversation,
      job: turn.id,
      part,
      text,
      pauseMs: pausesMs[part] ?? 0,
      handoff: planned !== null && isLast ? JSON.stringify(planned) : null,
      anchor,
      now,
    });
    return publicId;
  });
  noteEffects(tables, turn, result, now);
  tables.turns.answeredFrom(turn.id, result.answerKey);
  tables.turns.finish(turn.id, "answered", result.notice ?? null, null, now);
  tables.buffers.finish(turn.buffer_id, "completed", now);
  tables.conversations.refresh(turn.connection_id, turn.conversation_id);
  tables.events.add("turn.answered", turn, turn.public_id, { parts: parts.length }, now);
  return { kind: "answered", replyIds, ...handedOver(handoff) };
}
