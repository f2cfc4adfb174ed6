// When people take over from lull, and what they are told: the private summary.
import type { TurnClaim, TurnMaterial, TurnResult } from "../db/store.ts";
import type { SensedMessage } from "./sensed.ts";

export class Handoffs {
  /** The customer asks for a person in so many words: how the turn ends then; null: nobody asked. */
  byWords(
    _claim: TurnClaim,
    _material: TurnMaterial,
    _messages: readonly SensedMessage[],
  ): TurnResult | null {
    return null;
  }
}
