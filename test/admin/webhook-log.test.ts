// Every webhook in its log: what became of it, with ids and figures and no word of what it said.
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, CONVERSATION, openTestApp, type TestApp, WEBHOOK_SECRET } from "../harness/app.ts";
import { openTakeover } from "../harness/legacy.ts";

type Line = Record<string, unknown>;

async function log(app: TestApp, query = ""): Promise<Line[]> {
  await app.clock.tick(1_000);
  return (await app.admin("GET", `/webhook-log${query}`)).body["data"] as Line[];
}

test("each webhook has a line, the newest first", async () => {
  await using app = await openTestApp();
  const delivery = await app.receive("um segredo");
  await app.deliver(delivery);
  await app.deliver(app.chatwoot.humanSays(CONVERSATION, "já vejo"));
  const [human, duplicate, first] = await log(app);
  expect(first).toEqual({
    connection: "default",
    event: "message_created",
    outcome: "buffered",
    reason: null,
    conversationId: CONVERSATION,
    messageId: delivery.messageId,
    deliveryId: expect.stringMatching(/^00000000-0000-4000-8000-\d{12}$/),
    bodyBytes: expect.any(Number),
    durationMs: expect.any(Number),
    processedAt: expect.stringMatching(/^2026-.*Z$/),
  });
  expect(duplicate).toMatchObject({ outcome: "duplicate", messageId: delivery.messageId });
  expect(human).toMatchObject({ outcome: "skipped", reason: "human_reply", conversationId: CONVERSATION });
  expect(JSON.stringify(await log(app))).not.toContain("segredo");
});

test("one that is left says of which conversation it was; one that is forwarded, too", async () => {
  await using takeover = await openTakeover(0);
  const { app } = takeover;
  const { messageId } = await app.receive("oi");
  expect(await log(app)).toMatchObject([{ outcome: "forwarded", conversationId: CONVERSATION, messageId }]);
  await takeover.setPercent(100);
  await app.clock.tick(200_000);
  await app.deliver(app.chatwoot.humanSays(CONVERSATION, "nota", { isPrivate: true }));
  expect(await log(app, "?outcome=skipped")).toMatchObject([
    { reason: "private_note", conversationId: CONVERSATION },
  ]);
});

test("refused ones stand there with the reason, and with nothing that a stranger wrote", async () => {
  await using app = await openTestApp();
  const post = (path: string, headers: Record<string, string>, body = "{}") =>
    app.handle(new Request(`http://localhost${path}`, { method: "POST", headers, body }));
  await post("/webhooks/chatwoot", { "x-chatwoot-delivery": "<+55 11 98765-4321>" });
  await post("/webhooks/chatwoot/nowhere", {});
  await app.deliver({
    request: () => {
      const body = '{"event":7}';
      const at = String(Math.floor(app.clock.now() / 1_000));
      const hash = new Bun.CryptoHasher("sha256", WEBHOOK_SECRET).update(`${at}.${body}`).digest("hex");
      const headers = { "x-chatwoot-timestamp": at, "x-chatwoot-signature": `sha256=${hash}` };
      return new Request("http://localhost/webhooks/chatwoot", { method: "POST", headers, body });
    },
  });
  expect(await log(app)).toMatchObject([
    { outcome: "rejected", reason: "invalid_body", connection: "default", event: "unread" },
    { outcome: "rejected", reason: "unauthorized", connection: null, deliveryId: null },
    { outcome: "rejected", reason: "unauthorized", connection: "default", deliveryId: null, messageId: null },
  ]);
});

test("one that lull could not keep is failed, not refused", async () => {
  let isFull = true;
  await using app = await openTestApp({
    wrapStore: (store) => ({
      ...store,
      receive: (...batch) => (isFull ? Promise.reject(new Error("no room")) : store.receive(...batch)),
    }),
  });
  expect((await app.receive("oi")).status).toBe(500);
  isFull = false;
  expect(await log(app)).toMatchObject([{ outcome: "failed", reason: "cannot_store" }]);
});

test("what was noted before a stop is there after it", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await app.stop();
  await app.start();
  expect(await log(app)).toHaveLength(1);
});

test("the list is asked by outcome, event, conversation and connection, page by page", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await app.receive("olá", { conversationId: CONVERSATION + 1 });
  await app.deliver(app.chatwoot.typing(CONVERSATION, true));
  expect(await log(app, "?event=conversation_typing_on")).toHaveLength(1);
  expect(await log(app, `?conversationId=${CONVERSATION}`)).toHaveLength(2);
  expect(await log(app, "?outcome=buffered&connection=default")).toHaveLength(2);
  expect(await log(app, "?connection=elsewhere")).toEqual([]);
  const { body } = await app.admin("GET", "/webhook-log?limit=2");
  expect(await log(app, `?limit=2&cursor=${String(body["nextCursor"])}`)).toHaveLength(1);
});

describe("what is wrong is named:", () => {
  test.each([
    "outcome=lost",
    "conversationId=0",
    "conversationId=x",
    "limit=999",
    "cursor=-1",
    "event=a%00b",
  ])("%s", async (query) => {
    await using app = await openTestApp();
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const answer = await app.handle(new Request(`http://localhost/admin/webhook-log?${query}`, { headers }));
    const body = (await answer.json()) as { code: string; error: string };
    expect([answer.status, body.code]).toEqual([400, "invalid_query"]);
    expect(body.error).toStartWith(query.split("=")[0] ?? "");
  });
});
