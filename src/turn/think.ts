// What a model makes of a turn: the context is gathered, the model asked, an answer to doubt is looked at again. Whatever
// was paid for is kept at once. What becomes of the thought is decided elsewhere.
import type { FlagName } from "../config.ts";
import type { ContextStore } from "../db/store-context.ts";
import type { FlagSubject } from "../db/store-flags.ts";
import type { PromptStore, PromptVersion } from "../db/store-prompts.ts";
import type { TurnClaim, TurnStore } from "../db/store-turns.ts";
import { AppError } from "../errors.ts";
import { addressesOf } from "../identity/address.ts";
import type { Inboxes } from "../inbox/inboxes.ts";
import type { InboxSettings } from "../inbox/settings.ts";
import { allowedActions } from "./actions.ts";
import { answerKeyOf } from "./answer-key.ts";
import { DECISION_SCHEMA, ENHANCED_SCHEMA } from "./answer-schemas.ts";
import { gatherContext } from "./context.ts";
import { readDecision } from "./decision.ts";
import { isDoubtful } from "./doubt.ts";
import { faultOf } from "./guards.ts";
import { withLessHistory } from "./less-history.ts";
import { lookUp, type LookUpDeps } from "./look-up.ts";
import { flagSubject, type OpenTurn, settingsOf } from "./open-turn.ts";
import { buildPrompt, plainPrompt, type Prompt } from "./prompt.ts";
import { enhancePrompt, qualityOf, readEnhanced } from "./quality.ts";
import { versionFor } from "./share.ts";
import { Summaries } from "./summaries.ts";
import { type Thought, writeThought } from "./thought.ts";
import { TurnAsker, type TurnAskerDeps } from "./turn-asker.ts";
import { userContextOf } from "./user-context.ts";

export interface ThinkerDeps extends TurnAskerDeps {
  store: TurnAskerDeps["store"] & Pick<TurnStore, "keepAnswer"> & Pick<PromptStore, "prompt"> & ContextStore;
  knowledge: LookUpDeps["knowledge"];
  inboxes: Pick<Inboxes, "of">;
  isOn: (flag: FlagName, subject: FlagSubject) => boolean;
  /** The confidence that is enough. */
  qualityThreshold: number;
}

interface Answered {
  /** What was asked. */
  prompt: Prompt;
  text: string;
}

/** Most tokens of one answer: room for WhatsApp's 4,096 characters and the JSON around them. */
export const OUTPUT_TOKENS_MAX = 2_000;

export class Thinker {
  readonly #deps: ThinkerDeps;
  readonly #summaries: Summaries;

  constructor(deps: ThinkerDeps) {
    this.#deps = deps;
    this.#summaries = new Summaries(deps);
  }

  /** Rejects with AppError when nobody's model answered or a limit is reached, or with the signal's reason. */
  async think(turn: OpenTurn, signal: AbortSignal): Promise<Thought> {
    const asker = new TurnAsker(turn.claim, turn.known.asking, this.#deps);
    try {
      const thought = await this.#ask(turn, asker, signal);
      await asker.record();
      return thought;
    } catch (error) {
      // The failure itself says more than that its steps could not be written down.
      await asker.record().catch(() => {});
      throw error;
    }
  }

  async #ask(turn: OpenTurn, asker: TurnAsker, signal: AbortSignal): Promise<Thought> {
    const house = await this.#houseOf(turn);
    const houseText = house?.text ?? null;
    const { prompt, text } = this.#deps.isOn("enhanced_ai_processing", flagSubject(turn))
      ? await this.#askFully(turn, houseText, asker, signal)
      : await this.#askPlainly(turn, houseText, asker, signal);
    const decision = readDecision(text);
    if (decision.shouldRespond) refuseFault(decision.content, turn.claim);
    const first: Thought = { decision, promptVersion: house?.version ?? null, quality: null };
    // First of all that follows: whatever fails then, this is not paid for again.
    await this.#keep(turn, first);
    const thought = this.#isToImprove(turn, first)
      ? await this.#improve(turn, first, prompt, asker, signal)
      : first;
    asker.note("decide", detailOf(thought));
    return thought;
  }

  /** What the operator wrote for the inbox, in the version that this conversation is answered by; null: nothing. */
  async #houseOf(turn: OpenTurn): Promise<PromptVersion | null> {
    const { connectionKey, conversationId } = turn.claim;
    const { inboxId } = turn.material;
    if (inboxId === null) return null;
    const { promptShares } = this.#settingsOf(turn);
    const version = versionFor(promptShares, connectionKey, conversationId);
    return this.#deps.store.prompt({ connectionKey, inboxId }, version);
  }

  async #askFully(
    turn: OpenTurn,
    houseText: string | null,
    asker: TurnAsker,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { claim, material, known } = turn;
    const passages = await lookUp(claim, material.messages, known, this.#deps);
    const userContext = await userContextOf(known, addressesOf(material.sender), this.#deps.store);
    const { userId } = known.identification;
    const past = await this.#summaries.of(claim, material.history, userId, asker, signal);
    const { isOn } = this.#deps;
    const subject = flagSubject(turn);
    const actions = allowedActions(isOn("ai_actions", subject), this.#settingsOf(turn).labels);
    const style = isOn("response_quality_enhancement", subject) ? "shaped" : "free";
    return withLessHistory(past.history, (history) => {
      const context = gatherContext({ ...material, history, summary: past.summary, userContext });
      const { messages: batch } = material;
      return answered(
        buildPrompt({ messages: batch, context, passages, houseText, actions, style }),
        asker,
        signal,
      );
    });
  }

  #askPlainly(
    { material }: OpenTurn,
    houseText: string | null,
    asker: TurnAsker,
    signal: AbortSignal,
  ): Promise<Answered> {
    const context = gatherContext({ ...material, history: [], summary: null, userContext: null });
    return answered(plainPrompt({ messages: material.messages, context, houseText }), asker, signal);
  }

  #isToImprove(turn: OpenTurn, { decision }: Thought): boolean {
    const { isOn, qualityThreshold } = this.#deps;
    if (!isOn("response_quality_enhancement", flagSubject(turn))) return false;
    const { linkHosts } = this.#settingsOf(turn).quality;
    return isDoubtful(decision, turn.material, linkHosts, qualityThreshold);
  }

  #settingsOf(turn: OpenTurn): InboxSettings {
    return settingsOf(turn, this.#deps.inboxes);
  }

  /** The answer that a second call made of the first; the first itself when that call failed: it is paid for. */
  async #improve(
    turn: OpenTurn,
    first: Thought,
    asked: Prompt,
    asker: TurnAsker,
    signal: AbortSignal,
  ): Promise<Thought> {
    const { decision } = first;
    const prompt = enhancePrompt(asked, decision);
    const request = { ...prompt, answer: ENHANCED_SCHEMA, outputTokensMax: OUTPUT_TOKENS_MAX };
    try {
      const enhanced = readEnhanced(await asker.ask("enhance", request, signal));
      if (faultOf(enhanced.content) !== null) return first;
      const { content, confidence } = enhanced;
      const better = { ...decision, content, confidence: confidence ?? decision.confidence };
      const thought = { ...first, decision: better, quality: qualityOf(decision, enhanced) };
      await this.#keep(turn, thought);
      return thought;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError) return first;
      throw error;
    }
  }

  async #keep({ claim, material }: OpenTurn, thought: Thought): Promise<void> {
    await this.#deps.store.keepAnswer(claim, answerKeyOf(material.messages), writeThought(thought));
  }
}

async function answered(prompt: Prompt, asker: TurnAsker, signal: AbortSignal): Promise<Answered> {
  const request = { ...prompt, answer: DECISION_SCHEMA, outputTokensMax: OUTPUT_TOKENS_MAX };
  return { prompt, text: await asker.ask("generate", request, signal) };
}

/** An answer that must not be seen is asked for once more; comes the like of it again, whoever ends the turn sees to it. */
function refuseFault(content: string, { errorAttempts }: TurnClaim): void {
  const fault = faultOf(content);
  if (fault === null || errorAttempts > 0) return;
  const text = `the model's answer holds what no customer may see (${fault})`;
  throw new AppError("ai_bad_answer", text, { retryable: true });
}

function detailOf({ decision, promptVersion, quality }: Thought) {
  const { shouldRespond, confidence, readAs } = decision;
  return { shouldRespond, confidence, readAs, promptVersion, isImproved: quality !== null };
}
