import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  adaptiveSilence,
  type GapStats,
  isWithinThought,
  withGap,
} from "../../src/buffer/adaptive-window.ts";

const CEILING_MS = 30_000;
const NOTHING: GapStats = { count: 0, logMean: 0, logVariance: 0 };

function statsOf(gapsMs: readonly number[]): GapStats {
  return gapsMs.reduce(withGap, NOTHING);
}

function silenceAfter(gapsMs: readonly number[]): number {
  return adaptiveSilence(statsOf(gapsMs), CEILING_MS).silenceMs;
}

const gaps = (least: number, most: number, minLength = 5) =>
  fc.array(fc.integer({ min: least, max: most }), { minLength, maxLength: 60 });

describe("the silence", () => {
  test("is the inbox's until five gaps are known, and says so", () => {
    expect(adaptiveSilence(statsOf([2_000, 2_000, 2_000, 2_000]), CEILING_MS)).toEqual({
      silenceMs: 30_000,
      reason: "30 s: only 4 of 5 gaps of this customer are known",
    });
    expect(silenceAfter([2_000, 2_000, 2_000, 2_000, 2_000])).toBe(8_000);
  });

  test("follows the rhythm and explains itself without a word of what was written", () => {
    const even = Array.from({ length: 24 }, (_, at) => [4_000, 6_000, 9_000][at % 3] ?? 0);
    expect(adaptiveSilence(statsOf(even), CEILING_MS)).toEqual({
      silenceMs: 13_141,
      reason: "13 s: this customer's gaps are 6 s, 95 % under 12 s, from 24 gaps",
    });
  });

  test.each([
    ["fast and even", [1_500, 2_000, 1_800, 2_200, 1_900], 8_000],
    ["slow", [15_000, 18_000, 20_000, 16_000, 22_000], 30_000],
  ] as const)(
    "of one who writes %s is within the floor and the inbox's silence",
    (_name, known, silenceMs) => {
      expect(silenceAfter(known)).toBe(silenceMs);
    },
  );

  test("of an inbox that waits less than the floor is the inbox's", () => {
    expect(adaptiveSilence(statsOf([2_000, 2_000, 2_000, 2_000, 2_000]), 5_000).silenceMs).toBe(5_000);
  });

  test("lies within the floor and the ceiling for any gaps, and is longer for slower ones", () => {
    fc.assert(
      fc.property(gaps(300, 120_000), fc.integer({ min: 100, max: 600_000 }), (known, ceilingMs) => {
        const { silenceMs } = adaptiveSilence(statsOf(known), ceilingMs);
        expect(silenceMs).toBeLessThanOrEqual(ceilingMs);
        expect(silenceMs).toBeGreaterThanOrEqual(Math.min(8_000, ceilingMs));
      }),
    );
    fc.assert(
      fc.property(gaps(1_000, 20_000), (known) => {
        expect(silenceAfter(known.map((gap) => gap * 2))).toBeGreaterThanOrEqual(silenceAfter(known));
      }),
    );
  });
});

describe("what is known", () => {
  test("is the mean and the variance of the logarithms while the memory has room", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 300, max: 120_000 }), { minLength: 1, maxLength: 30 }),
        (known) => {
          const logs = known.map(Math.log);
          const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
          const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
          const stats = statsOf(known);
          expect(stats.count).toBe(known.length);
          expect(stats.logMean).toBeCloseTo(mean, 9);
          expect(stats.logVariance).toBeCloseTo(variance, 9);
        },
      ),
    );
  });

  test("fades: who has become slow is waited for longer, however long the fast time was", () => {
    const fast = Array.from({ length: 1_000 }, () => 2_000);
    const slow = Array.from({ length: 30 }, () => 14_000);
    expect(silenceAfter(fast)).toBe(8_000);
    expect(silenceAfter([...fast, ...slow])).toBeGreaterThan(20_000);
  });
});

describe("a gap is learned", () => {
  test.each<[name: string, gapMs: number, sinceAnswerMs: number, isLearned: boolean]>([
    ["within an open buffer", 3_000, 0, true],
    ["when the answer to what came before is not out", 40_000, 0, true],
    ["when the answer went out too shortly before to have been read", 14_000, 4_000, true],
    ["not when the answer may have been read", 20_000, 6_001, false],
    ["not when it is nobody's typing", 299, 0, false],
    ["not when it is another thought", 120_001, 0, false],
  ])("%s", (_name, gapMs, sinceAnswerMs, isLearned) => {
    expect(isWithinThought(gapMs, sinceAnswerMs)).toBe(isLearned);
  });
});
