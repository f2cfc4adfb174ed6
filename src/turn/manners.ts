// Reasons to keep silent that lie in the inbox and in how the talk went, and not with people: asked before anything is read.
import type { TurnClaim, TurnMaterial, TurnResult } from "../db/store.ts";

export class Manners {
  /** How the turn ends without a model; null: it goes on. */
  async hold(_claim: TurnClaim, _material: TurnMaterial): Promise<TurnResult | null> {
    return null;
  }
}
