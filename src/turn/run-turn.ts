// The steps of one turn: material, gate, decision, end. It holds no state; what it pays for it keeps in the row.
import { completeWithFirst, type ModelAttempt } from "../ai/chain.ts";
import type { ChatModel } from "../ai/provider.ts";
import type { Clock } from "../clock.ts";
import type {
  EndRules,
  StepRecord,
  TurnClaim,
  TurnEnd,
  TurnMaterial,
  TurnResult,
  TurnStore,
} from "../db/store.ts";
import { composeReply } from "../delivery/reply.ts";
import { AppError } from "../errors.ts";
import { answerKeyOf } from "./answer-key.ts";
import { type Decision, readDecision } from "./decision.ts";
import { buildPrompt } from "./prompt.ts";

export interface TurnDeps {
  store: TurnStore;
  clock: Clock;
  /** The models that may answer in this connection, in order. */
  modelsOf: (connectionKey: number) => readonly ChatModel[];
  modelTimeoutMs: number;
  rules: (now: number) => EndRules;
  /** Shows and hides "typing" in the conversation; never throws, never waits. */
  typing: { show: (claim: TurnClaim) => void; hide: (claim: TurnClaim) => void };
  onStep: (step: StepRecord) => void;
}

/** Lines of history that a prompt may hold. */
const HISTORY_COUNT_MAX = 20;
/** Most tokens of one answer: room for WhatsApp's 4,096 characters and the JSON around them. */
const OUTPUT_TOKENS_MAX = 2_000;

/**
 * Handles one claimed turn and records its end. Rejects with AppError when the attempt failed,
 * or with the signal's reason when the daemon is stopping; nothing is lost then, the claim is settled by the caller.
 */
export async function runTurn(claim: TurnClaim, deps: TurnDeps, signal: AbortSignal): Promise<TurnEnd> {
  const material = await deps.store.turnMaterial(claim.jobKey, HISTORY_COUNT_MAX);
  const silence = silenceBefore(material, deps);
  const result = silence ?? (await answer(claim, material, deps, signal));
  const now = deps.clock.now();
  return deps.store.endTurn(claim, result, deps.rules(now), now);
}

/** Reasons to keep silent that need no model. */
function silenceBefore(material: TurnMaterial, deps: TurnDeps): TurnResult | null {
  if (material.messages.length === 0) return { kind: "silence", reason: "deleted" };
  const reason = deps.rules(deps.clock.now()).gate(material.conversation);
  return reason === null ? null : { kind: "silence", reason };
}

async function answer(
  claim: TurnClaim,
  material: TurnMaterial,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<TurnResult> {
  const answerKey = answerKeyOf(material.messages);
  const decision = await decide(claim, material, answerKey, deps, signal);
  if (!decision.shouldRespond) return { kind: "silence", reason: "model_silent", answerKey };
  const parts = composeReply(decision.content, material.conversation.channel);
  return parts.length === 0
    ? { kind: "silence", reason: "empty", answerKey }
    : { kind: "reply", parts, answerKey };
}

/** The model's decision; one that an earlier attempt paid for is used again. */
async function decide(
  claim: TurnClaim,
  material: TurnMaterial,
  answerKey: string,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<Decision> {
  if (material.answer?.key === answerKey) return readDecision(material.answer.json);
  deps.typing.show(claim);
  try {
    const text = await askWithLessHistory(claim, material, deps, signal);
    const decision = readDecision(text);
    await deps.store.keepAnswer(claim, answerKey, text);
    await deps.store.recordStep(decisionStep(claim, decision, deps.clock.now()));
    return decision;
  } finally {
    deps.typing.hide(claim);
  }
}

/** Asks; when the prompt is too long for the model, once more without history. */
async function askWithLessHistory(
  claim: TurnClaim,
  material: TurnMaterial,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await ask(claim, material, deps, signal);
  } catch (error) {
    const isTooLong = error instanceof AppError && error.code === "ai_context_too_long";
    if (!isTooLong || material.history.length === 0) throw error;
    return ask(claim, { ...material, history: [] }, deps, signal);
  }
}

async function ask(
  claim: TurnClaim,
  material: TurnMaterial,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<string> {
  const messages = buildPrompt({ ...material, spanMs: material.lastAt - material.firstAt });
  const steps: StepRecord[] = [];
  try {
    const completion = await completeWithFirst(
      deps.modelsOf(claim.connectionKey),
      { messages, outputTokensMax: OUTPUT_TOKENS_MAX },
      signal,
      {
        clock: deps.clock,
        attemptTimeoutMs: deps.modelTimeoutMs,
        onAttempt: (attempt) => steps.push(modelStep(claim, attempt, deps.clock.now())),
      },
    );
    return completion.text;
  } finally {
    for (const step of steps) {
      deps.onStep(step);
      await deps.store.recordStep(step);
    }
  }
}

function modelStep(claim: TurnClaim, attempt: ModelAttempt, now: number): StepRecord {
  const { provider, model, inputTokens, outputTokens } = attempt;
  const durationMs = Math.round(attempt.durationMs);
  return {
    jobKey: claim.jobKey,
    attempt: claim.attempt,
    name: "generate",
    outcome: attempt.outcome,
    startedAt: now - durationMs,
    durationMs,
    detail: { provider, model, inputTokens, outputTokens },
  };
}

function decisionStep(claim: TurnClaim, decision: Decision, now: number): StepRecord {
  const { shouldRespond, confidence, intent, readAs } = decision;
  const detail = { shouldRespond, confidence, intent, readAs };
  const { jobKey, attempt } = claim;
  return { jobKey, attempt, name: "decide", outcome: "ok", startedAt: now, durationMs: 0, detail };
}
