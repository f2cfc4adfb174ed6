// What is answered: asks the model what an earlier attempt has not asked, and makes the end of a turn of its decision.
import type { AskedAttempt, Asker } from "../ai/asker.ts";
import { type LimitReason, limitReason } from "../ai/limits.ts";
import type { Clock } from "../clock.ts";
import type { OwnedLine, StepRecord, TurnClaim, TurnMaterial, TurnResult, TurnStore } from "../db/store.ts";
import type { FoundPassage } from "../db/store-knowledge.ts";
import { composeReply } from "../delivery/reply.ts";
import type { Known } from "../identity/parties.ts";
import type { Metrics } from "../metrics.ts";
import { answerKeyOf } from "./answer-key.ts";
import { DECISION_SCHEMA } from "./answer-schemas.ts";
import { gatherContext } from "./context.ts";
import { type Decision, readDecision } from "./decision.ts";
import { withLessHistory } from "./less-history.ts";
import { lookUp, type LookUpDeps } from "./look-up.ts";
import { buildPrompt } from "./prompt.ts";
import type { SensedMessage } from "./sensed.ts";

export interface DeciderDeps {
  store: Pick<TurnStore, "keepAnswer" | "recordStep">;
  clock: Clock;
  metrics: Metrics;
  asker: Pick<Asker, "ask">;
  knowledge: LookUpDeps["knowledge"];
  /** Shows and hides "typing" in the conversation; never throws, never waits. */
  typing: { show: (claim: TurnClaim) => void; hide: (claim: TurnClaim) => void };
}

/** What a turn is answered from, once its attachments were read and others' history was left out. */
export interface SensedMaterial extends Omit<TurnMaterial, "messages"> {
  messages: SensedMessage[];
}

interface PromptMaterial extends Omit<SensedMaterial, "history"> {
  history: readonly OwnedLine[];
  passages: readonly FoundPassage[];
}

/** Most tokens of one answer: room for WhatsApp's 4,096 characters and the JSON around them. */
export const OUTPUT_TOKENS_MAX = 2_000;

export class Decider {
  readonly #deps: DeciderDeps;

  constructor(deps: DeciderDeps) {
    this.#deps = deps;
  }

  /** How the turn ends. Rejects with AppError when nobody's model answered, or with the signal's reason. */
  async decide(
    claim: TurnClaim,
    material: SensedMaterial,
    known: Known,
    signal: AbortSignal,
  ): Promise<TurnResult> {
    const answerKey = answerKeyOf(material.messages);
    const decision = await this.#decision(claim, { material, answerKey, known }, signal);
    if (typeof decision === "string") return { kind: "silence", reason: decision };
    if (!decision.shouldRespond) return { kind: "silence", reason: "model_silent", answerKey };
    const parts = composeReply(decision.content, material.conversation.channel);
    return parts.length === 0
      ? { kind: "silence", reason: "empty", answerKey }
      : { kind: "reply", parts, answerKey };
  }

  /** The model's decision; one that an earlier attempt paid for is used again. A limit that is reached is a silence. */
  async #decision(
    claim: TurnClaim,
    { material, answerKey, known }: { material: SensedMaterial; answerKey: string; known: Known },
    signal: AbortSignal,
  ): Promise<Decision | LimitReason> {
    const { store, clock, typing } = this.#deps;
    // An answer is good for the messages, and for the person, that it was written for.
    const isSamePerson = material.markedUserId === known.identification.userId;
    if (material.answer?.key === answerKey && isSamePerson) return readDecision(material.answer.json);
    typing.show(claim);
    const steps: StepRecord[] = [];
    try {
      const passages = await lookUp(claim, material.messages, known, this.#deps);
      const text = await withLessHistory(material.history, (history) =>
        this.#ask(claim, { ...material, history, passages }, known, signal, steps),
      );
      const decision = readDecision(text);
      // First of all that follows: whatever fails then, this is not paid for again.
      await store.keepAnswer(claim, answerKey, text);
      await this.#record([...steps, decisionStep(claim, decision, clock.now())]);
      return decision;
    } catch (error) {
      // The failure itself says more than that its steps could not be written down.
      await this.#record(steps).catch(() => {});
      const reason = limitReason(error);
      if (reason === null) throw error;
      return reason;
    } finally {
      typing.hide(claim);
    }
  }

  async #record(steps: readonly StepRecord[]): Promise<void> {
    for (const step of steps) await this.#deps.store.recordStep(step);
  }

  /** The model's text; each call that was made is added to `steps`. */
  async #ask(
    claim: TurnClaim,
    material: PromptMaterial,
    { asking, customerName }: Known,
    signal: AbortSignal,
    steps: StepRecord[],
  ): Promise<string> {
    const { asker, clock, metrics } = this.#deps;
    const userContext = { fullName: customerName, language: null, meetingNotes: [] };
    const context = gatherContext({ ...material, summary: null, userContext });
    const messages = buildPrompt({ ...material, context, houseText: null, style: "free" });
    const { connectionKey, jobId: subjectId } = claim;
    const request = { messages, answer: DECISION_SCHEMA, outputTokensMax: OUTPUT_TOKENS_MAX };
    const question = { asking, connectionKey, step: "generate", subjectId, request };
    const answered = await asker.ask(question, signal, (attempt) => {
      const step = modelStep(claim, attempt, clock.now());
      steps.push(step);
      metrics.turnSeconds.observe({ step: step.name }, step.durationMs / 1000);
    });
    return answered.text;
  }
}

function modelStep(claim: TurnClaim, attempt: AskedAttempt, now: number): StepRecord {
  const { provider, model, inputTokens, outputTokens, costMicroUsd, source, credentialId } = attempt;
  const durationMs = Math.round(attempt.durationMs);
  return {
    jobKey: claim.jobKey,
    attempt: claim.attempt,
    name: "generate",
    outcome: attempt.outcome,
    startedAt: now - durationMs,
    durationMs,
    detail: { provider, model, inputTokens, outputTokens, costMicroUsd, source, credentialId },
  };
}

function decisionStep(claim: TurnClaim, decision: Decision, now: number): StepRecord {
  const { shouldRespond, confidence, intent, readAs } = decision;
  const detail = { shouldRespond, confidence, intent, readAs };
  const { jobKey, attempt } = claim;
  return { jobKey, attempt, name: "decide", outcome: "ok", startedAt: now, durationMs: 0, detail };
}
