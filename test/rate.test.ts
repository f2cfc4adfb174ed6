// At most so many within a span that moves on with time, for each key by itself.
import { expect, test } from "bun:test";
import { AppError } from "../src/errors.ts";
import { RateLimit } from "../src/rate.ts";
import { ManualClock } from "./harness/clock.ts";

const SPAN_MS = 60_000;

function openRate() {
  const clock = new ManualClock();
  const rate = new RateLimit(clock, { countMax: 2, spanMs: SPAN_MS, message: "Too many." });
  const take = (key: string): number | null => {
    try {
      rate.take(key);
      return null;
    } catch (error) {
      if (error instanceof AppError && error.code === "rate_limited") return error.retryAfterMs ?? -1;
      throw error;
    }
  };
  return { clock, take };
}

test("the wait is until the oldest is a span ago, and then there is room for one", async () => {
  const { clock, take } = openRate();
  expect(take("a")).toBeNull();
  await clock.tick(SPAN_MS / 2);
  expect([take("a"), take("a")]).toEqual([null, SPAN_MS / 2]);
  await clock.tick(SPAN_MS / 2);
  expect([take("a"), take("a")]).toEqual([null, SPAN_MS / 2]);
});

test("what was refused is not counted", async () => {
  const { clock, take } = openRate();
  for (let more = 0; more < 10; more++) take("a");
  await clock.tick(SPAN_MS);
  expect([take("a"), take("a")]).toEqual([null, null]);
});

test("one key takes no room from another", () => {
  const { take } = openRate();
  take("a");
  take("a");
  expect([take("a"), take("b")]).toEqual([SPAN_MS, null]);
});
