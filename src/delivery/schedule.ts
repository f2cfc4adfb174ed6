// When an unsettled delivery is looked at again. Pure.

/** Looks at an unknown send, as shares of the settle time: +2, +10, +30 and +60 s of 60 (docs/sending.md). */
const LOOK_SHARES = [2 / 60, 10 / 60, 30 / 60, 1] as const;
/** First wait before a try that Chatwoot did not take or a look that failed. */
const TRY_AGAIN_MS = 2_000;
/** Longest such wait. */
const TRY_AGAIN_MAX_MS = 60_000;

/** The moment of the next look at a send that became unknown at `unknownSince`, after `looks` looks. */
export function nextLookAt(unknownSince: number, looks: number, settleMs: number, now: number): number {
  const share = LOOK_SHARES[looks];
  return share === undefined
    ? now + Math.min(settleMs, TRY_AGAIN_MAX_MS)
    : Math.max(unknownSince + Math.ceil(share * settleMs), now);
}

/** How long to wait for a Chatwoot that does not answer or is too busy; doubles with age, ±20 % by `fraction`. */
export function tryAgainMs(ageMs: number, fraction: number): number {
  const wait = Math.min(Math.max(TRY_AGAIN_MS, ageMs / 2), TRY_AGAIN_MAX_MS);
  return Math.round(wait * (0.8 + 0.4 * fraction));
}
