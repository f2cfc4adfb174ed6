// The steps of one turn: material, gate, decision, end. It holds no state; what it pays for it keeps in the row.
import type { AskedAttempt, Asker } from "../ai/asker.ts";
import { type LimitReason, limitReason } from "../ai/limits.ts";
import type { Clock } from "../clock.ts";
import type {
  EndRules,
  OwnedLine,
  StepRecord,
  TurnClaim,
  TurnEnd,
  TurnMaterial,
  TurnResult,
  TurnStore,
} from "../db/store.ts";
import type { IdentityStore } from "../db/store-identity.ts";
import type { FoundPassage } from "../db/store-knowledge.ts";
import { composeReply } from "../delivery/reply.ts";
import { addressesOf } from "../identity/address.ts";
import type { Known, Parties } from "../identity/parties.ts";
import { answerKeyOf } from "./answer-key.ts";
import { type Decision, readDecision } from "./decision.ts";
import type { Handoffs } from "./handoffs.ts";
import { withLessHistory } from "./less-history.ts";
import { lookUp, type LookUpDeps } from "./look-up.ts";
import type { Manners } from "./manners.ts";
import { buildPrompt, HISTORY_COUNT_MAX } from "./prompt.ts";
import type { SensedMessage } from "./sensed.ts";
import type { Senses } from "./senses.ts";

export interface TurnDeps {
  store: TurnStore & Pick<IdentityStore, "markSender">;
  clock: Clock;
  parties: Pick<Parties, "of">;
  asker: Pick<Asker, "ask">;
  knowledge: LookUpDeps["knowledge"];
  manners: Pick<Manners, "hold">;
  senses: Pick<Senses, "read">;
  handoffs: Pick<Handoffs, "byWords">;
  rules: (now: number) => EndRules;
  /** Shows and hides "typing" in the conversation; never throws, never waits. */
  typing: { show: (claim: TurnClaim) => void; hide: (claim: TurnClaim) => void };
  onStep: (step: StepRecord) => void;
}

/** What a turn is answered from, once its attachments were read. */
interface SensedMaterial extends Omit<TurnMaterial, "messages"> {
  messages: SensedMessage[];
}

interface PromptMaterial extends Omit<SensedMaterial, "history"> {
  history: readonly OwnedLine[];
  passages: readonly FoundPassage[];
}

/** Most tokens of one answer: room for WhatsApp's 4,096 characters and the JSON around them. */
export const OUTPUT_TOKENS_MAX = 2_000;

/**
 * Handles one claimed turn and records its end. Rejects with AppError when the attempt failed,
 * or with the signal's reason when the daemon is stopping; nothing is lost then, the claim is settled by the caller.
 */
export async function runTurn(claim: TurnClaim, deps: TurnDeps, signal: AbortSignal): Promise<TurnEnd> {
  const material = await deps.store.turnMaterial(claim.jobKey, HISTORY_COUNT_MAX);
  const result = await handle(claim, material, deps, signal);
  const now = deps.clock.now();
  return deps.store.endTurn(claim, result, deps.rules(now), now);
}

/** Who wrote is found out even when nobody is answered; then come the reasons to keep silent that need no model. */
async function handle(
  claim: TurnClaim,
  material: TurnMaterial,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<TurnResult> {
  if (material.messages.length === 0) return { kind: "silence", reason: "deleted" };
  const known = await identify(claim, material, deps);
  const reason = deps.rules(deps.clock.now()).gate(material.conversation);
  if (reason !== null) return { kind: "silence", reason };
  const held = await deps.manners.hold(claim, material);
  if (held !== null) return held;
  const messages = await deps.senses.read(claim, material, known, signal);
  const asked = deps.handoffs.byWords(claim, material, messages);
  if (asked !== null) return asked;
  return answer(claim, { ...material, messages, history: historyFor(known, material) }, known, deps, signal);
}

/** A number may have changed hands: what was said with another user is not shown, nor with any user to nobody. */
function historyFor({ identification }: Known, { history }: TurnMaterial): OwnedLine[] {
  return history.filter(({ userId }) => userId === null || userId === identification.userId);
}

/** Who wrote and whose line it is; the sender is written beside the messages before a model is asked. */
async function identify(claim: TurnClaim, material: TurnMaterial, deps: TurnDeps): Promise<Known> {
  const { connectionKey, conversationId, jobKey, jobId } = claim;
  const startedAt = deps.clock.now();
  const { sender, inboxId } = material;
  const asked = { connectionKey, conversationId, subjectId: jobId, contactId: sender.contactId };
  const line = { inboxId, phoneNumberId: null };
  const known = await deps.parties.of({ ...asked, addresses: addressesOf(sender) }, line);
  const { userId, isVerified, matchedBy, isAmbiguous, contactRef } = known.identification;
  await deps.store.markSender(jobKey, { userId, layer: userId === null ? null : matchedBy, isVerified });
  const step = { jobKey, attempt: claim.attempt, name: "identify", outcome: "ok", startedAt };
  const detail = { userId, isVerified, matchedBy, isAmbiguous, contactRef, ownerId: known.asking.ownerId };
  await deps.store.recordStep({ ...step, durationMs: deps.clock.now() - startedAt, detail });
  return known;
}

async function answer(
  claim: TurnClaim,
  material: SensedMaterial,
  known: Known,
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<TurnResult> {
  const answerKey = answerKeyOf(material.messages);
  const decision = await decide(claim, { material, answerKey, known }, deps, signal);
  if (typeof decision === "string") return { kind: "silence", reason: decision };
  if (!decision.shouldRespond) return { kind: "silence", reason: "model_silent", answerKey };
  const parts = composeReply(decision.content, material.conversation.channel);
  return parts.length === 0
    ? { kind: "silence", reason: "empty", answerKey }
    : { kind: "reply", parts, answerKey };
}

/** The model's decision; one that an earlier attempt paid for is used again. A limit that is reached is a silence. */
async function decide(
  claim: TurnClaim,
  { material, answerKey, known }: { material: SensedMaterial; answerKey: string; known: Known },
  deps: TurnDeps,
  signal: AbortSignal,
): Promise<Decision | LimitReason> {
  // An answer is good for the messages, and for the person, that it was written for.
  const isSamePerson = material.markedUserId === known.identification.userId;
  if (material.answer?.key === answerKey && isSamePerson) return readDecision(material.answer.json);
  deps.typing.show(claim);
  const steps: StepRecord[] = [];
  try {
    const passages = await lookUp(claim, material.messages, known, deps);
    const text = await withLessHistory(material.history, (history) =>
      ask(claim, { ...material, history, passages }, known, deps, signal, steps),
    );
    const decision = readDecision(text);
    // First of all that follows: whatever fails then, this is not paid for again.
    await deps.store.keepAnswer(claim, answerKey, text);
    await recordSteps([...steps, decisionStep(claim, decision, deps.clock.now())], deps);
    return decision;
  } catch (error) {
    // The failure itself says more than that its steps could not be written down.
    await recordSteps(steps, deps).catch(() => {});
    const reason = limitReason(error);
    if (reason === null) throw error;
    return reason;
  } finally {
    deps.typing.hide(claim);
  }
}

async function recordSteps(steps: readonly StepRecord[], { store }: TurnDeps): Promise<void> {
  for (const step of steps) await store.recordStep(step);
}

/** The model's text; each call that was made is added to `steps`. */
async function ask(
  claim: TurnClaim,
  material: PromptMaterial,
  { asking, customerName }: Known,
  deps: TurnDeps,
  signal: AbortSignal,
  steps: StepRecord[],
): Promise<string> {
  const messages = buildPrompt({ ...material, customerName, spanMs: material.lastAt - material.firstAt });
  const { connectionKey, jobId: subjectId } = claim;
  const request = { messages, outputTokensMax: OUTPUT_TOKENS_MAX };
  const question = { asking, connectionKey, step: "generate", subjectId, request };
  const answered = await deps.asker.ask(question, signal, (attempt) => {
    const step = modelStep(claim, attempt, deps.clock.now());
    steps.push(step);
    deps.onStep(step);
  });
  return answered.text;
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
