// How long a customer's own rhythm lets lull wait: the gaps between the messages of a thought, as a running mean and
// variance of their logarithm, and the silence that follows from them. Pure.

/** What is known of a customer's gaps; of none when `count` is 0. Logarithms of ms. */
export interface GapStats {
  count: number;
  logMean: number;
  logVariance: number;
}

/** Before so many gaps are known, the full silence is waited. */
const COUNT_MIN = 5;
/** So many gaps are remembered: older ones fade, since people change their hurry. */
const MEMORY_COUNT = 30;
/** Shorter gaps are nobody's typing: messages that arrived together. */
const GAP_MS_MIN = 300;
/** Longer gaps are another thought, whatever became of the first. */
const GAP_MS_MAX = 120_000;
/** Nobody reads an answer and writes back within this time: what comes sooner belongs to what was said before it. */
const READ_MS = 6_000;
/** No rhythm is so even that lull would wait less. */
const FLOOR_MS = 8_000;
/** Least spread of the logarithms that is believed: five like gaps prove no machine. */
const DEVIATION_MIN = 0.4;
/** The silence is so many deviations above the mean: 97.5 % of gaps are shorter. */
const SILENCE_DEVIATIONS = 1.96;
/** What the reason speaks of: 95 % of gaps are shorter. */
const TOLD_DEVIATIONS = 1.645;

/** One gap more (ms). Every gap counts alike until the memory is full; then a new one counts as one in `MEMORY_COUNT`. */
export function withGap({ count, logMean, logVariance }: GapStats, gapMs: number): GapStats {
  const share = 1 / Math.min(count + 1, MEMORY_COUNT);
  const distance = Math.log(gapMs) - logMean;
  return {
    count: count + 1,
    logMean: logMean + share * distance,
    logVariance: (1 - share) * (logVariance + share * distance ** 2),
  };
}

/**
 * Whether a message is part of the thought before it, so that its gap (ms) is worth learning. `sinceAnswerMs` is how long
 * ago lull's answer to that thought went out; 0: it did not yet. A window that is too short closes before the gap ends: were
 * such gaps not learned as well, it would never widen again.
 */
export function isWithinThought(gapMs: number, sinceAnswerMs: number): boolean {
  return gapMs >= GAP_MS_MIN && gapMs <= GAP_MS_MAX && sinceAnswerMs <= READ_MS;
}

/** The silence (ms) for a customer with these gaps, from the floor to `ceilingMs`, and why in words without any content. */
export function adaptiveSilence(stats: GapStats, ceilingMs: number): { silenceMs: number; reason: string } {
  if (stats.count < COUNT_MIN) {
    const reason = `${seconds(ceilingMs)}: only ${stats.count} of ${COUNT_MIN} gaps of this customer are known`;
    return { silenceMs: ceilingMs, reason };
  }
  const deviation = Math.max(Math.sqrt(stats.logVariance), DEVIATION_MIN);
  const above = (deviations: number) => Math.exp(stats.logMean + deviations * deviation);
  const silenceMs = Math.round(Math.min(Math.max(above(SILENCE_DEVIATIONS), FLOOR_MS), ceilingMs));
  const rhythm = `this customer's gaps are ${seconds(above(0))}, 95 % under ${seconds(above(TOLD_DEVIATIONS))}`;
  return { silenceMs, reason: `${seconds(silenceMs)}: ${rhythm}, from ${stats.count} gaps` };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
