// What the store tells those who watch over lull: counts of what came about between two moments.

/** By their names; those that did not come about are left out. */
export type Tally = Record<string, number>;

/** What lies there to be worried about. */
export interface Worries {
  /** Conversations whose customer waits past the end of their silence, though nobody is at work there; longest first. */
  unanswered: { conversationCount: number; oldestAt: number | null };
  failedJobCount: number;
  /** Ids, the newest first. */
  quarantinedJobIds: string[];
  /** Of the answers that said how sure they are. */
  answers: { count: number; lowCount: number };
  /** Users near their limit of this month, the nearest first. */
  spenders: { userId: string; usedPercent: number }[];
}

export interface WorryRules {
  /** A silence that ended before this moment should have been answered. */
  unansweredBefore: number;
  answersSince: number;
  /** An answer that is less sure is a low one. */
  confidenceMin: number;
  monthAt: number;
  spendPercentMin: number;
  /** Subjects that are named at most, beside those whose alert stands. */
  namedMax: number;
}

export interface WatchStore {
  worries(rules: WorryRules, now: number): Promise<Worries>;
  /** How conversations ended and the ratings (1-5) customers gave, from a moment until before another. */
  conversationTallies(from: number, until: number): Promise<{ outcomes: Tally; ratings: Tally }>;
}
