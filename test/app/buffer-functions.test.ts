// The old addresses about buffers: a bare message, the open buffer of a conversation, and what is due processed at once.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addToken } from "../harness/tenants.ts";
import { call } from "../routes/table.ts";
import { lastTurn, listed } from "./signed.ts";

const MANAGER = "/functions/v1/message-buffer-manager";
const PROCESSOR = "/functions/v1/buffer-processor";
const BARE = {
  id: 12345,
  content: "Test message",
  message_type: "incoming",
  conversation: { id: CONVERSATION, status: "open", channel: "Channel::Whatsapp" },
  sender: { id: 1, name: "Test User", phone_number: "+1234567890" },
};

async function openFunctions() {
  const app = await openTestApp();
  const token = await addToken(app, "service");
  const manage = (query: string, body?: unknown) =>
    call(app, { method: body === undefined ? "GET" : "POST", path: `${MANAGER}?${query}` }, token, body);
  return Object.assign(app, { token, manage });
}

/** What the processor answers, however long it waits. */
async function process(app: TestApp & { token: string }, passMs = 1_000) {
  const answering = app.handle(
    new Request(`http://localhost${PROCESSOR}`, {
      method: "POST",
      headers: { authorization: `Bearer ${app.token}`, "content-type": "application/json" },
    }),
  );
  await app.clock.tick(passMs);
  const response = await answering;
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("a bare message", () => {
  test("is buffered as a webhook's, once, and answered after the silence", async () => {
    await using app = await openFunctions();
    const { status, body } = await app.manage("action=handle", BARE);
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        action: "buffered",
        message: "Message added to buffer for processing",
        bufferId: expect.any(String),
        dueAt: new Date(app.clock.now() + 30_000).toISOString(),
      },
    ]);
    expect((await app.manage("action=handle", BARE)).body).toEqual({ success: true, action: "duplicate" });
    await app.clock.tick(30_010);
    expect(app.ai.asked[0]?.prompt).toContain("Test message");
  });

  test("with a field that is wrong is refused by its name", async () => {
    await using app = await openFunctions();
    const { status, body } = await app.manage("action=handle", { ...BARE, message_type: "sent" });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(body["error"]).toContain("message_type");
  });

  test("is not looked for in another place than was meant", async () => {
    await using app = await openFunctions();
    await app.receive("oi");
    const { status, body } = await app.manage(
      `action=cancel&conection=clinic&conversationId=${CONVERSATION}`,
      {},
    );
    expect([status, body["error"]]).toEqual([
      400,
      "The query has a field that is not known; known are action, connection, conversationId.",
    ]);
    expect((await app.admin("GET", "/buffers?state=active")).body["data"]).toHaveLength(1);
  });

  test("of another account or connection is not taken", async () => {
    await using app = await openFunctions();
    expect((await app.manage("action=handle", { ...BARE, account: { id: 99 } })).body).toMatchObject({
      action: "skipped",
      reason: "unknown_account",
    });
    expect((await app.manage("action=handle&connection=playground", BARE)).status).toBe(404);
  });
});

describe("the open buffer of a conversation", () => {
  test("is shown with its deadline and without a word, then dropped", async () => {
    await using app = await openFunctions();
    const { body: taken } = await app.manage("action=handle", BARE);
    const { body } = await app.manage(`action=status&conversationId=${CONVERSATION}`);
    expect(body["data"]).toMatchObject({
      id: taken["bufferId"],
      conversationId: CONVERSATION,
      status: "active",
      messageCount: 1,
      dueAt: taken["dueAt"],
    });
    expect(JSON.stringify(body)).not.toContain("Test message");
    const dropped = await app.manage("action=cancel", { conversationId: CONVERSATION });
    expect(dropped.body).toEqual({ success: true, action: "cancelled", bufferId: taken["bufferId"] });
    expect((await app.manage("action=status", { conversationId: CONVERSATION })).body["data"]).toBeNull();
    expect((await app.manage("action=cancel", { conversationId: CONVERSATION })).status).toBe(404);
    await app.clock.tick(60_000);
    expect(app.ai.asked).toEqual([]);
  });

  test.each([
    ["action=guess", "action must be one of handle, status, cancel."],
    ["", "action must be one of handle, status, cancel."],
    ["action=status", "conversationId is needed."],
    ["action=status&conversationId=x", "conversationId must be a number from 1 to 9007199254740991."],
  ])("is not found by %p", async (query, error) => {
    await using app = await openFunctions();
    expect(await app.manage(query)).toMatchObject({ status: 400, body: { error } });
  });
});

describe("the processor", () => {
  test("with nothing due answers at once, with or without a body", async () => {
    await using app = await openFunctions();
    const nothing = { success: true, processed: 0, failed: 0, remaining: 0 };
    await app.receive("oi");
    expect(await process(app, 0)).toEqual({ status: 200, body: nothing });
    expect((await call(app, { method: "POST", path: PROCESSOR }, app.token, { any: "body" })).body).toEqual(
      nothing,
    );
  });

  test("waits for what is due, be it answered or failed", async () => {
    await using app = await openFunctions();
    app.ai.hold();
    app.ai.failNext("context_too_long");
    for (const conversationId of [1, 2]) await app.receive("oi", { conversationId });
    await app.clock.tick(30_010);
    const answering = process(app, 5_000);
    app.ai.release();
    expect((await answering).body).toEqual({ success: true, processed: 1, failed: 1, remaining: 0 });
  });

  test("tells what is not done after twenty seconds", async () => {
    await using app = await openFunctions();
    app.ai.hold();
    await app.receive("oi");
    await app.clock.tick(30_010);
    expect((await process(app, 20_100)).body).toMatchObject({ processed: 0, failed: 0, remaining: 1 });
    app.ai.release();
    await app.clock.tick(1_000);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered" });
  });

  test("closes nothing while processing is off, and says what waits", async () => {
    await using app = await openFunctions();
    await app.receive("oi");
    await app.admin("POST", "/processing", { enabled: false });
    await app.clock.tick(31_000);
    expect((await process(app, 0)).body).toMatchObject({ processed: 0, remaining: 1 });
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "active" });
  });

  test("closes what is overdue and has lost its timer", async () => {
    await using app = await openTestApp({ env: { BUFFER_PROCESSING_INTERVAL_MS: "3600000" } });
    const token = await addToken(app, "service");
    const { answer } = await app.receive("oi");
    await app.store().hastenBuffer(String(answer["bufferId"]), app.clock.now());
    expect((await process(Object.assign(app, { token }))).body).toMatchObject({ processed: 1, remaining: 0 });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});
