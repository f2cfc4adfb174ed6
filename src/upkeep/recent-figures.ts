// The counters of the metrics over the last minutes: what they are now less what they were then. Kept in memory, so that a
// new start begins anew.
import type { Metrics } from "../metrics.ts";
import { bucketsOf } from "./upper-bound.ts";

type Counted = Pick<Metrics, "ackSeconds" | "turns" | "httpSeconds">;
type Labels = Readonly<Record<string, unknown>>;

interface Totals {
  at: number;
  /** By bound in seconds, ascending, each with all below it. */
  acknowledged: Map<number, number>;
  turnCount: number;
  failedTurnCount: number;
  requestCount: number;
  failedRequestCount: number;
}

export interface RecentFigures {
  acknowledgements: { count: number; p99Ms: number };
  turns: { count: number; failedCount: number };
  requests: { count: number; failedCount: number };
}

const PART = 0.99;

export class RecentCounts {
  readonly #metrics: Counted;
  readonly #spanMs: number;
  #past: Totals[] = [];

  constructor(metrics: Counted, spanMs: number) {
    this.#metrics = metrics;
    this.#spanMs = spanMs;
  }

  /** What was counted in the last `spanMs`, as far as somebody looked then. */
  async look(now: number): Promise<RecentFigures> {
    const totals = await readTotals(this.#metrics, now);
    // The newest of those that are old enough is kept to be compared with.
    const oldEnough = this.#past.filter(({ at }) => at <= now - this.#spanMs);
    this.#past = [...oldEnough.slice(-1), ...this.#past.filter(({ at }) => at > now - this.#spanMs), totals];
    return difference(totals, this.#past[0] ?? totals);
  }
}

async function readTotals({ ackSeconds, turns, httpSeconds }: Counted, at: number): Promise<Totals> {
  const acknowledged = await bucketsOf(ackSeconds);
  const ended = (await turns.get()).values;
  const answered = (await httpSeconds.get()).values.filter(({ metricName }) => isCount(metricName));
  return {
    at,
    acknowledged: new Map(acknowledged.map(({ bound, count }) => [bound, count])),
    turnCount: sum(ended, () => true),
    failedTurnCount: sum(ended, ({ outcome }) => outcome === "failed"),
    requestCount: sum(answered, () => true),
    failedRequestCount: sum(answered, ({ status_class: statusClass }) => statusClass === "5xx"),
  };
}

function isCount(name: string | undefined): boolean {
  return name?.endsWith("_count") === true;
}

function sum(
  values: readonly { labels: Labels; value: number }[],
  isMeant: (labels: Labels) => boolean,
): number {
  return values.filter(({ labels }) => isMeant(labels)).reduce((all, { value }) => all + value, 0);
}

function difference(now: Totals, then: Totals): RecentFigures {
  const buckets = [...now.acknowledged].map(
    ([bound, count]) => [bound, count - (then.acknowledged.get(bound) ?? 0)] as const,
  );
  const count = buckets.find(([bound]) => !Number.isFinite(bound))?.[1] ?? 0;
  return {
    acknowledgements: { count, p99Ms: Math.round(quantileIn(buckets, count) * 1000) },
    turns: {
      count: now.turnCount - then.turnCount,
      failedCount: now.failedTurnCount - then.failedTurnCount,
    },
    requests: {
      count: now.requestCount - then.requestCount,
      failedCount: now.failedRequestCount - then.failedRequestCount,
    },
  };
}

/** Inside its bucket it lies where it would if they were spread evenly: as Prometheus takes it. */
function quantileIn(buckets: readonly (readonly [bound: number, count: number])[], count: number): number {
  if (count === 0) return 0;
  const wanted = count * PART;
  let [lower, below] = [0, 0];
  for (const [bound, held] of buckets) {
    if (held >= wanted) {
      return Number.isFinite(bound) ? lower + ((bound - lower) * (wanted - below)) / (held - below) : lower;
    }
    [lower, below] = [bound, held];
  }
  return lower;
}
