// An answer that its model is not sure of: looked at again where that is on, then sent or handed over, as the inbox says.
import { describe, expect, test } from "bun:test";
import type { Asked } from "../doubles/ai.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { lastTurn } from "./signed.ts";

const SECOND_LOOK = { LULL_FLAG_RESPONSE_QUALITY_ENHANCEMENT: "true" };

async function sayAndWait(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

/** A model whose draft and second answer are as sure as this. */
async function openUnsure(draft: number | null, better: number | null, options: TestAppOptions = {}) {
  const app = await openTestApp({ env: SECOND_LOOK, ...options });
  app.ai.rawAnswer((asked) =>
    JSON.stringify(asked.schema === "enhanced_answer" ? second(better) : first(draft)),
  );
  return app;
}

function first(confidence: number | null) {
  return { shouldRespond: true, content: "Acho que dez.", confidence, intent: "price", actions: [] };
}

function second(confidence: number | null) {
  const scores = { coherence: 0.8, relevance: 0.9 };
  return {
    content: "Custa dez.",
    confidence,
    ...scores,
    actionableItems: ["comprar"],
    followUpQuestions: [],
  };
}

function handOver(app: TestApp) {
  return app.admin("PUT", "/inboxes/default/12", { quality: { lowConfidence: "handoff" } });
}

function kinds(app: TestApp): (string | undefined)[] {
  return app.ai.asked.map(({ schema }: Asked) => schema);
}

describe("with the second look on", () => {
  test("an unsure answer is made better once, and its turn keeps how good it is", async () => {
    await using app = await openUnsure(0.4, 0.9);
    await sayAndWait(app, "quanto custa?");
    expect(kinds(app)).toEqual(["decision", "enhanced_answer"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Custa dez."]);
    const turn = await lastTurn(app);
    expect(turn).toMatchObject({
      confidence: 0.9,
      quality: {
        confidenceBefore: 0.4,
        confidence: 0.9,
        coherence: 0.8,
        relevance: 0.9,
        actionableCount: 1,
        followUpCount: 0,
      },
    });
    expect(turn.steps.map(({ name }) => name)).toEqual(["identify", "generate", "enhance", "decide"]);
  });

  test("every answer is asked to be shaped for reading", async () => {
    await using app = await openUnsure(0.9, null);
    await sayAndWait(app, "oi");
    expect(app.ai.asked[0]?.messages[0]?.content).toContain("reading on a phone");
  });

  test.each<[string, number | null]>([
    ["that is sure enough", 0.7],
    ["that says nothing of how sure it is", null],
  ])("an answer %s is sent as it is", async (_what, confidence) => {
    await using app = await openUnsure(confidence, 1);
    await sayAndWait(app, "oi");
    expect(kinds(app)).toEqual(["decision"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Acho que dez."]);
  });

  test("the threshold is the operator's", async () => {
    const env = { ...SECOND_LOOK, RESPONSE_QUALITY_THRESHOLD: "0.3" };
    await using app = await openUnsure(0.4, 0.9, { env });
    await sayAndWait(app, "oi");
    expect(kinds(app)).toEqual(["decision"]);
  });

  test.each(["server_error", "empty_content", "rate_limited"] as const)(
    "a second look that fails (%s) costs nobody the first answer",
    async (failure) => {
      await using app = await openUnsure(0.4, 0.9);
      app.ai.rawAnswer((asked) => {
        if (asked.order === 1) app.ai.failNext(failure);
        return JSON.stringify(first(0.4));
      });
      await sayAndWait(app, "oi");
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Acho que dez."]);
      expect(app.ai.asked).toHaveLength(2);
      expect(await lastTurn(app)).toMatchObject({ outcome: "answered", confidence: 0.4, quality: null });
    },
  );

  test("neither look is paid for twice when the process dies after them", async () => {
    await using app = await openUnsure(0.4, 0.9, { wrapStore: failingFirstEnd() });
    await sayAndWait(app, "oi");
    await app.clock.tick(10_000);
    expect(kinds(app)).toEqual(["decision", "enhanced_answer"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Custa dez."]);
    expect(await lastTurn(app)).toMatchObject({ confidence: 0.9, quality: { confidenceBefore: 0.4 } });
  });

  test("the same answer to another question is looked at again", async () => {
    await using app = await openTestApp({ env: SECOND_LOOK });
    const same = "Abrimos de segunda a sexta, das nove às dezoito horas.";
    app.ai.rawAnswer((asked) =>
      JSON.stringify(asked.schema === "enhanced_answer" ? second(0.9) : { ...first(0.95), content: same }),
    );
    await sayAndWait(app, "que horas abre?");
    await sayAndWait(app, "e quanto custa?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([same, "Custa dez."]);
  });
});

describe("an answer that stays unsure", () => {
  test.each([SECOND_LOOK, {}])("is sent unless the inbox says otherwise (%p)", async (env) => {
    await using app = await openUnsure(0.4, 0.5, { env });
    await sayAndWait(app, "oi");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  });

  test.each([SECOND_LOOK, {}])("is handed over where the inbox says so (%p)", async (env) => {
    await using app = await openUnsure(0.4, 0.5, { env });
    await handOver(app);
    await sayAndWait(app, "oi");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({
      outcome: "silenced",
      reason: "low_confidence",
      handoffReason: "low_confidence",
    });
    expect(app.ai.asked).toHaveLength(env === SECOND_LOOK ? 2 : 1);
  });

  test("is handed over when it is the last one again", async () => {
    await using app = await openTestApp();
    await handOver(app);
    app.ai.answerWith("Abrimos de segunda a sexta, das nove às dezoito horas.");
    await sayAndWait(app, "que horas abre?");
    await sayAndWait(app, "e quanto custa?");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
    expect(await lastTurn(app)).toMatchObject({ reason: "low_confidence" });
  });
});

/** The end of the first turn cannot be written down: the process knows its answer from the row alone. */
function failingFirstEnd(): NonNullable<TestAppOptions["wrapStore"]> {
  let isFirst = true;
  return (store) => ({
    ...store,
    endTurn(...end) {
      if (!isFirst) return store.endTurn(...end);
      isFirst = false;
      return Promise.reject(new Error("the disk is gone"));
    },
  });
}
