// What the store does with jobs as a whole: listed by what is asked for, failed ones tried again or given up.
import type { ListQuery, Page } from "./store-insight.ts";
import type { TurnClaim } from "./store-turns.ts";

/** Which jobs are meant; what is left out says nothing. */
export interface JobFilter {
  /** By name. */
  connection?: string;
  conversationId?: number;
  errorCode?: string;
  isQuarantined?: boolean;
  /** Made no earlier, and before. */
  since?: number;
  until?: number;
}

/** Which failures lull tries again by itself. */
export interface RetryWorth {
  codes: readonly string[];
  /** The customer's last word is no older. */
  wordsSince: number;
  /** So long after the first failure, twice as long after the second. */
  restMs: number;
}

export interface TurnStates {
  completed: number;
  failed: number;
  waiting: number;
}

export interface JobStore {
  /** Keys of the turns that are due or under way, at most `limit`. */
  dueTurns(now: number, limit: number): Promise<number[]>;
  /** How many of these turns ended, failed, and are still due or under way. */
  turnStates(jobKeys: readonly number[], now: number): Promise<TurnStates>;
  listTurns(query: ListQuery & JobFilter): Promise<Page>;
  /** A failed job is tried again, its attempts reset, be it quarantined; false when it is not failed, or was discarded. */
  retryTurn(jobId: string, now: number): Promise<boolean>;
  /**
   * Tries at most `limit` failed jobs again, the oldest first, and tells how many it took. Left alone is what was discarded,
   * and what the conversation has gone on from: its later messages were not left unanswered with it.
   */
  retryTurns(filter: JobFilter, limit: number, now: number): Promise<number>;
  /** The same of those that are worth it and not quarantined. */
  retryWorthyTurns(worth: RetryWorth, limit: number, now: number): Promise<number>;
  /** How many jobs of the filter are failed and not discarded. */
  failedTurnCount(filter: JobFilter): Promise<number>;
  /** The turn of a completed buffer, as nobody's attempt (`turn` null: it is in another state); null: there is no such buffer. */
  completedTurn(bufferId: string): Promise<{ status: string; turn: TurnClaim | null } | null>;
  /** Notes in the timeline that a buffer was asked about anew, and how many messages to the customer came of it. */
  noteReprocessed(bufferId: string, deliveryCount: number, now: number): Promise<void>;
  /** A failed job is given up; false when it is not failed, or was before. */
  discardTurn(jobId: string, now: number): Promise<boolean>;
  /** Gives up at most `limit` failed jobs, the oldest first, and tells how many. */
  discardTurns(filter: JobFilter, limit: number, now: number): Promise<number>;
}
