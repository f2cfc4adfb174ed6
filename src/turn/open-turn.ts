// A turn that is thought about: whose it is, what was read of it, who wrote, and how its inbox behaves.
import type { Inboxes } from "../inbox/inboxes.ts";
import type { InboxSettings } from "../inbox/settings.ts";
import type { FlagSubject } from "../db/store-flags.ts";
import type { OwnedLine, TurnClaim, TurnMaterial } from "../db/store-turns.ts";
import { addressesOf } from "../identity/address.ts";
import type { Known, Parties } from "../identity/parties.ts";
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

export type WhoWroteDeps = Pick<Parties, "of">;

/** Who wrote a turn, and whose line it came in on. */
export function whoWrote(
  { connectionKey, conversationId, jobId }: TurnClaim,
  { sender, inboxId }: Pick<TurnMaterial, "sender" | "inboxId">,
  parties: WhoWroteDeps,
): Promise<Known> {
  const asked = { connectionKey, conversationId, subjectId: jobId, contactId: sender.contactId };
  return parties.of({ ...asked, addresses: addressesOf(sender) }, { inboxId, phoneNumberId: null });
}

/** A number may have changed hands: what was said with another user is not shown, nor with any user to nobody. */
export function ownTalk({ identification }: Known, material: TurnMaterial): TurnMaterial {
  const isOwn = ({ userId }: OwnedLine): boolean => userId === null || userId === identification.userId;
  return { ...material, history: material.history.filter(isOwn), quoted: material.quoted.filter(isOwn) };
}
