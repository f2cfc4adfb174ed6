// Processing switched off: everything is stored, nothing closes, turns or sends. On again: what is overdue goes at once, once.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { listed } from "./signed.ts";

async function setProcessing(app: TestApp, enabled: boolean): Promise<void> {
  const { status, body } = await app.admin("POST", "/processing", { enabled });
  expect([status, body]).toEqual([200, { success: true, data: { enabled } }]);
}

/** Requests by which lull did something in Chatwoot. */
function requestCount(app: TestApp): number {
  return app.chatwoot.ledger.filter((entry) => entry.kind === "request" && entry.method !== "GET").length;
}

describe("while processing is off", () => {
  test("messages are taken and stored, and nothing else happens", async () => {
    await using app = await openTestApp();
    await setProcessing(app, false);
    for (const text of ["um", "dois"])
      expect((await app.receive(text)).answer).toMatchObject({ action: "buffered" });
    await app.clock.tick(3_600_000);
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "active", messageCount: 2 });
    expect(await listed(app, "/jobs")).toEqual([]);
    expect(app.ai.asked).toHaveLength(0);
    expect(requestCount(app)).toBe(0);
  });

  test("duplicates, deletions and people count as ever", async () => {
    await using app = await openTestApp();
    await setProcessing(app, false);
    const first = await app.receive("um");
    expect((await app.deliver(first)).body).toEqual({ success: true, action: "duplicate" });
    await app.receive("oi", { conversationId: 2 });
    await app.deliver(app.chatwoot.deleteMessage(first.messageId));
    await app.deliver(app.chatwoot.humanSays(2, "Ana aqui"));
    await setProcessing(app, true);
    await app.clock.tick(60_000);
    expect(app.ai.asked).toHaveLength(0);
    expect((await listed(app, "/buffers")).map(({ cancelReason }) => cancelReason)).toEqual([
      "human_active",
      "deleted",
    ]);
  });

  test("the addresses that answer at once wait as well", async () => {
    await using app = await openTestApp({ env: { LULL_FLAG_MESSAGE_BUFFERING: "false" } });
    await setProcessing(app, false);
    await app.receive("oi");
    await app.clock.tick(60_000);
    expect(app.ai.asked).toHaveLength(0);
    await setProcessing(app, true);
    await app.clock.tick(10);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("/admin/stats says so", async () => {
    await using app = await openTestApp();
    await setProcessing(app, false);
    expect((await app.admin("GET", "/stats")).body).toMatchObject({ data: { isProcessingOn: false } });
  });
});

describe("when it is switched on again", () => {
  test("what is overdue goes at once, each once, and what is not keeps its deadline", async () => {
    await using app = await openTestApp();
    await setProcessing(app, false);
    for (const conversationId of [1, 2, 3]) await app.receive(`to ${conversationId}`, { conversationId });
    await app.clock.tick(40_000);
    await app.receive("to 4", { conversationId: 4 });
    await setProcessing(app, true);
    for (const id of [1, 2, 3]) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
    expect(app.chatwoot.sent(4)).toEqual([]);
    await app.clock.tick(30_010);
    for (const id of [1, 2, 3, 4]) expect(app.chatwoot.sent(id)).toEqual(["ok"]);
    expect(app.ai.asked).toHaveLength(4);
  });

  test("a buffer that came due in between is not forgotten, though its timer fired in vain", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await setProcessing(app, false);
    await app.clock.tick(60_000);
    expect(app.ai.asked).toHaveLength(0);
    await setProcessing(app, true);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("switching it off and on within the silence changes nothing", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    for (const enabled of [false, true, false, true]) {
      await app.clock.tick(1_000);
      await setProcessing(app, enabled);
    }
    await app.clock.tick(25_980);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(30);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("the switch outlives the process", () => {
  test.each<[name: string, end: (app: TestApp) => Promise<void>]>([
    ["that is killed", (app) => app.crash()],
    ["that is stopped", (app) => app.stop()],
  ])("%s while it is off: nothing is lost and nothing done twice", async (_name, end) => {
    await using app = await openTestApp();
    await app.receive("um");
    await setProcessing(app, false);
    await app.clock.tick(40_000);
    await end(app);
    await app.start();
    await app.receive("dois");
    await app.clock.tick(120_000);
    expect(app.ai.asked).toHaveLength(0);
    await setProcessing(app, true);
    await app.clock.tick(60_000);
    expect(app.ai.asked.map(({ prompt }) => prompt.split("\n").slice(1))).toEqual([["[1] um", "[2] dois"]]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("switched off in the middle of the work", () => {
  test("between the close and the turn, the turn waits", async () => {
    await using app = await openTestApp({ env: { AI_MAX_CONCURRENCY: "1" } });
    app.ai.hold();
    await app.receive("first in line", { conversationId: 1 });
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(1);
    await setProcessing(app, false);
    app.ai.release();
    await app.clock.tick(120_000);
    expect(app.ai.asked).toHaveLength(1);
    await app.crash();
    await app.start();
    await app.clock.tick(120_000);
    expect(app.ai.asked).toHaveLength(1);
    await setProcessing(app, true);
    await app.clock.tick(1_000);
    expect([...app.chatwoot.sent(1), ...app.chatwoot.sent(2)]).toEqual(["ok", "ok"]);
    expect(app.ai.asked).toHaveLength(2);
  });

  test("between the turn and the send, the reply waits, also through a crash", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    app.ai.hold();
    await app.clock.tick(30_010);
    await setProcessing(app, false);
    app.ai.release();
    await app.clock.tick(120_000);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "intent", sends: 0 });
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
    await app.crash();
    await app.start();
    await app.clock.tick(120_000);
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
    await setProcessing(app, true);
    await app.clock.tick(1_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("while a reply waits, a later message takes it back into one turn", async () => {
    await using app = await openTestApp();
    await app.receive("um");
    app.ai.hold();
    await app.clock.tick(30_010);
    await setProcessing(app, false);
    app.ai.release();
    await app.clock.tick(1_000);
    await app.receive("dois");
    await setProcessing(app, true);
    await app.clock.tick(31_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(app.ai.asked.at(-1)?.prompt).toContain("[1] um\n[2] dois");
  });
});
