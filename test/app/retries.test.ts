// A model that fails: what is tried again and when, what is not, and that nothing is paid for twice.
import { describe, expect, test } from "bun:test";
import type { Store } from "../../src/db/store.ts";
import { AI_TEST_KEY } from "../doubles/ai.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { lastTurn, listed, metric } from "./signed.ts";

/** Waits between the attempts of a turn, in ms, as the plan has it; each may be moved by a fifth. */
const WAITS_MS = [1_000, 5_000, 25_000, 120_000];

const GROQ = { GROQ_API_KEY: AI_TEST_KEY, GROQ_BASE_URL: "http://ai.test" };

async function sayAndWait(app: TestApp, text = "oi"): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

const outcomes = (app: TestApp): string[] => app.ai.asked.map(({ outcome }) => outcome);

describe("an attempt that fails", () => {
  test("with a 500 is repeated after 1, 5, 25 and 120 s, give or take a fifth", async () => {
    await using app = await openTestApp();
    app.ai.failNext("server_error", 4);
    const moments: number[] = [];
    await sayAndWait(app);
    for (let elapsedMs = 0; elapsedMs < 200_000; elapsedMs += 100) {
      if (moments.length < app.ai.asked.length) moments.push(app.clock.now());
      await app.clock.tick(100);
    }
    const waits = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    expect(waits).toHaveLength(4);
    for (const [index, waitMs] of waits.entries()) {
      const planned = WAITS_MS[index] ?? 0;
      expect(waitMs).toBeWithin(planned * 0.8 - 1, planned * 1.2 + 102);
    }
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", errorAttempts: 4 });
  });

  test("with a 429 waits as long as the provider says, not a moment less", async () => {
    await using app = await openTestApp();
    app.ai.failNext("rate_limited", 1, { "retry-after": "90" });
    await sayAndWait(app);
    await app.clock.tick(89_980);
    expect(outcomes(app)).toEqual(["rate_limited"]);
    await app.clock.tick(20);
    expect(outcomes(app)).toEqual(["rate_limited", "answered"]);
  });

  test("keeps the provider's wait when the customer writes meanwhile, and answers both at once", async () => {
    await using app = await openTestApp();
    app.ai.failNext("rate_limited", 1, { "retry-after": "120" });
    await sayAndWait(app, "um");
    await sayAndWait(app, "dois");
    await app.clock.tick(89_960);
    expect(app.ai.asked).toHaveLength(1);
    await app.clock.tick(100);
    expect(app.ai.asked[1]?.prompt).toContain("[1] um\n[2] dois");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test.each(["html", "malformed_json", "empty_choices", "empty_content"] as const)(
    "with %s is repeated, and nothing of it is sent",
    async (failure) => {
      await using app = await openTestApp();
      app.ai.failNext(failure);
      await sayAndWait(app);
      await app.clock.tick(1_500);
      expect(outcomes(app)).toEqual([failure, "answered"]);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    },
  );

  test("with broken JSON twice is asked a third time, and only the good answer is sent", async () => {
    await using app = await openTestApp();
    const answers = ['{"shouldRespond":', '{"intent":"x"}', '{"shouldRespond":true,"content":"Dez."}'];
    app.ai.rawAnswer(answers[0] ?? "");
    await sayAndWait(app);
    app.ai.rawAnswer(answers[1] ?? "");
    await app.clock.tick(1_500);
    app.ai.rawAnswer(answers[2] ?? "");
    await app.clock.tick(7_000);
    expect(app.ai.asked).toHaveLength(3);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Dez."]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", errorAttempts: 2 });
  });

  test("because the prompt is too long is asked again at once, without history", async () => {
    await using app = await openTestApp();
    await sayAndWait(app, "antes");
    app.ai.failNext("context_too_long");
    await sayAndWait(app, "agora");
    expect(outcomes(app)).toEqual(["answered", "context_too_long", "answered"]);
    expect(app.ai.asked[1]?.messages).toHaveLength(4);
    expect(app.ai.asked[2]?.messages).toHaveLength(2);
    expect(app.ai.asked[2]?.prompt).toContain("[1] agora");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
  });

  test("because the prompt is too long even without history is failed at once", async () => {
    await using app = await openTestApp();
    app.ai.failNext("context_too_long", 2);
    await sayAndWait(app);
    expect((await listed(app, "/jobs"))[0]).toMatchObject({
      state: "failed",
      errorCode: "ai_context_too_long",
    });
    expect(app.ai.asked).toHaveLength(1);
  });
});

describe("a refusal that will not pass by itself", () => {
  test.each(["billing", "unauthorized"] as const)(
    "(%s) fails the job at once and names a fix",
    async (failure) => {
      await using app = await openTestApp();
      app.ai.failNext(failure);
      await sayAndWait(app);
      const [job] = await listed(app, "/jobs");
      expect(job).toMatchObject({ state: "failed", outcome: "failed", errorCode: "ai_refused", attempts: 1 });
      expect(String(job?.["errorMessage"])).toContain("Check the");
      await app.clock.tick(3_600_000);
      expect(app.ai.asked).toHaveLength(1);
      expect(await metric(app, 'lull_turns_total{outcome="failed",reason="ai_refused"}')).toBe(1);
    },
  );

  test("never shows the key, in the job, in an event or to the customer", async () => {
    await using app = await openTestApp();
    app.ai.failNext("unauthorized");
    await sayAndWait(app);
    const seen = JSON.stringify([await listed(app, "/jobs"), app.events, app.chatwoot.visible(CONVERSATION)]);
    expect(seen).not.toContain(AI_TEST_KEY);
  });
});

describe("five attempts that end in an error", () => {
  async function openFailed(): Promise<TestApp> {
    const app = await openTestApp();
    app.ai.failNext("server_error", 5);
    await sayAndWait(app);
    await app.clock.tick(300_000);
    return app;
  }

  test("fail the job, with its messages and a reason that the admin sees", async () => {
    await using app = await openFailed();
    expect(outcomes(app)).toEqual(Array<string>(5).fill("server_error"));
    expect(await lastTurn(app)).toMatchObject({
      state: "failed",
      outcome: "failed",
      errorCode: "ai_unavailable",
      attempts: 5,
      errorAttempts: 5,
      messages: [{ outcome: "failed", reason: "ai_unavailable" }],
    });
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "failed" });
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
  });

  test("and then a retry by the admin answers, once", async () => {
    await using app = await openFailed();
    const [job] = await listed(app, "/jobs");
    const path = `/jobs/${String(job?.["id"])}/retry`;
    expect(await app.admin("POST", path)).toMatchObject({ status: 200, body: { success: true } });
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    const turn = await lastTurn(app);
    expect(turn).toMatchObject({ state: "completed", outcome: "answered" });
    expect(turn.messages).toMatchObject([{ outcome: "answered", replyId: turn.deliveries[0]?.["id"] }]);
    expect((await app.admin("POST", path)).status).toBe(404);
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("do not keep later messages of the conversation from an answer", async () => {
    await using app = await openFailed();
    await sayAndWait(app, "alguém?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(app.ai.asked.at(-1)?.messages).toContainEqual({ role: "user", content: "oi" });
  });
});

describe("with two providers", () => {
  const openBoth = (env: Record<string, string> = {}) => openTestApp({ env: { ...GROQ, ...env } });
  const providers = (app: TestApp): string[] => app.ai.asked.map(({ provider }) => provider);

  test("the first in order is asked, the other only when that one fails, in the same attempt", async () => {
    await using app = await openBoth();
    await sayAndWait(app);
    app.ai.failNext("server_error");
    await sayAndWait(app, "e agora?");
    expect(providers(app)).toEqual(["groq", "groq", "openai"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
    expect((await lastTurn(app)).steps).toMatchObject([
      { name: "identify", attempt: 1 },
      { outcome: "ai_unavailable", attempt: 1, detail: { provider: "groq" } },
      { outcome: "ok", attempt: 1, detail: { provider: "openai" } },
      { name: "decide", attempt: 1 },
    ]);
  });

  test("AI_PROVIDER_ORDER says which comes first", async () => {
    await using app = await openBoth({ AI_PROVIDER_ORDER: "openai,groq" });
    await sayAndWait(app);
    expect(providers(app)).toEqual(["openai"]);
  });

  test.each(["billing", "unauthorized", "rate_limited", "empty_content"] as const)(
    "one that fails with %s is stepped over",
    async (failure) => {
      await using app = await openBoth();
      app.ai.failNext(failure);
      await sayAndWait(app);
      expect(providers(app)).toEqual(["groq", "openai"]);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    },
  );

  test("a silent first one costs its own time limit, then the other answers", async () => {
    await using app = await openBoth({ AI_PROCESSING_TIMEOUT_MS: "4000" });
    app.ai.failNext("hang");
    await sayAndWait(app);
    await app.clock.tick(4_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("when one refuses for good and the other is only busy, the turn is tried again", async () => {
    await using app = await openBoth();
    app.ai.failNext("unauthorized");
    app.ai.failNext("server_error");
    await sayAndWait(app);
    expect((await listed(app, "/jobs"))[0]).toMatchObject({
      state: "scheduled",
      errorCode: "ai_unavailable",
    });
    await app.clock.tick(1_500);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("when both refuse for good, the job is failed at once", async () => {
    await using app = await openBoth();
    app.ai.failNext("unauthorized");
    app.ai.failNext("billing");
    await sayAndWait(app);
    expect((await listed(app, "/jobs"))[0]).toMatchObject({ state: "failed", errorCode: "ai_refused" });
  });
});

/** A store whose `endTurn` goes wrong the first time. */
function firstEndGoesWrong(how: "throws" | "never answers") {
  let isFirst = true;
  return (store: Store): Store => ({
    ...store,
    endTurn(...args) {
      if (!isFirst) return store.endTurn(...args);
      isFirst = false;
      return how === "throws"
        ? Promise.reject(new Error("disk full"))
        : Promise.withResolvers<never>().promise;
    },
  });
}

describe("an answer that was paid for", () => {
  test("is not asked again when its turn could not be settled", async () => {
    await using app = await openTestApp({ wrapStore: firstEndGoesWrong("throws") });
    await sayAndWait(app);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    await app.clock.tick(1_500);
    expect(app.ai.asked).toHaveLength(1);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("is not asked again when the process died before the settle", async () => {
    await using app = await openTestApp({ wrapStore: firstEndGoesWrong("never answers") });
    await sayAndWait(app);
    await app.crash();
    await app.start();
    await app.clock.tick(1_000);
    expect(app.ai.asked).toHaveLength(1);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", crashAttempts: 1 });
  });

  test("is asked again when the turn has changed since: it was an answer to something else", async () => {
    await using app = await openTestApp({ wrapStore: firstEndGoesWrong("never answers") });
    await app.receive("fica");
    const gone = await app.receive("some");
    await app.clock.tick(30_010);
    await app.deliver(app.chatwoot.deleteMessage(gone.messageId));
    await app.crash();
    await app.start();
    await app.clock.tick(1_000);
    expect(app.ai.asked.map(({ prompt }) => prompt.includes("some"))).toEqual([true, false]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});
