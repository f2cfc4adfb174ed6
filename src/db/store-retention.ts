// What the store forgets when it is old enough, in small steps: whatever customers wait for comes between two of them. What is
// still under way is never touched, however old it is.

/** What one step did, and where the next one goes on; null: there is nothing more. */
export interface CleanStep {
  rowCount: number;
  next: number | null;
}

/** How much may go in one step, and how old it has to be. */
export interface KeptFor {
  /** For a user's own rows their own time stands before it. */
  keptMs: number;
  /** About so many rows go in one step. */
  rowsMax: number;
}

/** Rows that are old by themselves, each kind one table. */
export const AGED = [
  /** Of scheduled tasks; the newest of each stays, and the newest that succeeded. */
  "runs",
  "webhooks",
  "events",
  /** For the older system, once they are out or given up. */
  "forwards",
  /** Once they are over and told. */
  "alerts",
  /** Work on buckets that is done. */
  "bucket_tasks",
  /** Requests that named a key of their own. */
  "requests",
  "audits",
  /** Calls of models. */
  "usage",
  /** Messages that no turn stands behind. */
  "notifications",
  /** Errands that no turn stands behind. */
  "errands",
  /** Of messages that were deleted before they came. */
  "graves",
  /** How conversations ended. */
  "outcomes",
  "ratings",
] as const;

export type Aged = (typeof AGED)[number];

export interface RetentionStore {
  /**
   * Forgets buffers that ended long enough ago, with their messages, turns, deliveries, errands and transcripts; from the one
   * after `after`. Their messages stay known: none of them is taken as new again.
   */
  cleanBuffers(after: number, kept: KeptFor, now: number): Promise<CleanStep>;
  /** Forgets what was said long enough ago and is archived, and summaries that tell of it; from the line after `after`. */
  cleanHistory(after: number, kept: KeptFor, now: number): Promise<CleanStep>;
  /** Forgets rows of before `before`, from the one after `after`; at most `rowsMax`. */
  cleanAged(kind: Aged, after: number, before: number, rowsMax: number): Promise<CleanStep>;
}
