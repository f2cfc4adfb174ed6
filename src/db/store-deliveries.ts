// What the store knows of deliveries: what goes to customers, one attempt-counted row each.
import type { ConversationState } from "../turn/gate.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import type { Errand } from "./store-errands.ts";
import type { Armed } from "./store-intake.ts";
import type { EndRules } from "./store-turns.ts";
import type { Claimant } from "./store.ts";

export interface DeliveryClaim {
  deliveryKey: number;
  replyId: string;
  claim: number;
  state: "intent" | "unknown";
  connectionKey: number;
  conversationId: number;
  /** Behind a notification stands no turn. */
  kind: "reply" | "notification";
  /** It keeps silent where lull may not speak; a notification mostly does not answer anything. */
  isAnswer: boolean;
  part: number;
  text: string;
  /** What Chatwoot is given as `template_params`, as JSON; null: a plain text. */
  template: string | null;
  /** A part with a pause stays behind when the customer writes after the part before it. */
  pauseMs: number;
  /** The highest message id of the batch it answers. */
  anchorMessageId: number;
  sends: number;
  looks: number;
  unknownSince: number | null;
  createdAt: number;
  /** When the silence ended that it answers; null for a notification. */
  silenceEndedAt: number | null;
}

export interface DeliveryNews {
  conversation: ConversationState;
  /** Messages of the customer wait that this reply does not answer, and a discard is still allowed. */
  mayRebatch: boolean;
  /** It waits for its pause as a further part of a reply, and the customer wrote on meanwhile. */
  isStopped: boolean;
  /** A message it answers was deleted since it was written, and nothing of it has been posted. */
  isOutdated: boolean;
}

/** Where a delivery goes from a claim. Every change is fenced by the claim. */
export type DeliverySettlement =
  | { to: "sent"; messageId: number }
  /** `callPeople` gives how they are called in its inbox; without it nobody is. */
  | { to: "failed"; reason: string; callPeople?: (inboxId: number | null) => Errand }
  | { to: "cancelled"; reason: SilenceReason }
  | { to: "unknown"; reason: string; dueAt: number; looks: number }
  | { to: "intent"; reason: string; dueAt: number }
  /** Chatwoot said it did not take the POST: as if it had never been made. */
  | { to: "not_taken"; reason: string; dueAt: number };

export interface DeliveryStore {
  claimDeliveries(limit: number, by: Claimant, leaseUntil: number, now: number): Promise<DeliveryClaim[]>;
  nextDeliveryAt(now: number): Promise<number | null>;
  deliveryNews(claim: DeliveryClaim, discardsMax: number): Promise<DeliveryNews>;
  /** Whether one of these replies is none that was ever written down here. */
  hasUnknownReply(replyIds: readonly string[]): Promise<boolean>;
  /** The last durable word before the POST: counts it. False: the claim is not ours any more. */
  beginSend(claim: DeliveryClaim): Promise<boolean>;
  settleDelivery(claim: DeliveryClaim, settlement: DeliverySettlement, now: number): Promise<boolean>;
  /** Gives the batch back to the later messages of the conversation instead of sending. */
  rebatch(
    claim: DeliveryClaim,
    rules: EndRules,
    now: number,
  ): Promise<{ intoBufferId: string; rearm: Armed | null } | null>;
  /** Throws the reply away and lets its turn be read again; false when the claim is not ours any more. */
  redoTurn(claim: DeliveryClaim, now: number): Promise<boolean>;
  /** Gives one claim back after a fault, for after the delay: one that was being sent becomes unknown. */
  releaseDelivery(claim: DeliveryClaim, lookDelayMs: number, now: number): Promise<void>;
  /** Gives back so what a dead boot of this instance, or an expired lease, held; tells how many. */
  rescueDeliveries(by: Claimant, lookDelayMs: number, now: number): Promise<number>;
  /** A failed part is tried again with all parts of its reply that failed with it; false when it is not failed. */
  retryDelivery(replyId: string, now: number): Promise<boolean>;
}
