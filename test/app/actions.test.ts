// Actions that a model names: nothing where they are off; where they are on, what the inbox allows and no more.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { errandsOf, lastTurn } from "./signed.ts";

const ON = { LULL_FLAG_AI_ACTIONS: "true" };

async function answered(app: TestApp, fields: Record<string, unknown>) {
  await app.admin("PUT", "/inboxes/default/12", { labels: ["vip"] });
  const whole = { shouldRespond: true, content: "Certo.", confidence: 0.9, intent: "x" };
  app.ai.rawAnswer(JSON.stringify({ ...whole, ...fields }));
  await app.receive("oi");
  await app.clock.tick(30_010);
  return lastTurn(app);
}

/** What was put down to be done in Chatwoot. */
function errands(app: TestApp): Record<string, unknown>[] {
  return errandsOf(app).map(({ kind, detail }) => ({ kind, ...detail }));
}

describe("where actions are off", () => {
  test("none is told of, and none is done", async () => {
    await using app = await openTestApp();
    const turn = await answered(app, { actions: ["handoff", "resolve", "label:vip"] });
    expect(turn).toMatchObject({ outcome: "answered", handoffReason: null });
    expect(app.ai.asked[0]?.messages[0]?.content).not.toContain("actions you may name");
    expect(errands(app)).toEqual([]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Certo."]);
  });
});

describe("where actions are on", () => {
  test("a model is told what it may name, with the inbox's labels", async () => {
    await using app = await openTestApp({ env: ON });
    await answered(app, { actions: [] });
    expect(app.ai.asked[0]?.messages[0]?.content).toContain('"handoff", "resolve", "label:vip"');
  });

  test("a label of the inbox is put down, another is not", async () => {
    await using app = await openTestApp({ env: ON });
    await answered(app, { actions: ["label:vip", "label:gold"] });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Certo."]);
    expect(errands(app)).toEqual([{ kind: "label", label: "vip" }]);
    expect(app.chatwoot.room(CONVERSATION)?.labels).toEqual(["vip"]);
  });

  test("a conversation goes to people once its last answer is out", async () => {
    await using app = await openTestApp({ env: ON });
    expect(await answered(app, { actions: ["handoff"] })).toMatchObject({
      outcome: "answered",
      handoffReason: "model",
    });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Certo."]);
  });

  test("a conversation goes to people without an answer, too, and its customer is told so", async () => {
    await using app = await openTestApp({ env: ON });
    expect(await answered(app, { shouldRespond: false, content: "", actions: ["handoff"] })).toMatchObject({
      outcome: "answered",
      handoffReason: "model",
    });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Vou chamar uma pessoa. Um momento."]);
  });
});
