// How long a piece of work takes at its best: what else the machine does meanwhile is not the work's fault.

const RUN_COUNT = 5;

/** The shortest of several runs, in ms. */
export function quickestMs(work: () => void): number {
  const runs = Array.from({ length: RUN_COUNT }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...runs);
}
