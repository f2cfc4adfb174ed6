// How a turn ends that a model decides: what it thought, or an earlier attempt had it think, is judged and made the end.
import { limitReason } from "../ai/limits.ts";
import type { TurnClaim, TurnResult } from "../db/store-turns.ts";
import type { InboxSettings } from "../inbox/settings.ts";
import { type Actions, actionsOf, allowedActions } from "./actions.ts";
import { answerKeyOf } from "./answer-key.ts";
import type { Decision } from "./decision.ts";
import { isDoubtful } from "./doubt.ts";
import { faultOf } from "./guards.ts";
import type { Handoffs } from "./handoffs.ts";
import { flagSubject, type OpenTurn, settingsOf } from "./open-turn.ts";
import type { HandoffReason, SilenceReason } from "./outcome.ts";
import { replyParts } from "./reply-parts.ts";
import { wordsOf } from "./sensed.ts";
import { Thinker, type ThinkerDeps } from "./think.ts";
import { findingsOf, readThought, type Thought } from "./thought.ts";
import { urgencyOf } from "./urgency.ts";

export interface DeciderDeps extends ThinkerDeps {
  handoffs: Pick<Handoffs, "of" | "announced">;
  /** Shows and hides "typing" in the conversation; never throws, never waits. */
  typing: { show: (claim: TurnClaim, userId: string | null) => void; hide: (claim: TurnClaim) => void };
}

export class Decider {
  readonly #deps: DeciderDeps;
  readonly #thinker: Thinker;

  constructor(deps: DeciderDeps) {
    this.#deps = deps;
    this.#thinker = new Thinker(deps);
  }

  /** Rejects with AppError when nobody's model answered, or with the signal's reason. A limit that is reached is a silence. */
  async decide(turn: OpenTurn, signal: AbortSignal): Promise<TurnResult> {
    try {
      return await this.#end(turn, paidFor(turn) ?? (await this.#think(turn, signal)));
    } catch (error) {
      const reason = limitReason(error);
      if (reason === null) throw error;
      return { kind: "silence", reason };
    }
  }

  async #think(turn: OpenTurn, signal: AbortSignal): Promise<Thought> {
    const { typing, metrics } = this.#deps;
    const { userId } = turn.known.identification;
    // Who only watches shows nothing of it.
    if (this.#settingsOf(turn).mode === "answer") typing.show(turn.claim, userId);
    try {
      const thought = await this.#thinker.think(turn, signal);
      const { confidence } = thought.decision;
      if (confidence !== null) metrics.turnConfidence.observe(confidence);
      return thought;
    } finally {
      typing.hide(turn.claim);
    }
  }

  async #end(turn: OpenTurn, thought: Thought): Promise<TurnResult> {
    const { messages, conversation } = turn.material;
    const { decision } = thought;
    const findings = findingsOf(thought, urgencyOf(messages.flatMap(wordsOf)).score);
    const found = { answerKey: answerKeyOf(messages), findings };
    const { quality, labels } = this.#settingsOf(turn);
    const actions = actionsOf(
      decision.actions,
      allowedActions(this.#deps.isOn("ai_actions", flagSubject(turn)), labels),
    );
    if (!decision.shouldRespond) return { ...(await this.#silence(turn, "model_silent", actions)), ...found };
    const parts = replyParts(decision.content, conversation.channel, quality.linkHosts);
    if (parts.length === 0) return { ...(await this.#silence(turn, "empty", actions)), ...found };
    const held = await this.#heldBack(turn, decision, parts);
    if (held !== null) return { ...held, ...found };
    const handoff = actions.isHandoff ? await this.#handoff(turn, "model", null) : {};
    return { kind: "reply", parts, ...found, ...handoff, errands: actions.errands };
  }

  /** What must not be seen goes to people, and so does what is doubted where the inbox wants that. Null: it is sent. */
  async #heldBack(turn: OpenTurn, decision: Decision, parts: readonly string[]): Promise<TurnResult | null> {
    if (faultOf(parts.join("\n")) !== null)
      return { kind: "silence", reason: "handed_off", ...(await this.#handoff(turn, "failure", null)) };
    const { linkHosts, lowConfidence } = this.#settingsOf(turn).quality;
    const { qualityThreshold } = this.#deps;
    if (lowConfidence === "send" || !isDoubtful(decision, turn.material, linkHosts, qualityThreshold))
      return null;
    const handoff = await this.#handoff(turn, "low_confidence", parts.join("\n\n"));
    return { kind: "silence", reason: "low_confidence", ...handoff };
  }

  /** There is nothing to say, but perhaps something to do. */
  async #silence(
    turn: OpenTurn,
    reason: SilenceReason,
    { isHandoff, errands }: Actions,
  ): Promise<TurnResult> {
    if (isHandoff) return { ...(await this.#deps.handoffs.announced(turn, "model")), errands };
    return { kind: "silence", reason, errands };
  }

  #settingsOf(turn: OpenTurn): InboxSettings {
    return settingsOf(turn, this.#deps.inboxes);
  }

  async #handoff(
    turn: OpenTurn,
    reason: HandoffReason,
    draft: string | null,
  ): Promise<Pick<TurnResult, "handoff">> {
    return { handoff: await this.#deps.handoffs.of(turn, reason, draft) };
  }
}

/** What an earlier attempt paid for: good for the messages, and for the person, that it was written for. Null: nothing. */
function paidFor({ material, known }: OpenTurn): Thought | null {
  const { answer, messages, markedUserId } = material;
  const isSamePerson = markedUserId === known.identification.userId;
  return answer?.key === answerKeyOf(messages) && isSamePerson ? readThought(answer.json) : null;
}
