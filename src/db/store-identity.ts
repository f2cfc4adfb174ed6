// What the store knows of who writes and whose line it is. It is asked here, and changed by way of the users.
import type { Findings } from "../identity/layers.ts";

/** Which line a message came in on; null where it is not known. */
export interface LineRef {
  inboxId: number | null;
  phoneNumberId: string | null;
}

/** The number behind a LID or BSUID, as signed events told. */
export interface Pair {
  phoneKey: string;
  /** Two events disagreed: the pair says nothing any more. */
  isInConflict: boolean;
}

export interface IdentityStore {
  /** Rises with every change that may change an answer of the look-ups below (but those that `markSender` makes). */
  identityVersion(): number;
  /** What each layer says of an address, one indexed look-up each. `keys`: the forms of one address, three at most. */
  findings(connectionKey: number, keys: readonly string[]): Promise<Findings>;
  /** Null: no event told the number. */
  pair(connectionKey: number, aliasKey: string): Promise<Pair | null>;
  /** Users whose active, confirmed line this is: by inbox, else by Meta's id of the number; two at most. */
  lineOwners(connectionKey: number, line: LineRef): Promise<string[]>;
  /** Writes who sent the messages of a turn into its buffer, its conversation and its history. */
  markSender(jobKey: number, sender: SenderMark): Promise<void>;
  /** Appends to the timeline what an admin must look at: an ambiguous address, layers that disagree. */
  recordIdentityEvent(
    name: IdentityEventName,
    place: IdentityPlace,
    detail: Record<string, string | number | boolean | null>,
    now: number,
  ): Promise<void>;
}

export type IdentityEventName = "identity.ambiguous" | "identity.disagreement" | "identity.owner_ambiguous";

/** Where it was seen: the turn or message that asked. */
export interface IdentityPlace {
  connectionKey: number;
  conversationId: number | null;
  subjectId: string;
}

export interface SenderMark {
  userId: string | null;
  /** The layer that named the user; null when nobody did. */
  layer: string | null;
  isVerified: boolean;
}
