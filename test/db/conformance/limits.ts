// A user's limits: what they let through, what they refuse, when somebody is told, when they begin anew.
import { expect, test } from "bun:test";
import type { LimitKind, UserLimits } from "../../../src/ai/limits.ts";
import type { PlannedCall } from "../../../src/db/store-usage.ts";
import {
  FAILURE,
  NO_LIMITS,
  addLimitedUser,
  call,
  letThrough,
  rowsOf,
  settlement,
  usedBy,
} from "../calls.ts";
import { type OpenScene, SECOND, type Scene } from "../scene.ts";

const MINUTE_MS = 60 * SECOND;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NOTHING = { requests: 0, tokens: 0, microUsd: 0 };

/** Each kind with a limit of 10, and a call that asks so much of it. */
const KINDS: [kind: LimitKind, limits: Partial<UserLimits>, ask: (amount: number) => Partial<PlannedCall>][] =
  [
    ["tokens_per_day", { tokensPerDayMax: 10 }, (tokens) => ({ tokens })],
    ["spend_per_month", { spendPerMonthMaxMicroUsd: 10 }, (microUsd) => ({ microUsd })],
  ];

export function limitConformance(open: OpenScene): void {
  test("requests up to the limit go through, and no more", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: 3 });
    for (let calls = 0; calls < 3; calls++) await letThrough(scene, ana);
    expect(await refusedKind(scene, ana)).toBe("requests_per_minute");
    expect((await usedBy(scene, ana)).requests).toBe(3);
  });

  test.each(KINDS)(
    "%s lets through what just fits, and refuses what would pass it",
    async (kind, limits, ask) => {
      await using scene = await open();
      const ana = await addLimitedUser(scene, limits);
      await letThrough(scene, ana, ask(6));
      expect(await refusedKind(scene, ana, ask(5))).toBe(kind);
      await letThrough(scene, ana, ask(4));
      expect(await refusedKind(scene, ana, ask(1))).toBe(kind);
    },
  );

  test.each(KINDS)("%s refuses one call that alone is larger than it", async (kind, limits, ask) => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, limits);
    expect(await refusedKind(scene, ana, ask(11))).toBe(kind);
    await letThrough(scene, ana, ask(10));
  });

  test("a refused call counts nowhere and leaves no row", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { spendPerMonthMaxMicroUsd: 10 });
    expect(await refusedKind(scene, ana, { microUsd: 11 })).toBe("spend_per_month");
    expect(await usedBy(scene, ana)).toEqual(NOTHING);
    expect(await rowsOf(scene, ana)).toEqual([]);
    expect(await scene.first.settleLostUsage(scene.now)).toBe(0);
  });

  test("of several limits the first that refuses is named: requests, tokens, spending", async () => {
    await using scene = await open();
    const all = { requestsPerMinuteMax: 1, tokensPerDayMax: 100, spendPerMonthMaxMicroUsd: 50 };
    const ana = await addLimitedUser(scene, all);
    await letThrough(scene, ana);
    expect(await refusedKind(scene, ana)).toBe("requests_per_minute");
    await scene.first.setLimits(ana, { ...all, requestsPerMinuteMax: null }, scene.now);
    expect(await refusedKind(scene, ana)).toBe("tokens_per_day");
    await scene.first.setLimits(ana, { ...NO_LIMITS, spendPerMonthMaxMicroUsd: 50 }, scene.now);
    expect(await refusedKind(scene, ana)).toBe("spend_per_month");
  });

  test("a call of unknown price passes a spending limit that is not passed yet", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { spendPerMonthMaxMicroUsd: 50 });
    await letThrough(scene, ana, { microUsd: null });
    const priced = await letThrough(scene, ana, { microUsd: 50 });
    await letThrough(scene, ana, { microUsd: null });
    await scene.first.settleUsage(priced, settlement({ costMicroUsd: 51 }), scene.now);
    expect(await refusedKind(scene, ana, { microUsd: null })).toBe("spend_per_month");
  });

  test("limits are a user's own, and nobody's calls have none", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: 1 });
    const bia = await addLimitedUser(scene, { requestsPerMinuteMax: 1 });
    await letThrough(scene, ana);
    expect(await refusedKind(scene, ana)).toBe("requests_per_minute");
    await letThrough(scene, bia);
    for (const userId of [null, null, "nobody", "nobody"]) await letThrough(scene, userId);
    expect(await scene.second.usageOf("nobody", 0, scene.now)).toBeNull();
  });

  test("a limit counts what was used before it was set", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, {});
    await letThrough(scene, ana);
    await scene.first.setLimits(ana, { ...NO_LIMITS, tokensPerDayMax: 150 }, scene.now);
    expect(await refusedKind(scene, ana)).toBe("tokens_per_day");
    await scene.first.setLimits(ana, NO_LIMITS, scene.now);
    await letThrough(scene, ana);
  });

  test.each<[LimitKind, Partial<UserLimits>, last: number, next: number]>([
    [
      "requests_per_minute",
      { requestsPerMinuteMax: 1 },
      Date.UTC(2026, 5, 18, 13, 0, 59, 999),
      Date.UTC(2026, 5, 18, 13, 1),
    ],
    [
      "tokens_per_day",
      { tokensPerDayMax: 100 },
      Date.UTC(2026, 5, 18, 23, 59, 59, 999),
      Date.UTC(2026, 5, 19),
    ],
    [
      "spend_per_month",
      { spendPerMonthMaxMicroUsd: 50 },
      Date.UTC(2028, 1, 29, 23, 59, 59, 999),
      Date.UTC(2028, 2, 1),
    ],
  ])("%s begins anew with its span, not before", async (kind, limits, last, next) => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, limits);
    scene.now = last - SECOND / 2;
    await letThrough(scene, ana);
    scene.now = last;
    expect(await refusedKind(scene, ana)).toBe(kind);
    scene.now = next;
    await letThrough(scene, ana);
  });

  test("what a failed call gives back can be used again, a request excepted", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { tokensPerDayMax: 100, requestsPerMinuteMax: 2 });
    await scene.first.settleUsage(await letThrough(scene, ana), FAILURE, scene.now);
    await letThrough(scene, ana);
    expect(await refusedKind(scene, ana)).toBe("requests_per_minute");
  });

  test("coming near a limit is told once in its span, from eighty in a hundred on", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { tokensPerDayMax: 1_000 });
    const reserve = async (tokens: number) => (await reserveBy(scene, ana, { tokens })).notices;
    expect(await reserve(799)).toEqual([]);
    expect(await reserve(1)).toEqual([{ kind: "tokens_per_day", level: "warning", used: 800, max: 1_000 }]);
    expect(await reserve(1)).toEqual([]);
    scene.pass(DAY_MS);
    expect(await reserve(900)).toMatchObject([{ level: "warning", used: 900 }]);
  });

  test("one call may come near several limits", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: 1, spendPerMonthMaxMicroUsd: 50 });
    const { notices } = await reserveBy(scene, ana);
    expect(notices.map(({ kind, level }) => [kind, level])).toEqual([
      ["requests_per_minute", "warning"],
      ["spend_per_month", "warning"],
    ]);
  });

  test("a limit that is reached is told once in its span, by whichever handle", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: 1 });
    await letThrough(scene, ana);
    const kind = "requests_per_minute";
    const notice = { kind, level: "reached", used: 1, max: 1 } as const;
    const again = () => call(scene, ana);
    const first = await scene.first.reserveUsage(again(), scene.now);
    expect(first).toEqual({ isReserved: false, kind, notices: [notice] });
    const second = await scene.second.reserveUsage(again(), scene.now);
    expect(second).toEqual({ isReserved: false, kind, notices: [] });
    scene.pass(MINUTE_MS);
    await letThrough(scene, ana);
    expect((await reserveBy(scene, ana)).notices).toMatchObject([notice]);
  });

  test("a user without limits is told nothing", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, {});
    expect((await reserveBy(scene, ana, { tokens: 10 ** 12, microUsd: 10 ** 12 })).notices).toEqual([]);
  });

  test("spans are forgotten when a later one of the same user and kind begins: minutes soon, months last", async () => {
    await using scene = await open();
    const [ana, bia] = [await addLimitedUser(scene, {}), await addLimitedUser(scene, {})];
    const oldAt = (scene.now = Date.UTC(2026, 5, 1));
    for (const userId of [ana, bia]) await letThrough(scene, userId);
    scene.now = oldAt + DAY_MS + 60_000;
    await letThrough(scene, ana);
    expect(await usedBy(scene, ana, oldAt)).toEqual({ requests: 0, tokens: 100, microUsd: 100 });
    scene.now = oldAt + 41 * DAY_MS;
    await letThrough(scene, ana);
    expect(await usedBy(scene, ana, oldAt)).toEqual({ ...NOTHING, microUsd: 100 });
    scene.now = oldAt + 435 * DAY_MS;
    await letThrough(scene, ana);
    expect(await usedBy(scene, ana, oldAt)).toEqual(NOTHING);
    expect(await usedBy(scene, bia, oldAt)).toEqual({ requests: 1, tokens: 100, microUsd: 50 });
  });

  test("a clock that was months ahead for a while forgets nothing of the month", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { spendPerMonthMaxMicroUsd: 100 });
    const beganAt = scene.now;
    await letThrough(scene, ana, { microUsd: 90 });
    scene.now = beganAt + 100 * DAY_MS;
    await letThrough(scene, ana, { microUsd: 1 });
    scene.now = beganAt;
    expect(await refusedKind(scene, ana, { microUsd: 20 })).toBe("spend_per_month");
  });

  test("further attempts of one turn are no further requests", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: 1 });
    await letThrough(scene, ana, { subjectId: "one turn" });
    await letThrough(scene, ana, { subjectId: "one turn" });
    expect(await refusedKind(scene, ana)).toBe("requests_per_minute");
    expect(await usedBy(scene, ana)).toMatchObject({ requests: 1, tokens: 200 });
  });

  test("a price that is not known is told once where a limit of spending cannot count it", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { spendPerMonthMaxMicroUsd: 100 });
    const free = await addLimitedUser(scene, {});
    const first = await reserveBy(scene, ana, { microUsd: null });
    const notice = { kind: "spend_per_month", level: "unpriced", used: 0, max: 100 } as const;
    expect(first.notices).toEqual([notice]);
    expect((await reserveBy(scene, ana, { microUsd: null })).notices).toEqual([]);
    expect((await reserveBy(scene, free, { microUsd: null })).notices).toEqual([]);
  });
}

function reserveBy(scene: Scene, userId: string, rest: Partial<PlannedCall> = {}) {
  return scene.first.reserveUsage(call(scene, userId, rest), scene.now);
}

/** The limit that refuses this call. */
async function refusedKind(
  scene: Scene,
  userId: string,
  rest: Partial<PlannedCall> = {},
): Promise<LimitKind> {
  const reserved = await reserveBy(scene, userId, rest);
  if (reserved.isReserved) throw new Error("the call was let through");
  return reserved.kind;
}
