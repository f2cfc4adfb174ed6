// How a turn ends that a model decides: what it thought, or an earlier attempt had it think, is judged and made the end.
import { limitReason } from "../ai/limits.ts";
import type { TurnClaim, TurnResult } from "../db/store.ts";
import type { Known } from "../identity/parties.ts";
import type { HandoffReason } from "./outcome.ts";
import { answerKeyOf } from "./answer-key.ts";
import { isDoubtful } from "./doubt.ts";
import { faultOf } from "./guards.ts";
import type { Handoffs } from "./handoffs.ts";
import type { OpenTurn, SensedMaterial } from "./open-turn.ts";
import { replyParts } from "./reply-parts.ts";
import { wordsOf } from "./sensed.ts";
import { Thinker, type ThinkerDeps } from "./think.ts";
import { findingsOf, readThought, type Thought } from "./thought.ts";
import { urgencyOf } from "./urgency.ts";

export interface DeciderDeps extends ThinkerDeps {
  handoffs: Pick<Handoffs, "byDecision">;
  /** Shows and hides "typing" in the conversation; never throws, never waits. */
  typing: { show: (claim: TurnClaim) => void; hide: (claim: TurnClaim) => void };
}

export class Decider {
  readonly #deps: DeciderDeps;
  readonly #thinker: Thinker;

  constructor(deps: DeciderDeps) {
    this.#deps = deps;
    this.#thinker = new Thinker(deps);
  }

  /** Rejects with AppError when nobody's model answered, or with the signal's reason. A limit that is reached is a silence. */
  async decide(
    claim: TurnClaim,
    material: SensedMaterial,
    known: Known,
    signal: AbortSignal,
  ): Promise<TurnResult> {
    const turn = { claim, material, known };
    try {
      return this.#end(turn, paidFor(turn) ?? (await this.#think(turn, signal)));
    } catch (error) {
      const reason = limitReason(error);
      if (reason === null) throw error;
      return { kind: "silence", reason };
    }
  }

  async #think(turn: OpenTurn, signal: AbortSignal): Promise<Thought> {
    const { typing, metrics } = this.#deps;
    typing.show(turn.claim);
    try {
      const thought = await this.#thinker.think(turn, signal);
      const { confidence } = thought.decision;
      if (confidence !== null) metrics.turnConfidence.observe(confidence);
      return thought;
    } finally {
      typing.hide(turn.claim);
    }
  }

  /** What must not be seen goes to people, and so does what is doubted where the inbox wants that. */
  #end(turn: OpenTurn, thought: Thought): TurnResult {
    const { messages, conversation } = turn.material;
    const { decision } = thought;
    const findings = findingsOf(thought, urgencyOf(messages.flatMap(wordsOf)).score);
    const found = { answerKey: answerKeyOf(messages), findings };
    if (!decision.shouldRespond) return { kind: "silence", reason: "model_silent", ...found };
    const { linkHosts, lowConfidence } = this.#qualityOf(turn);
    const parts = replyParts(decision.content, conversation.channel, linkHosts);
    if (parts.length === 0) return { kind: "silence", reason: "empty", ...found };
    if (faultOf(parts.join("\n")) !== null)
      return { kind: "silence", reason: "handed_off", ...found, ...this.#handoff(turn, "failure") };
    const isDoubted = isDoubtful(decision, turn.material, linkHosts, this.#deps.qualityThreshold);
    if (isDoubted && lowConfidence === "handoff")
      return {
        kind: "silence",
        reason: "low_confidence",
        ...found,
        ...this.#handoff(turn, "low_confidence"),
      };
    return { kind: "reply", parts, ...found };
  }

  #qualityOf({ material: { conversation } }: OpenTurn) {
    return this.#deps.inboxes.of(conversation.connectionKey, conversation.inboxId).quality;
  }

  #handoff(turn: OpenTurn, reason: HandoffReason): Pick<TurnResult, "handoff"> {
    return { handoff: this.#deps.handoffs.byDecision(turn, reason) };
  }
}

/** What an earlier attempt paid for: good for the messages, and for the person, that it was written for. Null: nothing. */
function paidFor({ material, known }: OpenTurn): Thought | null {
  const { answer, messages, markedUserId } = material;
  const isSamePerson = markedUserId === known.identification.userId;
  return answer?.key === answerKeyOf(messages) && isSamePerson ? readThought(answer.json) : null;
}
