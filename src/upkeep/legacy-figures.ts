// How it goes with the older system that lull takes over from, as data for people.
import type { LegacyStore } from "../db/store-legacy.ts";

/** Webhooks for it by state, the oldest that waits, and how long its answers took since a moment. */
export async function readLegacyFigures(
  store: Pick<LegacyStore, "forwardFigures">,
  since: number,
): Promise<Record<string, unknown>> {
  const { oldestWaitingAt: at, ...figures } = await store.forwardFigures(since);
  return { ...figures, oldestWaitingAt: at === null ? null : new Date(at).toISOString() };
}
