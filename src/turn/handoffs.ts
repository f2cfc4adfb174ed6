// When people take over from lull, and what they are told: the private summary.
import type { Handoff, TurnClaim, TurnMaterial, TurnResult } from "../db/store.ts";
import type { Inboxes } from "../inbox/inboxes.ts";
import type { OpenTurn } from "./open-turn.ts";
import type { HandoffReason } from "./outcome.ts";
import type { SensedMessage } from "./sensed.ts";

const NOTES: Readonly<Record<HandoffReason, string>> = {
  words: "The customer asks for a person.",
  model: "The model hands this conversation to you.",
  low_confidence: "lull is not sure enough of its answer to send it.",
  failure: "lull has no answer that may be sent.",
};

export interface HandoffsDeps {
  inboxes: Pick<Inboxes, "of">;
}

export class Handoffs {
  readonly #deps: HandoffsDeps;

  constructor(deps: HandoffsDeps) {
    this.#deps = deps;
  }

  /** What people take over of a turn whose answer is not sent. */
  byDecision({ material: { conversation } }: OpenTurn, reason: HandoffReason): Handoff {
    const { label, assigneeId, teamId } = this.#deps.inboxes.of(
      conversation.connectionKey,
      conversation.inboxId,
    ).handoff;
    return { reason, errand: { kind: "handoff", note: NOTES[reason], label, assigneeId, teamId } };
  }

  /** The customer asks for a person in so many words: how the turn ends then; null: nobody asked. */
  byWords(
    _claim: TurnClaim,
    _material: TurnMaterial,
    _messages: readonly SensedMessage[],
  ): TurnResult | null {
    return null;
  }
}
