// Brings the gauges up to date just before they are read, so that nothing counts in the background.
import type { Store } from "../db/store.ts";
import type { Metrics } from "../metrics.ts";
import type { Flags } from "./flags.ts";

const JOB_STATES = ["scheduled", "running", "completed", "failed"];

export async function measureGauges(
  store: Store,
  flags: Flags,
  metrics: Metrics,
  now: number,
): Promise<void> {
  const counts = await store.counts();
  metrics.buffersWaiting.set(counts.buffers["active"] ?? 0);
  metrics.oldestBufferSeconds.set(counts.oldestBufferAt === null ? 0 : (now - counts.oldestBufferAt) / 1000);
  const { intent = 0, sending = 0, unknown = 0 } = counts.deliveries;
  metrics.outboxPending.set(intent + sending + unknown);
  for (const state of JOB_STATES) metrics.jobs.set({ state }, counts.jobs[state] ?? 0);
  for (const flag of flags.list()) metrics.flags.set({ flag: flag.name }, Number(flag.isEnabled));
  const sizes = await store.sizes();
  metrics.databaseBytes.set(sizes.databaseBytes);
  metrics.walBytes.set(sizes.walBytes);
  metrics.memoryBytes.set(process.memoryUsage.rss());
}
