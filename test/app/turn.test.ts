// One turn: what the model is shown, what becomes of what it says, and how many are worked on at once.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { lastTurn, listed, metric } from "./signed.ts";

/** The customer's turn as the model read it, without its heading. */
function turnLines(app: TestApp, index = -1): string[] {
  return app.ai.asked.at(index)?.prompt.split("\n").slice(1) ?? [];
}

/** What stood between the instructions and the turn. */
function historyOf(app: TestApp, index = -1) {
  return app.ai.asked.at(index)?.messages.slice(1, -1) ?? [];
}

async function sayAndWait(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

describe("the messages of a turn", () => {
  test("stand in Chatwoot's order, in whatever order they came", async () => {
    const texts = ["um", "dois", "três", "quatro", "cinco"];
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    await fc.assert(
      fc.asyncProperty(order, async (shuffled) => {
        await using app = await openTestApp();
        const deliveries = texts.map((text) => app.chatwoot.customerSays(CONVERSATION, text));
        for (const index of shuffled) {
          const delivery = deliveries[index];
          if (delivery !== undefined) await app.deliver(delivery);
        }
        await app.clock.tick(30_010);
        expect(turnLines(app)).toEqual(texts.map((text, index) => `[${index + 1}] ${text}`));
      }),
      { numRuns: 6 },
    );
  });

  test("are all answered by the same reply, and the turn tells how long each step took", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    await sayAndWait(app, "dois");
    const turn = await lastTurn(app);
    const replyId = turn.deliveries[0]?.["id"];
    expect(turn.messages).toMatchObject([
      { content: "um", outcome: "answered", replyId },
      { content: "dois", outcome: "answered", replyId },
    ]);
    expect(turn).toMatchObject({ state: "completed", outcome: "answered", attempts: 1, errorAttempts: 0 });
    expect(turn.steps).toMatchObject([
      { name: "identify", outcome: "ok", detail: { userId: null, matchedBy: "contact" } },
      {
        name: "generate",
        outcome: "ok",
        attempt: 1,
        detail: { provider: "openai", inputTokens: 100, outputTokens: 20 },
      },
      { name: "decide", outcome: "ok", detail: { shouldRespond: true, readAs: "json" } },
    ]);
  });
});

describe("the history of a turn", () => {
  test("holds what was said before by customer, bot and person, and never the turn itself", async () => {
    await using app = await openTestApp();
    app.ai.answerWith("Custa dez.");
    await sayAndWait(app, "quanto custa?");
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana: dez e cinquenta"));
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await app.receive("e o azul?");
    await sayAndWait(app, "e o verde?");
    expect(historyOf(app)).toEqual([
      { role: "user", content: "quanto custa?" },
      { role: "assistant", content: "Custa dez." },
      { role: "assistant", content: "(a colleague wrote) Ana: dez e cinquenta" },
    ]);
    expect(turnLines(app)).toEqual(["[1] e o azul?", "[2] e o verde?"]);
  });

  test("holds nothing that came later than the turn", async () => {
    await using app = await openTestApp();
    app.ai.failNext("server_error");
    await sayAndWait(app, "um");
    await app.deliver(app.chatwoot.customerSays(CONVERSATION, "dois"));
    await app.clock.tick(2_000);
    expect(app.ai.asked).toHaveLength(2);
    expect(JSON.stringify(app.ai.asked[1]?.messages)).not.toContain("dois");
  });

  test("of one conversation is never seen in another", async () => {
    await using app = await openTestApp();
    await app.receive("segredo de um", { conversationId: 1 });
    await app.clock.tick(30_010);
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(30_010);
    expect(JSON.stringify(app.ai.asked.at(-1)?.messages)).not.toContain("segredo");
  });

  test("is all that was said and is in no summary yet", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_SIZE: "1" } });
    for (let index = 1; index <= 15; index++) {
      await app.receive(`m${index}`);
      await app.clock.tick(20);
    }
    const lines = historyOf(app).filter(({ role }) => role === "user");
    expect(historyOf(app)).toHaveLength(28);
    expect(lines.at(-1)?.content).toBe("m14");
    expect(lines[0]?.content).toBe("m1");
  });
});

describe("what the model says", () => {
  test.each<[name: string, answer: string, sent: string]>([
    [
      "as JSON is sent as its content",
      '{"shouldRespond":true,"content":"Dez.","confidence":0.9,"intent":"x","actions":[]}',
      "Dez.",
    ],
    ["as JSON in a code fence is read", '```json\n{"shouldRespond":true,"content":"Dez."}\n```', "Dez."],
    ["as JSON with a comma too many is repaired", '{"shouldRespond":true,"content":"Dez.",}', "Dez."],
    [
      "as JSON that breaks off after its content is repaired",
      '{"shouldRespond":true,"content":"Dez.","confi',
      "Dez.",
    ],
    ["as plain text is the reply", "São dez reais.", "São dez reais."],
  ])("%s", async (_name, answer, sent) => {
    await using app = await openTestApp();
    app.ai.rawAnswer(answer);
    await sayAndWait(app, "quanto custa?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([sent]);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("when it is silence is recorded as its own, with a reason, a figure, and no POST", async () => {
    await using app = await openTestApp();
    app.ai.rawAnswer('{"shouldRespond":false,"content":"","confidence":1,"intent":"thanks","actions":[]}');
    await sayAndWait(app, "obrigada!");
    const turn = await lastTurn(app);
    expect(turn).toMatchObject({
      state: "completed",
      outcome: "silenced",
      reason: "model_silent",
      deliveries: [],
    });
    expect(turn.messages).toMatchObject([{ outcome: "silenced", reason: "model_silent", replyId: null }]);
    expect(await metric(app, 'lull_turns_total{outcome="silenced",reason="model_silent"}')).toBe(1);
    expect(await metric(app, 'lull_silences_total{reason="model_silent"}')).toBe(1);
    await app.clock.tick(600_000);
    expect(app.ai.asked).toHaveLength(1);
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
  });
});

describe("turns at once", () => {
  test("are never two in one conversation, though a second burst has long closed", async () => {
    await using app = await openTestApp({ env: { AI_PROCESSING_TIMEOUT_MS: "600000" } });
    app.ai.hold();
    await sayAndWait(app, "um");
    await sayAndWait(app, "dois");
    await sayAndWait(app, "três");
    expect(app.ai.waiting).toBe(1);
    expect(app.ai.asked).toHaveLength(1);
    const states = (await listed(app, "/jobs")).map(({ state }) => String(state));
    expect(states.toSorted()).toEqual(["completed", "running", "scheduled"]);
    app.ai.release();
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(turnLines(app)).toEqual(["[1] um", "[2] dois", "[3] três"]);
  });

  test("are never more than AI_MAX_CONCURRENCY, and every conversation gets its own", async () => {
    await using app = await openTestApp({ env: { AI_MAX_CONCURRENCY: "3" } });
    let most = 0;
    app.ai.answerWith(({ prompt }) => {
      most = Math.max(most, app.ai.waiting + 1);
      return `answer to ${prompt.split("[1] ")[1]}`;
    });
    app.ai.hold();
    const ids = Array.from({ length: 10 }, (_, index) => index + 1);
    for (const id of ids) await app.receive(`c${id}`, { conversationId: id });
    await app.clock.tick(30_010);
    await app.clock.tick(25_000);
    expect(app.ai.waiting).toBe(3);
    expect(app.ai.asked).toHaveLength(3);
    app.ai.release();
    await app.clock.tick(1_000);
    expect(most).toBeLessThanOrEqual(3);
    for (const id of ids) expect(app.chatwoot.sent(id)).toEqual([`answer to c${id}`]);
  });

  test("wait for a reply of the conversation whose fate is unknown", async () => {
    await using app = await openTestApp();
    const sentBefore: number[] = [];
    app.ai.answerWith(() => {
      sentBefore.push(app.chatwoot.sent(CONVERSATION).length);
      return "ok";
    });
    app.chatwoot.failNext("hang");
    await sayAndWait(app, "um");
    await sayAndWait(app, "dois");
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "unknown", sends: 1 });
    expect((await listed(app, "/jobs"))[0]).toMatchObject({ state: "scheduled", attempts: 0 });
    await app.clock.tick(60_000);
    expect(sentBefore).toEqual([0, 1]);
    expect(turnLines(app)).toEqual(["[1] dois"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
  });
});

describe("a model that does not answer", () => {
  test("is let go of after AI_PROCESSING_TIMEOUT_MS, its call aborted, and asked again", async () => {
    await using app = await openTestApp({ env: { AI_PROCESSING_TIMEOUT_MS: "5000" } });
    app.ai.hold();
    await sayAndWait(app, "oi");
    await app.clock.tick(4_980);
    expect(app.ai.waiting).toBe(1);
    await app.clock.tick(20);
    expect(app.ai.waiting).toBe(0);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    app.ai.release();
    await app.clock.tick(1_500);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    const { steps } = await lastTurn(app);
    expect(steps.map(({ name, outcome, durationMs }) => [name, outcome, durationMs])).toEqual([
      ["identify", "ok", 0],
      ["generate", "ai_unavailable", 5_000],
      ["identify", "ok", 0],
      ["generate", "ok", 0],
      ["decide", "ok", 0],
    ]);
  });

  test.each(["hang", "stall_body"] as const)("is let go of also when it is a %s", async (failure) => {
    await using app = await openTestApp();
    app.ai.failNext(failure);
    await sayAndWait(app, "oi");
    await app.clock.tick(32_000);
    expect(app.ai.asked.map(({ outcome }) => outcome)).toEqual([failure, "answered"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("stopping while the model works", () => {
  test("gives the claim back uncounted, and the next start answers once", async () => {
    await using app = await openTestApp();
    app.ai.hold();
    await sayAndWait(app, "oi");
    await app.stop();
    app.ai.release();
    await app.start();
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(await lastTurn(app)).toMatchObject({
      outcome: "answered",
      attempts: 2,
      errorAttempts: 0,
      crashAttempts: 0,
    });
    expect(app.events.some(({ name }) => name === "turn.released")).toBe(true);
  });

  test("however often it happens never condemns the turn", async () => {
    await using app = await openTestApp();
    app.ai.hold();
    await sayAndWait(app, "oi");
    for (let round = 0; round < 15; round++) {
      await app.stop();
      await app.start();
      await app.clock.tick(100);
    }
    app.ai.release();
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("a process that dies while the model works", () => {
  test("is counted apart from errors, and the next start answers once", async () => {
    await using app = await openTestApp();
    app.ai.hold();
    await sayAndWait(app, "oi");
    await app.crash();
    app.ai.release();
    await app.start();
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", errorAttempts: 0, crashAttempts: 1 });
  });

  test("ten times puts that turn aside, visibly, and the others go on", async () => {
    await using app = await openTestApp({ env: { AI_PROCESSING_TIMEOUT_MS: "600000" } });
    app.ai.hold();
    await sayAndWait(app, "oi");
    for (let round = 0; round < 10; round++) {
      await app.crash();
      await app.start();
    }
    app.ai.release();
    const [job] = await listed(app, "/jobs");
    expect(job).toMatchObject({
      state: "failed",
      errorCode: "quarantined",
      crashAttempts: 10,
      quarantinedAt: expect.any(String),
    });
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  });
});
