// What a model would say today to the messages of a turn that is over: asked anew with today's prompt, and nothing of the turn
// is changed by it. What it costs counts against the user's limits, as every call does.
import type { StepRecord, TurnClaim, TurnMaterial, TurnResult, TurnStore } from "../db/store-turns.ts";
import type { HandoffReason, SilenceReason } from "./outcome.ts";
import { Decider, type DeciderDeps } from "./decide.ts";
import type { Handoffs } from "./handoffs.ts";
import { HISTORY_COUNT_MAX } from "./prompt.ts";
import { ownTalk, whoWrote, type WhoWroteDeps } from "./open-turn.ts";
import type { Senses } from "./senses.ts";

export interface RehearsalDeps extends Omit<DeciderDeps, "typing" | "handoffs"> {
  store: DeciderDeps["store"] & Pick<TurnStore, "turnMaterial">;
  parties: WhoWroteDeps;
  senses: Pick<Senses, "read">;
  handoffs: DeciderDeps["handoffs"] & Pick<Handoffs, "byWords">;
}

export interface Rehearsed {
  /** What the customer would read, message by message; empty: nothing. */
  parts: readonly string[];
  /** Why there is no answer; null: there is one. */
  silence: SilenceReason | null;
  /** Why people would take over; null: they would not. */
  handoff: HandoffReason | null;
  confidence: number | null;
  intent: string | null;
  promptVersion: number | null;
  /** Of all calls together; null where a provider did not say, or the price is not known. */
  inputTokens: number | null;
  outputTokens: number | null;
  costMicroUsd: number | null;
}

/** Nobody is shown that lull is at work. */
const NO_TYPING: DeciderDeps["typing"] = { show: () => {}, hide: () => {} };

/** Rejects with AppError when nobody's model answered, or with the signal's reason. A limit that is reached is a silence. */
export async function rehearse(
  claim: TurnClaim,
  deps: RehearsalDeps,
  signal: AbortSignal,
): Promise<Rehearsed> {
  // No more lines than a prompt shows as they were said: none has to be put into a summary first.
  const material = await deps.store.turnMaterial(claim.jobKey, HISTORY_COUNT_MAX);
  const steps: StepRecord[] = [];
  const result = await decide(claim, material, { ...deps, store: asideOf(deps.store, steps) }, signal);
  return { ...presented(result), ...taken(steps) };
}

async function decide(
  claim: TurnClaim,
  material: TurnMaterial,
  deps: Omit<RehearsalDeps, "store"> & { store: DeciderDeps["store"] },
  signal: AbortSignal,
): Promise<TurnResult> {
  if (material.messages.length === 0) return { kind: "silence", reason: "deleted" };
  const known = await whoWrote(claim, material, deps.parties);
  const own = ownTalk(known, material);
  const messages = await deps.senses.read(claim, own, known, signal);
  // What was paid for then is not what is asked for now.
  const turn = { claim, material: { ...own, messages, answer: null }, known };
  const decider = new Decider({ ...deps, typing: NO_TYPING });
  return (await deps.handoffs.byWords(turn)) ?? decider.decide(turn, signal);
}

/** A store that the turn's own rows do not hear of: its steps go into the list. A summary may tell of what came later. */
function asideOf(store: DeciderDeps["store"], steps: StepRecord[]): DeciderDeps["store"] {
  return {
    recordStep: (step) => Promise.resolve(void steps.push(step)),
    keepAnswer: () => Promise.resolve(true),
    prompt: (place, version) => store.prompt(place, version),
    knownUser: (userId, keys, notesMax) => store.knownUser(userId, keys, notesMax),
    summary: () => Promise.resolve(null),
    keepSummary: () => Promise.resolve(false),
  };
}

function presented(result: TurnResult) {
  const { findings, handoff } = result;
  return {
    parts: result.kind === "reply" ? result.parts : [],
    silence: result.kind === "silence" ? result.reason : null,
    handoff: handoff?.reason ?? null,
    confidence: findings?.confidence ?? null,
    intent: findings?.intent ?? null,
    promptVersion: findings?.promptVersion ?? null,
  };
}

function taken(steps: readonly StepRecord[]) {
  const calls = steps.filter(({ detail }) => "provider" in detail);
  const sum = (field: string): number | null =>
    calls.reduce<number | null>((total, { detail }) => {
      const value = detail[field];
      return total === null || typeof value !== "number" ? null : total + value;
    }, 0);
  return {
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    costMicroUsd: sum("costMicroUsd"),
  };
}
