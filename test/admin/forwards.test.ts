// Webhooks for an older system, as an operator sees them.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { openTakeover } from "../harness/legacy.ts";

async function list(app: TestApp, query = ""): Promise<Record<string, unknown>[]> {
  return (await app.admin("GET", `/forwards${query}`)).body["data"] as Record<string, unknown>[];
}

test("they are listed by state, newest first, page by page, without a word of what they say", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  await app.receive("um segredo");
  legacy.answer = () => new Response("no", { status: 400 });
  const { messageId } = await app.receive("outro segredo", { conversationId: CONVERSATION + 1 });
  const [failed, sent] = await list(app);
  expect(failed).toMatchObject({
    connection: "default",
    conversationId: CONVERSATION + 1,
    messageId,
    event: "message_created",
    state: "failed",
    statusCode: 400,
    reason: "refused",
    createdAt: expect.stringMatching(/^2026-.*Z$/),
  });
  expect(sent).toMatchObject({ conversationId: CONVERSATION, state: "sent", bodyBytes: null });
  expect(await list(app, "?state=failed")).toEqual([failed ?? {}]);
  const page = await app.admin("GET", "/forwards?limit=1");
  expect(await list(app, `?limit=1&cursor=${String(page.body["nextCursor"])}`)).toEqual([sent ?? {}]);
  expect(JSON.stringify(await list(app))).not.toContain("segredo");
});

test("the figures tell how many there are and how long the older system takes", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  await app.receive("oi");
  legacy.answer = () => new Response("busy", { status: 503 });
  await app.receive("oi", { conversationId: CONVERSATION + 1 });
  const { body } = await app.admin("GET", "/metrics?hours=1");
  expect(body["data"]).toMatchObject({
    legacy: {
      byState: { waiting: 1, sent: 1, failed: 0 },
      oldestWaitingAt: new Date(app.clock.now()).toISOString(),
      answerMs: { p50: 0, p95: 0 },
    },
  });
});

test("when the older system is gone for good, all that wait are given up, and lull gets their conversations", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy, setPercent } = takeover;
  legacy.answer = () => Promise.reject(new TypeError("refused"));
  await app.receive("oi");
  await setPercent(100);
  await app.clock.tick(200_000);
  expect((await app.receive("olá?")).answer["action"]).toBe("forwarded");
  expect((await app.admin("POST", "/forwards/give-up")).body["data"]).toEqual({ count: 2 });
  await app.clock.tick(200_000);
  expect((await app.receive("alguém?")).answer["action"]).toBe("buffered");
});

describe("what is wrong is named:", () => {
  test.each(["state=done", "limit=0", "cursor=x"])("%s", async (query) => {
    await using takeover = await openTakeover(0);
    const { status, body } = await takeover.app.admin("GET", `/forwards?${query}`);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(body["error"]).toStartWith(query.split("=")[0] ?? "");
  });

  test("a forward that is none", async () => {
    await using takeover = await openTakeover(0);
    expect((await takeover.app.admin("POST", "/forwards/0190/retry")).status).toBe(404);
  });
});
