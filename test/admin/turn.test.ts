// One turn whole, and the counts: what an operator asks first.
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

const MOMENT = /^2026-06-18T13:\d\d:\d\d\.\d{3}Z$/;

async function turnOf(app: TestApp): Promise<Record<string, unknown>> {
  const { body } = await app.admin("GET", "/jobs");
  const [job] = body["data"] as { id: string }[];
  const answer = await app.admin("GET", `/turns/${job?.id}`);
  return answer.body["data"] as Record<string, unknown>;
}

test("an answered turn shows its messages, its steps with tokens and time, and its delivery", async () => {
  await using app = await openTestApp();
  app.ai.failNext("server_error");
  await app.receive("bom dia");
  await app.receive("quanto custa?");
  await app.clock.tick(SILENCE_MS + 3_000);
  const turn = await turnOf(app);
  const [delivery] = turn["deliveries"] as { id: string }[];
  expect(turn).toMatchObject({
    connection: "default",
    conversationId: CONVERSATION,
    state: "completed",
    outcome: "answered",
    reason: null,
    attempts: 2,
    errorAttempts: 1,
    createdAt: expect.stringMatching(MOMENT),
    processedAt: expect.stringMatching(MOMENT),
  });
  expect(turn["messages"]).toMatchObject(
    ["bom dia", "quanto custa?"].map((content) => ({ content, outcome: "answered", replyId: delivery?.id })),
  );
  const identify = { name: "identify", outcome: "ok", detail: { matchedBy: "contact", userId: null } };
  expect(turn["steps"]).toMatchObject([
    { attempt: 1, ...identify },
    {
      attempt: 1,
      name: "generate",
      outcome: expect.not.stringMatching("ok"),
      detail: { provider: "openai" },
    },
    { attempt: 2, ...identify },
    {
      attempt: 2,
      name: "generate",
      durationMs: expect.any(Number),
      startedAt: expect.stringMatching(MOMENT),
      detail: { provider: "openai", model: expect.any(String), inputTokens: 100, outputTokens: 20 },
    },
    { attempt: 2, name: "decide", detail: { shouldRespond: true, confidence: expect.any(Number) } },
  ]);
  expect(turn["deliveries"]).toMatchObject([
    { state: "sent", sends: 1, part: 0, messageId: expect.any(Number) },
  ]);
});

test("a silent turn says why, and so does each of its messages", async () => {
  await using app = await openTestApp();
  app.ai.rawAnswer(
    JSON.stringify({ shouldRespond: false, content: "", confidence: 1, intent: "none", actions: [] }),
  );
  await app.receive("👍");
  await app.clock.tick(SILENCE_MS);
  expect(await turnOf(app)).toMatchObject({
    outcome: "silenced",
    reason: "model_silent",
    messages: [{ outcome: "silenced", reason: "model_silent" }],
    deliveries: [],
  });
});

test("a failed turn says what failed, in lull's own words", async () => {
  await using app = await openTestApp();
  app.ai.failNext("unauthorized", 10);
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  const turn = await turnOf(app);
  expect(turn).toMatchObject({ state: "failed", outcome: "failed", messages: [{ outcome: "failed" }] });
  expect(turn["errorCode"]).toBeString();
  expect(turn["errorMessage"]).toBeString();
});

test("the stats count buffers, jobs, deliveries and messages as they stand", async () => {
  await using app = await openTestApp();
  await app.receive("um", { conversationId: 1 });
  await app.receive("dois", { conversationId: 1 });
  await app.clock.tick(SILENCE_MS);
  await app.receive("três", { conversationId: 2 });
  const { body } = await app.admin("GET", "/stats");
  expect(body["data"]).toMatchObject({
    version: expect.any(String),
    bootedAt: expect.stringMatching(MOMENT),
    isProcessingOn: true,
    buffers: { active: 1, completed: 1 },
    jobs: { completed: 1 },
    deliveries: { sent: 1 },
    messages: { answered: 2, waiting: 1 },
  });
});
