// What the store knows of the older system that lull takes over from: which side has which conversation, and the webhooks
// that are the older one's.
import type { RawWebhook } from "../chatwoot/raw-webhook.ts";
import type { FlagSubject } from "./store-flags.ts";
import type { ListQuery, Page } from "./store-insight.ts";
import type { WindowPlace } from "./store-intake.ts";

/** Who answers a conversation. */
export type Side = "lull" | "legacy";

export interface SideRules {
  /** Whose a conversation is to be; whose the events are that belong to none. */
  wanted: (subject: FlagSubject) => Side;
  /** A conversation changes sides only when its customer has been quiet for so long. */
  quietMs: (place: WindowPlace) => number;
}

export interface DueForward extends RawWebhook {
  key: number;
  id: string;
  connectionKey: number;
  conversationId: number | null;
  attempts: number;
  createdAt: number;
}

/** What the older system said to one try, null where it did not answer, and how long that took. */
export interface ForwardAnswer {
  statusCode: number | null;
  durationMs: number;
}

export type ForwardSettlement = ForwardAnswer &
  ({ to: "sent" } | { to: "failed"; reason: string } | { to: "waiting"; reason: string; dueAt: number });

/** How it goes over there: rows by state, and how long answers took since a moment. */
export interface ForwardFigures {
  byState: Record<"waiting" | "sent" | "failed", number>;
  oldestWaitingAt: number | null;
  answerMs: { p50: number | null; p95: number | null };
}

export interface LegacyStore {
  /** Whose the next event of a conversation will be; changes nothing. */
  sideOf(connectionKey: number, conversationId: number, rules: SideRules, now: number): Promise<Side>;
  /** Whether anything was ever forwarded, as far as that is remembered. */
  hasForwards(): Promise<boolean>;
  /** Oldest first; of one conversation the oldest alone, and none that waits for a later moment. */
  dueForwards(limit: number, now: number): Promise<DueForward[]>;
  nextForwardAt(now: number): Promise<number | null>;
  settleForward(key: number, settlement: ForwardSettlement, now: number): Promise<void>;
  listForwards(query: ListQuery): Promise<Page>;
  /** A failed one is tried again, for another day; false when it is not failed, or empty since its user went. */
  retryForward(forwardId: string, now: number): Promise<boolean>;
  /** All that still wait are failed: the older system is gone. Gives how many. */
  giveUpForwards(now: number): Promise<number>;
  forwardFigures(since: number): Promise<ForwardFigures>;
}
