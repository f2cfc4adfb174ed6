// The rules of limits by themselves; test/db/conformance/limits.ts shows that the store keeps to them.
import { describe, expect, test } from "bun:test";
import {
  amountsOf,
  correctionOf,
  judgeCall,
  LIMIT_KINDS,
  type LimitKind,
  maxOf,
  type SpanDemand,
  spanStart,
} from "../../src/ai/limits.ts";

const AT = Date.UTC(2026, 5, 17, 13, 45, 30, 250);
const LIMITS = { requestsPerMinuteMax: 3, tokensPerDayMax: 1_000, spendPerMonthMaxMicroUsd: 5_000 };
const NO_LIMITS = { requestsPerMinuteMax: null, tokensPerDayMax: null, spendPerMonthMaxMicroUsd: null };

function demand(used: number, demanded: number, max: number, kind: LimitKind = "tokens_per_day"): SpanDemand {
  return { kind, used, demanded, max };
}

test.each([
  ["requests_per_minute", Date.UTC(2026, 5, 17, 13, 45), 3],
  ["tokens_per_day", Date.UTC(2026, 5, 17), 1_000],
  ["spend_per_month", Date.UTC(2026, 5, 1), 5_000],
] as const)("%s has its span and its limit", (kind, startsAt, max) => {
  expect(spanStart(kind, AT)).toBe(startsAt);
  expect(maxOf(kind, LIMITS)).toBe(max);
  expect(maxOf(kind, NO_LIMITS)).toBe(Infinity);
});

test("requests are asked first, then tokens, then spending", () => {
  expect(LIMIT_KINDS).toEqual(["requests_per_minute", "tokens_per_day", "spend_per_month"]);
});

test.each([
  [
    "a first attempt is a request",
    false,
    40,
    { requests_per_minute: 1, tokens_per_day: 9, spend_per_month: 40 },
  ],
  ["a further attempt is none", true, 40, { requests_per_minute: 0, tokens_per_day: 9, spend_per_month: 40 }],
  [
    "an unknown price is none",
    false,
    null,
    { requests_per_minute: 1, tokens_per_day: 9, spend_per_month: 0 },
  ],
] as const)("%s", (_, isFurtherAttempt, microUsd, amounts) => {
  expect(amountsOf({ tokens: 9, microUsd }, isFurtherAttempt)).toEqual(amounts);
});

describe("a call", () => {
  test.each([
    ["far from the limit", demand(0, 79, 100), null, []],
    ["that makes 80 % full", demand(0, 80, 100), null, [["warning", 80]]],
    ["that fills it", demand(60, 40, 100), null, [["warning", 100]]],
    ["one beyond it", demand(60, 41, 100), "tokens_per_day", [["reached", 60]]],
    ["of nothing where nothing is allowed", demand(0, 0, 0), null, [["warning", 0]]],
    ["without a limit", demand(1e12, 1e12, Infinity), null, []],
  ] as const)("%s is judged by what it would make of the span", (_, asked, refusedBy, told) => {
    const verdict = judgeCall([asked], true);
    expect(verdict.refusedBy).toBe(refusedBy);
    expect(verdict.notices.map(({ level, used }) => [level, used])).toEqual(told.map((one) => [...one]));
  });

  test("is refused by the first limit that it would pass, and only that is told", () => {
    const [minute, day] = [demand(90, 1, 100, "requests_per_minute"), demand(100, 1, 100)];
    const month = demand(100, 1, 100, "spend_per_month");
    expect(judgeCall([minute, day, month], false)).toEqual({
      refusedBy: "tokens_per_day",
      notices: [{ kind: "tokens_per_day", level: "reached", used: 100, max: 100 }],
    });
  });

  test.each([
    ["no limit of spending", [demand(0, 0, Infinity, "spend_per_month")], false, []],
    ["a price", [demand(7, 0, 100, "spend_per_month")], true, []],
    ["a limit of tokens alone", [demand(7, 1, 100)], false, []],
    ["a limit of spending and no price", [demand(7, 0, 100, "spend_per_month")], false, ["unpriced"]],
  ] as const)("with %s is told of as far as it cannot be counted", (_, demands, isPriced, levels) => {
    expect(judgeCall(demands, isPriced).notices.map(({ level }) => level as string)).toEqual([...levels]);
  });

  test("of nobody's is let through", () => {
    expect(judgeCall([], false)).toEqual({ refusedBy: null, notices: [] });
  });
});

describe("after a call that was counted with 100 tokens and 50 micro-USD", () => {
  const UNTOLD = { inputTokens: null, outputTokens: null, costMicroUsd: null };
  const TOLD = { inputTokens: 30, outputTokens: 10, costMicroUsd: 12 };
  test.each([
    ["what it took counts instead", { outcome: "ok", ...TOLD }, -60, -38],
    [
      "also when it took more",
      { outcome: "ok", inputTokens: 150, outputTokens: null, costMicroUsd: 80 },
      50,
      30,
    ],
    ["also when it failed", { outcome: "ai_refused", ...TOLD }, -60, -38],
    [
      "nothing counts when it failed before anything was done",
      { outcome: "ai_refused", ...UNTOLD },
      -100,
      -50,
    ],
    ...["ok", "ai_bad_answer", "timeout", "unknown"].map(
      (outcome) => [`all stays counted when ${outcome} tells nothing`, { outcome, ...UNTOLD }, 0, 0] as const,
    ),
  ] as const)("%s", (_, taken, tokens, microUsd) => {
    expect(correctionOf({ tokens: 100, microUsd: 50 }, taken)).toEqual({
      requests_per_minute: 0,
      tokens_per_day: tokens,
      spend_per_month: microUsd,
    });
  });

  test("a price that nobody knows counts as nothing", () => {
    const taken = { outcome: "timeout", ...UNTOLD };
    expect(correctionOf({ tokens: 100, microUsd: null }, taken).spend_per_month).toBe(0);
  });
});
