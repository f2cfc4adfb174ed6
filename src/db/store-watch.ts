// What the store tells those who watch over lull: counts of what came about between two moments.

/** By their names; those that did not come about are left out. */
export type Tally = Record<string, number>;

export interface WatchStore {
  /** How conversations ended and the ratings (1-5) customers gave, from a moment until before another. */
  conversationTallies(from: number, until: number): Promise<{ outcomes: Tally; ratings: Tally }>;
}
