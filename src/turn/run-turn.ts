// The steps of one turn: material, gate, decision, end. It holds no state; what it pays for it keeps in the row.
import type { Clock } from "../clock.ts";
import type { EndRules, TurnClaim, TurnEnd, TurnMaterial, TurnResult, TurnStore } from "../db/store-turns.ts";
import type { FlagSubject } from "../db/store-flags.ts";
import type { IdentityStore } from "../db/store-identity.ts";
import type { Inboxes } from "../inbox/inboxes.ts";
import type { Known } from "../identity/parties.ts";
import type { Metrics } from "../metrics.ts";
import type { Decider } from "./decide.ts";
import type { Handoffs } from "./handoffs.ts";
import type { Manners } from "./manners.ts";
import { flagSubject, ownTalk, whoWrote, type WhoWroteDeps } from "./open-turn.ts";
import type { Senses } from "./senses.ts";
import { HISTORY_READ_MAX } from "./summaries.ts";
import { watched } from "./watch.ts";

export interface TurnDeps {
  store: TurnStore & Pick<IdentityStore, "markSender">;
  clock: Clock;
  parties: WhoWroteDeps;
  manners: Pick<Manners, "hold">;
  senses: Pick<Senses, "read">;
  handoffs: Pick<Handoffs, "byWords">;
  decider: Pick<Decider, "decide">;
  inboxes: Pick<Inboxes, "of">;
  metrics: Pick<Metrics, "turnSeconds">;
  /** Splits a long reply, where that is on. */
  pace: (result: TurnResult, subject: FlagSubject) => TurnResult;
  rules: (now: number) => EndRules;
}

/**
 * Handles one claimed turn and records its end. Rejects with AppError when the attempt failed,
 * or with the signal's reason when the daemon is stopping; nothing is lost then, the claim is settled by the caller.
 */
export async function runTurn(claim: TurnClaim, deps: TurnDeps, signal: AbortSignal): Promise<TurnRun> {
  const material = await deps.store.turnMaterial(claim.jobKey, HISTORY_READ_MAX);
  const { result, userId } = await handle(claim, material, deps, signal);
  const now = deps.clock.now();
  const begunAt = deps.clock.monotonic();
  const ended = await deps.store.endTurn(claim, result, deps.rules(now), now);
  deps.metrics.turnSeconds.observe({ step: "store" }, (deps.clock.monotonic() - begunAt) / 1000);
  return {
    end: ended,
    userId,
    messageCount: material.messages.length,
    bufferMs: material.bufferMs,
    confidence: result.findings?.confidence ?? null,
  };
}

/** How a turn went, for those who look on. */
export interface TurnRun {
  end: TurnEnd;
  /** Whose talk it was; null: nobody is known. */
  userId: string | null;
  messageCount: number;
  /** From the buffer's first message to its deadline. */
  bufferMs: number;
  /** Null: no model said how sure it is. */
  confidence: number | null;
}

/** Who wrote is found out even when nobody is answered. */
async function handle(
  claim: TurnClaim,
  material: TurnMaterial,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<{ result: TurnResult; userId: string | null }> {
  if (material.messages.length === 0) return { result: { kind: "silence", reason: "deleted" }, userId: null };
  const known = await identify(claim, material, deps);
  const result = await answer(claim, material, known, deps, signal);
  const { mode } = deps.inboxes.of(claim.connectionKey, material.inboxId);
  const { userId } = known.identification;
  return {
    result: mode === "watch" ? watched(result) : deps.pace(result, flagSubject({ claim, known })),
    userId,
  };
}

/** First come the reasons to keep silent that need no model. */
async function answer(
  claim: TurnClaim,
  material: TurnMaterial,
  known: Known,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<TurnResult> {
  const reason = deps.rules(deps.clock.now()).gate(material.conversation);
  if (reason !== null) return { kind: "silence", reason };
  const held = await deps.manners.hold(claim, material);
  if (held !== null) return held;
  const own = ownTalk(known, material);
  const messages = await deps.senses.read(claim, own, known, signal);
  const turn = { claim, material: { ...own, messages }, known };
  return (await deps.handoffs.byWords(turn)) ?? deps.decider.decide(turn, signal);
}

/** Who wrote and whose line it is; the sender is written beside the messages before a model is asked. */
async function identify(claim: TurnClaim, material: TurnMaterial, deps: TurnDeps): Promise<Known> {
  const { jobKey } = claim;
  const startedAt = deps.clock.now();
  const known = await whoWrote(claim, material, deps.parties);
  const { userId, isVerified, matchedBy, isAmbiguous, contactRef } = known.identification;
  await deps.store.markSender(jobKey, { userId, layer: userId === null ? null : matchedBy, isVerified });
  const step = { jobKey, attempt: claim.attempt, name: "identify", outcome: "ok", startedAt };
  const detail = { userId, isVerified, matchedBy, isAmbiguous, contactRef, ownerId: known.asking.ownerId };
  await deps.store.recordStep({ ...step, durationMs: deps.clock.now() - startedAt, detail });
  return known;
}
