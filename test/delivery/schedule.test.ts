// When an unsettled delivery is looked at again.
import { expect, test } from "bun:test";
import { nextLookAt, tryAgainMs } from "../../src/delivery/schedule.ts";

const SINCE = 1_000_000;

test.each([
  [60_000, [2_000, 10_000, 30_000, 60_000]],
  [3_600_000, [120_000, 600_000, 1_800_000, 3_600_000]],
  [1_000, [34, 167, 500, 1_000]],
])("with a settle time of %i ms the looks come at fixed shares of it", (settleMs, afterMs) => {
  const looks = afterMs.map((_, look) => nextLookAt(SINCE, look, settleMs, SINCE) - SINCE);
  expect(looks).toEqual(afterMs);
});

test("every moment is a whole number, and the last look is never before the settle time", () => {
  for (let settleMs = 1_000; settleMs < 5_000; settleMs++) {
    const moments = [0, 1, 2, 3].map((look) => nextLookAt(SINCE, look, settleMs, SINCE));
    expect(moments.every(Number.isInteger)).toBe(true);
    expect(moments[3]).toBe(SINCE + settleMs);
  }
});

test("a look that is overdue comes now, and later ones a settle time apart, a minute at most", () => {
  expect(nextLookAt(SINCE, 1, 60_000, SINCE + 20_000)).toBe(SINCE + 20_000);
  expect(nextLookAt(SINCE, 4, 60_000, SINCE + 70_000)).toBe(SINCE + 130_000);
  expect(nextLookAt(SINCE, 4, 3_600_000, SINCE)).toBe(SINCE + 60_000);
  expect(nextLookAt(SINCE, 9, 1_000, SINCE)).toBe(SINCE + 1_000);
});

test("the wait for a busy Chatwoot grows with the reply's age, from two seconds to a minute, a fifth more or less", () => {
  expect([0, 10_000, 60_000, 120_000, 86_400_000].map((ageMs) => tryAgainMs(ageMs, 0.5))).toEqual([
    2_000, 5_000, 30_000, 60_000, 60_000,
  ]);
  expect([tryAgainMs(0, 0), tryAgainMs(0, 1)]).toEqual([1_600, 2_400]);
});
