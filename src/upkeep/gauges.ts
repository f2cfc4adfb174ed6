// Brings the gauges up to date just before they are read, so that nothing counts in the background.
import type { Store } from "../db/store.ts";
import type { Metrics } from "../metrics.ts";
import type { Flags } from "./flags.ts";

/** Counts only what is open: it must stay cheap however much lies behind. */
export async function measureGauges(
  store: Store,
  flags: Flags,
  metrics: Metrics,
  now: number,
): Promise<void> {
  const open = await store.openWork();
  metrics.buffersWaiting.set(open.bufferCount);
  metrics.oldestBufferSeconds.set(open.oldestBufferAt === null ? 0 : (now - open.oldestBufferAt) / 1000);
  metrics.outboxPending.set(open.deliveryCount);
  for (const [state, count] of Object.entries(open.jobs)) metrics.jobs.set({ state }, count);
  metrics.processing.set(Number(flags.isProcessingOn()));
  // For all: a share or an exception is no label's business.
  for (const flag of await flags.list()) metrics.flags.set({ flag: flag.name }, Number(flag.isEnabled));
  const spool = await store.spoolSize();
  metrics.spoolObjects.set(spool.objectCount);
  metrics.spoolBytes.set(spool.bytes);
  const sizes = await store.sizes();
  metrics.databaseBytes.set(sizes.databaseBytes);
  metrics.walBytes.set(sizes.walBytes);
  metrics.memoryBytes.set(process.memoryUsage.rss());
}
