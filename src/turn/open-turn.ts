// A turn that is thought about: whose it is, what was read of it, who wrote, and how its inbox behaves.
import type { Inboxes } from "../inbox/inboxes.ts";
import type { InboxSettings } from "../inbox/settings.ts";
import type { FlagSubject } from "../db/store-flags.ts";
import type { TurnClaim, TurnMaterial } from "../db/store.ts";
import type { Known } from "../identity/parties.ts";
import type { SensedMessage } from "./sensed.ts";

/** What a turn is answered from, once its attachments were read and others' history was left out. */
export interface SensedMaterial extends Omit<TurnMaterial, "messages"> {
  messages: SensedMessage[];
}

export interface OpenTurn {
  claim: TurnClaim;
  material: SensedMaterial;
  known: Known;
}

/** Of whom a turn asks flags. */
export function flagSubject({ claim, known }: Pick<OpenTurn, "claim" | "known">): FlagSubject {
  const { connectionKey, conversationId } = claim;
  return { connectionKey, conversationId, userId: known.identification.userId };
}

/** How lull behaves in the inbox that the turn came in by. */
export function settingsOf(
  { material: { conversation } }: OpenTurn,
  inboxes: Pick<Inboxes, "of">,
): InboxSettings {
  return inboxes.of(conversation.connectionKey, conversation.inboxId);
}
