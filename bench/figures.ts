// The figures of a benchmark: quantiles and how they are written. No measuring, no asserting.

/** The value below which the share `q` (0 to 1) of `values` lies; NaN when there are none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(Math.max(Math.ceil(q * sorted.length) - 1, 0), sorted.length - 1);
  return sorted[at] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Milliseconds with as many digits as say something. */
export function ms(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ms`;
}

export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** A goal beside what was measured; it says so when the goal is missed, and nothing fails. */
export function printGoal(name: string, measured: string, goal: string, isReached: boolean): void {
  print(`${name}: ${measured}   goal ${goal}   ${isReached ? "reached" : "MISSED"}`);
}
