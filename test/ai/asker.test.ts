// A question from the choice of a key to the settled account: fail-over, rests, limits, costs, and no key in any trace.
import { describe, expect, test } from "bun:test";
import { PRICES_AS_OF } from "../../src/ai/prices.ts";
import { type Store, StoreError } from "../../src/db/store.ts";
import type { UserLimits } from "../../src/ai/limits.ts";
import { AppError, type ErrorCode } from "../../src/errors.ts";
import { AI_FAILURES } from "../doubles/ai.ts";
import { MODEL_TIMEOUT_MS, type House, openHouse } from "./house.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const GROQ_KEY = { provider: "groq", apiKey: "env-groq-key" } as const;
const OPENAI_KEY = { provider: "openai", apiKey: "env-openai-key" } as const;
const NO_LIMITS: UserLimits = {
  requestsPerMinuteMax: null,
  tokensPerDayMax: null,
  spendPerMonthMaxMicroUsd: null,
};

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const failure = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof AppError)) throw new Error("expected an AppError", { cause: failure });
  return failure;
}

/** Keys in the order they were asked with. */
const asked = (house: House): string[] => house.ai.asked.map(({ key }) => key);

describe("an answer", () => {
  test("names the key that gave it, and so does every call on the way", async () => {
    await using house = await openHouse({ systemKeys: [OPENAI_KEY] });
    const senderId = await house.addUser();
    const credentialId = await house.addKey(senderId, "own-key");
    house.ai.failNext("server_error");
    const answer = await house.ask({ senderId });
    expect(answer).toMatchObject({
      provider: "openai",
      source: "system",
      credentialId: null,
      inputTokens: 100,
    });
    expect(
      house.attempts.map(({ provider, outcome, source, credentialId: id }) => [
        provider,
        outcome,
        source,
        id,
      ]),
    ).toEqual([
      ["groq", "ai_unavailable", "user", credentialId],
      ["openai", "ok", "system", null],
    ]);
  });

  test("without any key is an error that says what to do", async () => {
    await using house = await openHouse();
    const failure = await failureOf(house.ask({}));
    expect([failure.code, failure.retryable, failure.fix]).toEqual([
      "no_credential",
      false,
      "Set GROQ_API_KEY or OPENAI_API_KEY, or add a key of the user's own, then retry the job.",
    ]);
    expect(house.usage()).toEqual([]);
  });

  test("in a playground without a key comes from the offline responder, and costs nothing", async () => {
    await using house = await openHouse();
    const answer = await house.ask({ isPlayground: true });
    expect(answer).toMatchObject({ provider: "offline", source: "system", credentialId: null });
    expect(house.usage()).toMatchObject([{ outcome: "ok", cost_micro_usd: 0, user_id: null }]);
  });
});

describe("after a failure", () => {
  test("of the sender's key the owner's answers at another provider, and the first is left alone meanwhile", async () => {
    await using house = await openHouse();
    const [senderId, ownerId] = [await house.addUser(), await house.addUser()];
    await house.addKey(senderId, "sender-key");
    await house.addKey(ownerId, "owner-key", { provider: "openai" });
    house.ai.failNext("unauthorized");
    expect((await house.ask({ senderId, ownerId })).source).toBe("owner");
    await house.clock.tick(60 * MINUTE - 1);
    expect((await house.ask({ senderId, ownerId })).source).toBe("owner");
    await house.clock.tick(1);
    expect((await house.ask({ senderId, ownerId })).source).toBe("user");
    expect(asked(house)).toEqual(["sender-key", "owner-key", "owner-key", "sender-key"]);
  });

  test("a rate limit holds as long as the provider said", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    house.ai.failNext("rate_limited", 1, { "retry-after": "7" });
    for (const waitMs of [7 * SECOND - 1, 1, 0]) {
      await house.ask({});
      await house.clock.tick(waitMs);
    }
    expect(asked(house)).toEqual(["env-groq-key", "env-openai-key", "env-openai-key", "env-groq-key"]);
  });

  test.each(["no_such_model", "server_error", "html", "empty_content"] as const)(
    "%s the next is asked, and the key keeps its place",
    async (mode) => {
      await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
      house.ai.failNext(mode);
      await house.ask({});
      await house.ask({});
      expect(asked(house)).toEqual(["env-groq-key", "env-openai-key", "env-groq-key"]);
      expect(house.events.filter(({ name }) => name === "credential.resting")).toEqual([]);
    },
  );

  test("a key that was too slow keeps its place", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    house.ai.failNext("hang");
    const answer = house.ask({});
    await house.clock.tick(MODEL_TIMEOUT_MS);
    expect((await answer).provider).toBe("openai");
    await house.ask({});
    expect(asked(house)).toEqual(["env-groq-key", "env-openai-key", "env-groq-key"]);
  });

  test("of all for their rates, nobody is asked until the first may be", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    house.ai.failNext("rate_limited", 2, { "retry-after": "90" });
    await failureOf(house.ask({}));
    await house.clock.tick(30 * SECOND);
    const failure = await failureOf(house.ask({}));
    expect([failure.code, failure.retryable, failure.retryAfterMs]).toEqual([
      "ai_unavailable",
      true,
      60 * SECOND,
    ]);
    expect(house.ai.asked).toHaveLength(2);
    await house.clock.tick(failure.retryAfterMs ?? 0);
    expect((await house.ask({})).provider).toBe("groq");
  });

  test("a refusal is not final while another key only waits out its rate", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    house.ai.failNext("rate_limited", 1, { "retry-after": "90" });
    await house.ask({});
    house.ai.failNext("no_such_model");
    const failure = await failureOf(house.ask({}));
    expect([failure.code, failure.retryable, failure.retryAfterMs]).toEqual([
      "ai_unavailable",
      true,
      90 * SECOND,
    ]);
  });

  test("of the only key by its refusal, that is said, and that it rests", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    house.ai.failNext("unauthorized");
    expect((await failureOf(house.ask({}))).code).toBe("ai_refused");
    const failure = await failureOf(house.ask({}));
    expect(failure.code).toBe("ai_refused");
    expect(failure.message).toContain("rests since it was refused (unauthorized)");
    expect(house.ai.asked).toHaveLength(1);
    await house.credentials.wake();
    expect((await house.ask({})).text).toContain("ok");
  });
});

describe("every call", () => {
  test("is reserved before and settled by what it took", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    const credentialId = await house.addKey(senderId, "own-key");
    house.ai.hold();
    const answer = house.ask({ senderId });
    await house.clock.settle();
    const [reserved] = house.usage();
    expect(reserved).toMatchObject({
      user_id: senderId,
      credential_id: credentialId,
      credential_source: "user",
      provider: "groq",
      model: "openai/gpt-oss-20b",
      step: "generate",
      subject_id: "turn-1",
      price_date: PRICES_AS_OF,
      outcome: null,
    });
    expect(reserved?.reserved_tokens).toBeGreaterThan(2_000);
    expect(reserved?.reserved_micro_usd).toBeGreaterThan(600);
    house.ai.release();
    await answer;
    // 100 tokens in at 0.075 and 20 out at 0.30 dollars a million.
    const settled = { outcome: "ok", input_tokens: 100, output_tokens: 20, cost_micro_usd: 14 };
    expect(house.usage()).toMatchObject([settled]);
    expect(await house.figure("lull_ai_cost_usd_total")).toEqual([
      { value: 0.000014, labels: { provider: "groq", model: "openai/gpt-oss-20b" } },
    ]);
  });

  test("of a model without a known price costs an unknown amount, not nothing", async () => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key", { model: "somebody/new-model" });
    await house.ask({ senderId });
    const unknown = { outcome: "ok", reserved_micro_usd: null, cost_micro_usd: null };
    expect(house.usage()).toMatchObject([unknown]);
    expect(await house.figure("lull_ai_cost_usd_total")).toEqual([]);
  });

  test("that failed is settled as such, and gives back what it reserved", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    const senderId = await house.addUser();
    house.ai.failNext("server_error", 2);
    await failureOf(house.ask({ senderId }));
    expect(house.usage().map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ["groq", "ai_unavailable"],
      ["openai", "ai_unavailable"],
    ]);
    expect(await usedTokens(house, senderId)).toBe(0);
  });

  test("whose answer was of no use counts as taken: it was written, and is charged", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const senderId = await house.addUser();
    house.ai.failNext("empty_content");
    await failureOf(house.ask({ senderId }));
    expect(house.usage()).toMatchObject([{ outcome: "ai_bad_answer" }]);
    expect(await usedTokens(house, senderId)).toBe(house.usage()[0]?.reserved_tokens);
  });

  test("that ran out of time is settled as maybe done", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const senderId = await house.addUser();
    house.ai.failNext("stall_body");
    const failing = failureOf(house.ask({ senderId }));
    await house.clock.tick(MODEL_TIMEOUT_MS);
    expect((await failing).code).toBe("ai_unavailable");
    expect(house.usage()).toMatchObject([{ outcome: "timeout", input_tokens: null, cost_micro_usd: null }]);
    expect(await usedTokens(house, senderId)).toBe(house.usage()[0]?.reserved_tokens);
  });

  test("that its caller left is settled as maybe done, and blames no key", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY, OPENAI_KEY] });
    const senderId = await house.addUser();
    house.ai.failNext("hang");
    const stop = new AbortController();
    const reason = new Error("superseded");
    const call = house.ask({ senderId }, stop.signal).catch((error: unknown) => error);
    await house.clock.settle();
    stop.abort(reason);
    expect(await call).toBe(reason);
    expect(house.usage()).toMatchObject([{ outcome: "unknown", provider: "groq" }]);
    expect(await usedTokens(house, senderId)).toBe(house.usage()[0]?.reserved_tokens);
    expect(house.attempts).toEqual([]);
  });

  test("counts against the one whose key it is; the operator's against the sender, else the owner", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const [senderId, ownerId, keylessId] = [
      await house.addUser(),
      await house.addUser(),
      await house.addUser(),
    ];
    await house.addKey(senderId, "sender-key");
    await house.addKey(ownerId, "owner-key");
    await house.ask({ senderId, ownerId });
    await house.ask({ senderId: keylessId, ownerId });
    await house.ask({ senderId: keylessId });
    await house.ask({ ownerId: keylessId });
    await house.ask({});
    expect(house.usage().map((row) => [row.credential_source, row.user_id])).toEqual([
      ["user", senderId],
      ["owner", ownerId],
      ["system", keylessId],
      ["system", keylessId],
      ["system", null],
    ]);
  });

  test("is not made when it cannot be counted", async () => {
    await using house = await openHouse({
      systemKeys: [GROQ_KEY, OPENAI_KEY],
      wrapStore: failing("reserveUsage"),
    });
    const failure = await house.ask({}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(house.ai.asked).toEqual([]);
  });

  test.each(["settleUsage", "markCredentialUsed"] as const)(
    "that is paid for gives its answer, even if %s fails",
    async (method) => {
      await using house = await openHouse({ wrapStore: failing(method) });
      const senderId = await house.addUser();
      const credentialId = await house.addKey(senderId, "own-key");
      expect((await house.ask({ senderId })).credentialId).toBe(credentialId);
      expect(house.events.filter(({ level }) => level === "error")).toMatchObject([
        { name: "usage.unsettled", fields: { credentialId } },
      ]);
    },
  );
});

describe("a limit", () => {
  test.each<[string, Partial<UserLimits>, ErrorCode]>([
    ["requests per minute", { requestsPerMinuteMax: 1 }, "rate_limited"],
    ["tokens per day", { tokensPerDayMax: 2_200 }, "rate_limited"],
    ["spending per month", { spendPerMonthMaxMicroUsd: 620 }, "spend_ceiling"],
  ])("of %s stops before the call, whoever else might answer", async (limit, limits, code) => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const senderId = await house.addUser();
    await house.addKey(senderId, "own-key");
    await house.store.setLimits(senderId, { ...NO_LIMITS, ...limits }, house.clock.now());
    await house.ask({ senderId });
    const failure = await failureOf(house.ask({ senderId }));
    expect([failure.code, failure.status, failure.retryable]).toEqual([code, 429, false]);
    expect(failure.message).toBe(`The user's limit of ${limit} is reached.`);
    expect(asked(house)).toEqual(["own-key"]);
    expect(house.attempts.map(({ outcome }) => outcome)).toEqual(["ok"]);
    expect(house.usage()).toHaveLength(1);
    expect((await house.ask({})).source).toBe("system");
  });

  test("is told once when it comes near, and once when it is reached", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const senderId = await house.addUser();
    await house.store.setLimits(senderId, { ...NO_LIMITS, requestsPerMinuteMax: 5 }, house.clock.now());
    for (let count = 0; count < 5; count++) await house.ask({ senderId });
    for (let count = 0; count < 3; count++) await failureOf(house.ask({ senderId }));
    const kind = "requests_per_minute";
    expect(house.timeline()).toEqual([
      { name: "limit.warning", subject_id: senderId, detail: { kind, used: 4, max: 5 } },
      { name: "limit.reached", subject_id: senderId, detail: { kind, used: 5, max: 5 } },
    ]);
    const told = house.events.filter(({ name }) => name.startsWith("limit."));
    expect(told).toEqual([
      { level: "warning", name: "limit.warning", fields: { userId: senderId, kind, used: 4, max: 5 } },
      { level: "warning", name: "limit.reached", fields: { userId: senderId, kind, used: 5, max: 5 } },
    ]);
    expect(await house.figure("lull_limit_notices_total")).toEqual([
      { value: 1, labels: { kind, level: "warning" } },
      { value: 1, labels: { kind, level: "reached" } },
    ]);
  });

  test("holds for calls at the same time: what is reserved counts as taken", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const senderId = await house.addUser();
    await house.store.setLimits(senderId, { ...NO_LIMITS, requestsPerMinuteMax: 3 }, house.clock.now());
    const calls = Array.from({ length: 8 }, () => house.ask({ senderId }).catch((error: unknown) => error));
    const outcomes = (await Promise.all(calls)).map((end) => (end instanceof AppError ? end.code : "ok"));
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === "rate_limited")).toHaveLength(5);
    expect(house.ai.asked).toHaveLength(3);
  });

  test("is over when its span is", async () => {
    await using house = await openHouse({ systemKeys: [GROQ_KEY] });
    const senderId = await house.addUser();
    await house.store.setLimits(senderId, { ...NO_LIMITS, requestsPerMinuteMax: 1 }, house.clock.now());
    await house.ask({ senderId });
    await failureOf(house.ask({ senderId }));
    await house.clock.tick(MINUTE);
    expect((await house.ask({ senderId })).provider).toBe("groq");
  });
});

const CANARY = "sk-canary-4f9b2c7e8d1a6053";

describe.each(["groq", "openai"] as const)("a key at %s", (provider) => {
  test.each(AI_FAILURES)("leaves no trace after %s", async (mode) => {
    await using house = await openHouse();
    const senderId = await house.addUser();
    await house.addKey(senderId, CANARY, { provider });
    house.ai.failNext(mode);
    const failing = failureOf(house.ask({ senderId }));
    await house.clock.tick(MODEL_TIMEOUT_MS);
    const failure = await failing;
    expect(asked(house)).toEqual([CANARY]);
    const told = [
      Bun.inspect(failure, { depth: 10 }),
      failure.stack,
      JSON.stringify([failure, house.attempts, house.events, house.timeline()]),
      JSON.stringify(await house.metrics.registry.getMetricsAsJSON()),
      house.stored(),
    ].join("\n");
    expect(told).not.toContain(CANARY.slice(3, -4));
    expect(told).toContain(senderId);
  });
});

async function usedTokens(house: House, userId: string): Promise<number | undefined> {
  const now = house.clock.now();
  const report = await house.store.usageOf(userId, 0, now);
  return report?.spans.find(({ kind }) => kind === "tokens_per_day")?.used;
}

/** A store that is full as soon as this is called. */
function failing(method: "reserveUsage" | "settleUsage" | "markCredentialUsed") {
  return (store: Store): Store => ({
    ...store,
    [method]: () => Promise.reject(new StoreError("full", new Error("no room"))),
  });
}
