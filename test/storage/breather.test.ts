import { expect, test } from "bun:test";
import { Breather } from "../../src/storage/breather.ts";
import { ManualClock } from "../harness/clock.ts";

/** Whether a rest after work of `tookMs` is over `afterMs` later. */
async function isOver(tookMs: number, afterMs: number): Promise<boolean> {
  const clock = new ManualClock();
  const breather = new Breather(clock);
  const startedAt = clock.monotonic();
  await clock.tick(tookMs);
  let isRested = false;
  const rest = breather.rest(startedAt).then(() => (isRested = true));
  await clock.tick(afterMs);
  const found = isRested;
  breather.stop();
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

test("a stop ends every rest, and those to come", async () => {
  const clock = new ManualClock();
  const breather = new Breather(clock);
  await clock.tick(1_000);
  const rests = [breather.rest(0), breather.rest(500)];
  breather.stop();
  await Promise.all([...rests, breather.rest(0)]);
  expect(clock.armedCount).toBe(0);
});
