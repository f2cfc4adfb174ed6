import { expect, test } from "bun:test";
import { breathe } from "../../src/storage/breathe.ts";
import { ManualClock } from "../harness/clock.ts";

/** Whether a rest after work of `tookMs` is over `afterMs` later. */
async function isOver(tookMs: number, afterMs: number): Promise<boolean> {
  const clock = new ManualClock();
  const stop = new AbortController();
  const startedAt = clock.monotonic();
  await clock.tick(tookMs);
  let isRested = false;
  const rest = breathe(clock, startedAt, stop.signal).then(() => (isRested = true));
  await clock.tick(afterMs);
  const found = isRested;
  stop.abort();
  await rest;
  expect(clock.armedCount).toBe(0);
  return found;
}

test.each([
  [10, 89, false],
  [10, 90, true],
  [100, 899, false],
  [100, 900, true],
  // However long something else kept it.
  [60_000, 999, false],
  [60_000, 1_000, true],
  [0, 0, true],
])("work of %d ms is followed by a rest that is over %d ms later: %p", async (tookMs, afterMs, expected) => {
  expect(await isOver(tookMs, afterMs)).toBe(expected);
});

test("whoever is to end rests no longer", async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  await clock.tick(1_000);
  const rests = [breathe(clock, 0, stop.signal), breathe(clock, 500, stop.signal)];
  stop.abort();
  await Promise.all([...rests, breathe(clock, 0, stop.signal)]);
  expect(clock.armedCount).toBe(0);
});
