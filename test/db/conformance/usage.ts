// What calls took: settled once, where they began, by what is known of it; and the sums of a user.
import { expect, test } from "bun:test";
import type { PlannedCall } from "../../../src/db/store-usage.ts";
import { FAILURE, addLimitedUser, letThrough, rowsOf, settlement, spanStarts, usedBy } from "../calls.ts";
import { addUser } from "../identified.ts";
import { type OpenScene, SECOND, must, only } from "../scene.ts";

const DAY_MS = 24 * 60 * 60_000;
const RESERVED = { requests: 1, tokens: 100, microUsd: 50 };

export function usageConformance(open: OpenScene): void {
  test("a reservation counts as a request and all that it may take, limited or not", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const bia = await addLimitedUser(scene, { tokensPerDayMax: 1_000 });
    for (const userId of [ana, bia]) {
      await letThrough(scene, userId);
      expect(await usedBy(scene, userId)).toEqual(RESERVED);
      await letThrough(scene, userId, { tokens: 7, microUsd: 3 }, scene.second);
      expect(await usedBy(scene, userId)).toEqual({ requests: 2, tokens: 107, microUsd: 53 });
    }
  });

  test("a report names limits, the present spans and where they begin", async () => {
    await using scene = await open();
    const ana = await addLimitedUser(scene, { requestsPerMinuteMax: 9 });
    await letThrough(scene, ana);
    const report = must(await scene.second.usageOf(ana, 0, scene.now + DAY_MS));
    expect(report.limits).toEqual({
      requestsPerMinuteMax: 9,
      tokensPerDayMax: null,
      spendPerMonthMaxMicroUsd: null,
    });
    const [minute, day, month] = spanStarts(scene.now + DAY_MS).map(must);
    expect(report.spans).toEqual([
      { kind: "requests_per_minute", startsAt: must(minute), used: 0 },
      { kind: "tokens_per_day", startsAt: must(day), used: 0 },
      { kind: "spend_per_month", startsAt: must(month), used: 50 },
    ]);
    expect(await scene.second.usageOf("nobody", 0, scene.now)).toBeNull();
  });

  test.each<[name: string, told: Parameters<typeof settlement>[0], tokens: number, microUsd: number]>([
    ["what it told, below what was reserved", { inputTokens: 30, outputTokens: 9, costMicroUsd: 20 }, 39, 20],
    [
      "what it told, above what was reserved",
      { inputTokens: 300, outputTokens: 9, costMicroUsd: 80 },
      309,
      80,
    ],
    ["input alone when that is all it told", { inputTokens: 30 }, 30, 50],
    ["output alone when that is all it told", { outputTokens: 9, costMicroUsd: 0 }, 9, 0],
    ["what was reserved when it told nothing", {}, 100, 50],
    ["what was reserved when it timed out", { outcome: "timeout" }, 100, 50],
    ["what was reserved when its end is unknown", { outcome: "unknown" }, 100, 50],
    ["what was reserved when its answer was of no use", { outcome: "ai_bad_answer" }, 100, 50],
    ["nothing when it failed", { outcome: "ai_refused" }, 0, 0],
    [
      "what a failed call told all the same",
      { outcome: "ai_bad_answer", inputTokens: 5, costMicroUsd: 2 },
      5,
      2,
    ],
  ])("a settled call counts as one request and %s", async (_name, told, tokens, microUsd) => {
    await using scene = await open();
    const ana = await addUser(scene);
    const usageKey = await letThrough(scene, ana);
    await scene.second.settleUsage(usageKey, settlement(told), scene.now);
    expect(await usedBy(scene, ana)).toEqual({ requests: 1, tokens, microUsd });
  });

  test("a call whose price was not known when it began counts what it cost in the end", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const usageKey = await letThrough(scene, ana, { microUsd: null });
    expect((await usedBy(scene, ana)).microUsd).toBe(0);
    await scene.first.settleUsage(usageKey, settlement({ costMicroUsd: 12 }), scene.now);
    expect((await usedBy(scene, ana)).microUsd).toBe(12);
  });

  test("a call is settled once, however often and from wherever", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const usageKey = await letThrough(scene, ana);
    const told = settlement({ inputTokens: 10, outputTokens: 5, costMicroUsd: 4 });
    await scene.first.settleUsage(usageKey, told, scene.now);
    await scene.second.settleUsage(usageKey, FAILURE, scene.now);
    await scene.first.settleUsage(usageKey + 1, FAILURE, scene.now);
    expect(await usedBy(scene, ana)).toEqual({ requests: 1, tokens: 15, microUsd: 4 });
    expect(only(await rowsOf(scene, ana))).toMatchObject({
      inputTokens: 10,
      outputTokens: 5,
      costMicroUsd: 4,
    });
  });

  test("a call is settled in the spans in which it began", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const beganAt = (scene.now = Date.UTC(2026, 5, 30, 23, 59, 59));
    const usageKey = await letThrough(scene, ana);
    scene.pass(2 * SECOND);
    await letThrough(scene, ana, { tokens: 7, microUsd: 3 });
    await scene.first.settleUsage(usageKey, settlement({ inputTokens: 1, costMicroUsd: 1 }), scene.now);
    expect(await usedBy(scene, ana, beganAt)).toEqual({ requests: 1, tokens: 1, microUsd: 1 });
    expect(await usedBy(scene, ana)).toEqual({ requests: 1, tokens: 7, microUsd: 3 });
  });

  test("a span that began anew behind a clock's leap never counts below nothing", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const beganAt = scene.now;
    const usageKey = await letThrough(scene, ana);
    scene.now = beganAt + 60 * DAY_MS;
    await letThrough(scene, ana);
    scene.now = beganAt;
    await letThrough(scene, ana, { tokens: 7, microUsd: 3 });
    await scene.first.settleUsage(usageKey, FAILURE, scene.now);
    expect(await usedBy(scene, ana)).toMatchObject({ tokens: 0 });
  });

  test("what a dead process reserved stands, and is settled as unknown", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const settled = await letThrough(scene, ana);
    await scene.first.settleUsage(settled, settlement({ inputTokens: 1, costMicroUsd: 1 }), scene.now);
    const lost = await letThrough(scene, ana);
    await letThrough(scene, null);
    const before = await usedBy(scene, ana);
    expect(await scene.second.settleLostUsage(scene.now)).toBe(2);
    expect(await scene.first.settleLostUsage(scene.now)).toBe(0);
    await scene.first.settleUsage(lost, FAILURE, scene.now);
    expect(await usedBy(scene, ana)).toEqual(before);
    expect(before).toEqual({ requests: 2, tokens: 101, microUsd: 51 });
  });

  test("a user's calls are summed by provider, model, step and whose key it was, from a moment on", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const take = async (userId: string, kind: Partial<PlannedCall>, told: Parameters<typeof settlement>[0]) =>
      scene.first.settleUsage(await letThrough(scene, userId, kind), settlement(told), scene.now);
    await take(ana, {}, { inputTokens: 1_000, outputTokens: 1_000, costMicroUsd: 1_000 });
    const since = (scene.now += SECOND);
    await take(ana, {}, { inputTokens: 10, outputTokens: 1, costMicroUsd: 5 });
    await take(ana, {}, { inputTokens: 20, outputTokens: 2, costMicroUsd: 6 });
    await take(ana, { credentialSource: "owner" }, { inputTokens: 1, outputTokens: 1, costMicroUsd: 0 });
    await take(ana, { model: "whisper", step: "transcribe" }, { audioSeconds: 1.5 });
    await take(ana, { model: "whisper", step: "transcribe" }, { audioSeconds: 2, costMicroUsd: 3 });
    await take(ana, { provider: "openai" }, { inputTokens: 4 });
    await take(ana, { provider: "openai" }, FAILURE);
    await letThrough(scene, ana, { provider: "openai" });
    await take(bia, {}, { inputTokens: 999 });
    const small = { provider: "groq", model: "small", step: "ask", credentialSource: "user" };
    const whisper = { ...small, model: "whisper", step: "transcribe" };
    expect(await rowsOf(scene, ana, since)).toEqual([
      { ...small, credentialSource: "owner", ...sums(1, 1, 1, null, 0, 0) },
      { ...small, ...sums(2, 30, 3, null, 11, 0) },
      { ...whisper, ...sums(2, null, null, 3.5, 3, 1) },
      { ...small, provider: "openai", ...sums(3, 4, null, null, null, 1) },
    ]);
  });
}

function sums(
  calls: number,
  inputTokens: number | null,
  outputTokens: number | null,
  audioSeconds: number | null,
  costMicroUsd: number | null,
  unpricedCalls: number,
) {
  return { calls, inputTokens, outputTokens, audioSeconds, costMicroUsd, unpricedCalls };
}
