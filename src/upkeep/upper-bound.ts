// Reads out of a histogram how long most took, as far as its buckets tell.

/** What is read of a histogram: its bounds are the label `le` of the values named …_bucket. */
interface Observed {
  get(): Promise<{ values: readonly { metricName?: string; labels: object; value: number }[] }>;
}

/** The least bound that so many (0–1) of the observations with these labels do not exceed; null where there are none. */
export async function upperBound(
  histogram: Observed,
  labels: Readonly<Record<string, string>>,
  part: number,
): Promise<number | null> {
  const buckets = await bucketsOf(histogram, labels);
  const count = Math.max(0, ...buckets.map((bucket) => bucket.count));
  if (count === 0) return null;
  const reached = buckets.find((bucket) => Number.isFinite(bucket.bound) && bucket.count >= count * part);
  return reached?.bound ?? buckets.findLast(({ bound }) => Number.isFinite(bound))?.bound ?? null;
}

/** How many of the observations with these labels lie at or below each bound, the least bound first. */
export async function bucketsOf(
  histogram: Observed,
  labels: Readonly<Record<string, string>> = {},
): Promise<{ bound: number; count: number }[]> {
  const { values } = await histogram.get();
  const wanted = Object.entries(labels);
  return values
    .filter(({ metricName }) => metricName?.endsWith("_bucket"))
    .filter(({ labels: own }) => wanted.every(([name, value]) => Reflect.get(own, name) === value))
    .map(({ labels: own, value }) => ({ bound: Number(Reflect.get(own, "le")), count: value }))
    .toSorted((a, b) => a.bound - b.bound);
}
