// A completed buffer asked about anew: the customer hears nothing of it, unless an operator confirms that it is posted.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { lastTurn, listed, type Row } from "./signed.ts";

const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";
const DAY_MS = 24 * 60 * 60_000;

async function openAnswered(options: TestAppOptions = {}): Promise<TestApp & { bufferId: string }> {
  const app = await openTestApp(options);
  const { answer } = await app.receive("quanto custa?");
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  return Object.assign(app, { bufferId: String(answer["bufferId"]) });
}

const reprocess = (app: TestApp, bufferId: string, body: unknown = {}) =>
  app.admin("POST", `/buffers/${bufferId}/reprocess`, body);

const post = (app: TestApp & { bufferId: string }) =>
  reprocess(app, app.bufferId, { post: true, confirm: app.bufferId });

describe("a completed buffer", () => {
  test("is asked about anew, with what it took, and nothing is posted", async () => {
    await using app = await openAnswered();
    const before = await lastTurn(app);
    app.ai.answerWith("Custa dez.");
    const { status, body } = await reprocess(app, app.bufferId);
    expect([status, body["data"]]).toEqual([
      200,
      {
        reply: "Custa dez.",
        silence: null,
        handoff: null,
        confidence: expect.any(Number),
        intent: expect.any(String),
        promptVersion: null,
        inputTokens: expect.any(Number),
        outputTokens: expect.any(Number),
        costMicroUsd: expect.any(Number),
        deliveryIds: [],
      },
    ]);
    expect(app.ai.asked).toHaveLength(2);
    expect(app.ai.asked[1]?.prompt).toBe(app.ai.asked[0]?.prompt ?? "");
    await app.clock.tick(5_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(await lastTurn(app)).toEqual(before);
  });

  test("is told by today's prompt, and not by what was said after it", async () => {
    await using app = await openAnswered();
    await app.receive("e amanhã?");
    await app.clock.tick(31_000);
    await app.admin("POST", "/inboxes/default/12/prompts", { text: "We sell bread." });
    await reprocess(app, app.bufferId);
    const { messages = [] } = app.ai.asked[2] ?? {};
    expect(JSON.stringify(messages)).toContain("We sell bread.");
    expect(JSON.stringify(messages)).not.toContain("amanhã");
  });

  test("costs what every call costs, and stands in the conversation's story", async () => {
    await using app = await openAnswered();
    const calls = async () =>
      ((await app.admin("GET", "/metrics")).body["data"] as { fallback: { calls: number } }).fallback.calls;
    expect(await calls()).toBe(1);
    await reprocess(app, app.bufferId);
    expect(await calls()).toBe(2);
    const { events } = await app.store().conversationWork(1, CONVERSATION, 50);
    expect(events.at(-1)).toMatchObject({ name: "buffer.reprocessed", subject_id: app.bufferId });
  });

  test("that a model would keep silent to says so", async () => {
    await using app = await openAnswered();
    app.ai.rawAnswer('{"shouldRespond":false,"content":"","confidence":0.9,"intent":"thanks"}');
    expect((await reprocess(app, app.bufferId)).body["data"]).toMatchObject({
      reply: null,
      silence: "model_silent",
      intent: "thanks",
    });
  });

  test("is asked about with the failure of models told, and nothing else failed by it", async () => {
    await using app = await openAnswered();
    app.ai.failNext("server_error");
    expect((await reprocess(app, app.bufferId)).body).toMatchObject({
      success: false,
      code: "ai_unavailable",
    });
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered" });
  });
});

describe("its new answer", () => {
  test("goes out with the confirmation, once, by the outbox", async () => {
    await using app = await openAnswered();
    app.ai.answerWith("Custa dez.");
    const { status, body } = await post(app);
    const { deliveryIds } = body["data"] as { deliveryIds: string[] };
    await app.clock.tick(1_000);
    expect([status, deliveryIds.length]).toEqual([200, 1]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "Custa dez."]);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ id: deliveryIds[0], state: "sent" });
    expect(await post(app)).toMatchObject({ status: 409, body: { reason: "posted_before" } });
    expect(app.ai.asked).toHaveLength(2);
  });

  test.each<[body: Row, field: string]>([
    [{ post: true }, "confirm"],
    [{ post: true, confirm: NOBODY }, "confirm"],
    [{ post: "yes" }, "post"],
    [{ send: true }, "known"],
  ])("does not go out by %p", async (body, field) => {
    await using app = await openAnswered();
    const answer = await reprocess(app, app.bufferId, body);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_body"]);
    expect(answer.body["error"]).toContain(field);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("does not go out over people, and no model is paid for it", async () => {
    await using app = await openAnswered();
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    expect(await post(app)).toMatchObject({ status: 409, body: { reason: "human_active" } });
    expect(app.ai.asked).toHaveLength(1);
  });

  test("does not go out over a person who comes while Chatwoot is away", async () => {
    await using app = await openAnswered();
    app.chatwoot.failNext("list_down", 1);
    const { deliveryIds } = (await post(app)).body["data"] as { deliveryIds: string[] };
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    const [delivery] = await listed(app, "/outbox");
    expect(delivery).toMatchObject({ id: deliveryIds[0], state: "cancelled", reason: "human_active" });
  });

  test("does not go out where lull only watches", async () => {
    await using app = await openAnswered();
    await app.admin("PUT", "/inboxes/default/12", { mode: "watch" });
    expect(await post(app)).toMatchObject({ status: 409, body: { reason: "mode_off" } });
  });

  test("does not go out beyond WhatsApp's window", async () => {
    await using app = await openAnswered({ env: { BUFFER_PROCESSING_INTERVAL_MS: "3600000" } });
    app.clock.jump(DAY_MS);
    await app.clock.tick(3_600_000);
    expect(await post(app)).toMatchObject({ status: 409, body: { reason: "window_closed" } });
  });
});

test("a buffer that waits, was dropped or is not there is not processed again", async () => {
  await using app = await openTestApp();
  const { answer } = await app.receive("oi");
  const bufferId = String(answer["bufferId"]);
  expect(await reprocess(app, bufferId)).toMatchObject({ status: 409, body: { reason: "active" } });
  await app.admin("POST", `/buffers/${bufferId}/cancel`);
  expect(await reprocess(app, bufferId)).toMatchObject({ status: 409, body: { reason: "cancelled" } });
  expect((await reprocess(app, NOBODY)).status).toBe(404);
  expect(app.ai.asked).toEqual([]);
});
