// Brings the gauges up to date just before they are read, so that nothing counts in the background.
import type { Store } from "../db/store.ts";
import type { Metrics } from "../metrics.ts";
import { readProcess } from "../process-figures.ts";
import { ALERT_NAMES } from "./alert-rules.ts";
import type { ConversationTallies } from "./conversation-tallies.ts";
import type { Flags } from "./flags.ts";

export interface GaugeDeps {
  store: Store;
  flags: Flags;
  tallies: ConversationTallies;
  metrics: Metrics;
}

/** Counts only what is open: it must stay cheap however much lies behind. */
export async function measureGauges(
  { store, flags, tallies, metrics }: GaugeDeps,
  now: number,
): Promise<void> {
  await measureWork(store, metrics, now);
  await tallies.count(now);
  await measureAlerts(store, metrics);
  metrics.processing.set(Number(flags.isProcessingOn()));
  // For all: a share or an exception is no label's business.
  for (const flag of await flags.list()) metrics.flags.set({ flag: flag.name }, Number(flag.isEnabled));
  await measureDisk(store, metrics);
  measureProcess(metrics);
}

async function measureWork(store: Store, metrics: Metrics, now: number): Promise<void> {
  const open = await store.openWork();
  metrics.buffersWaiting.set(open.bufferCount);
  metrics.oldestBufferSeconds.set(open.oldestBufferAt === null ? 0 : (now - open.oldestBufferAt) / 1000);
  metrics.outboxPending.set(open.deliveryCount);
  for (const [state, count] of Object.entries(open.jobs)) metrics.jobs.set({ state }, count);
}

async function measureAlerts(store: Store, metrics: Metrics): Promise<void> {
  const open = await store.openAlerts();
  for (const alert of ALERT_NAMES)
    metrics.alertsOpen.set({ alert }, open.filter(({ name }) => name === alert).length);
}

async function measureDisk(store: Store, metrics: Metrics): Promise<void> {
  const spool = await store.spoolSize();
  metrics.spoolObjects.set(spool.objectCount);
  metrics.spoolBytes.set(spool.bytes);
  const sizes = await store.sizes();
  metrics.databaseBytes.set(sizes.databaseBytes);
  metrics.walBytes.set(sizes.walBytes);
}

function measureProcess(metrics: Metrics): void {
  const { residentBytes, cpuSeconds, openFileCount, openFilesMax } = readProcess();
  metrics.residentBytes.set(residentBytes);
  metrics.cpuSeconds.reset();
  metrics.cpuSeconds.inc(cpuSeconds);
  if (openFileCount !== null) metrics.openFiles.set(openFileCount);
  if (openFilesMax !== null) metrics.openFilesMax.set(openFilesMax);
}
