// One message, one row: what a second delivery, an edit or a deletion of it does.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { lastTurn, listed, rowCount, send } from "./signed.ts";

type Said = { body: Record<string, unknown> };

/** The same message, changed by its writer or by Chatwoot. */
function edited({ body }: Said, changes: Record<string, unknown>): Record<string, unknown> {
  return { ...body, event: "message_updated", ...changes };
}

const SKIPPED = (reason: string) => ({ success: true, action: "skipped", reason });
const VOICE = { id: 5, file_type: "audio", data_url: "https://chat.example.com/a", transcribed_text: "" };

/** The customer's turn as the model read it last, without its heading. */
function lastTurnRead(app: TestApp): string[] {
  return app.ai.asked.at(-1)?.prompt.split("\n").slice(1) ?? [];
}

describe("a message that is delivered again", () => {
  test("under another delivery id is a duplicate, and moves nothing", async () => {
    await using app = await openTestApp();
    const first = await app.receive("oi");
    await app.clock.tick(20_000);
    const before = rowCount(app);
    for (const deliveryId of ["second", "third"]) {
      const { status, body } = await send(app, first.body, { deliveryId });
      expect([status, body]).toEqual([200, { success: true, action: "duplicate" }]);
    }
    expect(rowCount(app)).toBe(before);
    await app.clock.tick(10_010);
    expect(lastTurnRead(app)).toEqual(["[1] oi"]);
  });

  test("twenty times in one moment is kept once and answered once", async () => {
    await using app = await openTestApp();
    const delivery = app.chatwoot.customerSays(CONVERSATION, "oi");
    const copies = Array.from({ length: 20 }, (_, copy) =>
      send(app, delivery.body, { deliveryId: `copy ${copy}` }),
    );
    const actions = (await Promise.all(copies)).map(({ body }) => String(body["action"]));
    expect(actions.toSorted()).toEqual(["buffered", ...Array<string>(19).fill("duplicate")]);
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ messageCount: 1 });
    await app.clock.tick(60_000);
    expect(app.ai.asked).toHaveLength(1);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("by both of Chatwoot's transports, in two conversations at once, is one each", async () => {
    await using app = await openTestApp();
    const two = [1, 2].map((id) => app.chatwoot.customerSays(id, `to ${id}`));
    await Promise.all(
      [...two, ...two].map(({ body }) => send(app, body, { path: "/webhooks/chatwoot/default" })),
    );
    expect((await app.store().counts()).messages).toEqual({ waiting: 2 });
  });

  test("after it was answered is still a duplicate, and after a restart", async () => {
    await using app = await openTestApp();
    const first = await app.receive("oi");
    await app.clock.tick(30_010);
    expect((await app.deliver(first)).body).toEqual({ success: true, action: "duplicate" });
    await app.crash();
    await app.start();
    expect((await app.deliver(first)).body).toEqual({ success: true, action: "duplicate" });
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("an edit", () => {
  test("replaces the text of a message that waits, counts as none and moves no deadline", async () => {
    await using app = await openTestApp();
    const first = await app.receive("quanto custa o azul?");
    await app.receive("e entrega?");
    await app.clock.tick(20_000);
    const { body } = await send(app, edited(first, { content: "quanto custa o verde?" }));
    expect(body).toMatchObject({ action: "buffered", dueAt: first.answer["dueAt"] });
    expect((await listed(app, "/buffers"))[0]).toMatchObject({ messageCount: 2 });
    await app.clock.tick(10_010);
    expect(lastTurnRead(app)).toEqual(["[1] quanto custa o verde?", "[2] e entrega?"]);
  });

  test("replaces attachments: a transcript that Chatwoot made late is read", async () => {
    await using app = await openTestApp();
    const voice = await app.receive("", { attachments: [VOICE] });
    await send(app, edited(voice, { attachments: [{ ...VOICE, transcribed_text: "vocês entregam?" }] }));
    await app.clock.tick(30_010);
    expect(lastTurnRead(app)).toEqual(["[1] (audio, transcript: vocês entregam?)"]);
  });

  test("never fills a buffer up to its size cap", async () => {
    await using app = await openTestApp({ env: { MAX_BUFFER_SIZE: "2" } });
    const first = await app.receive("um");
    for (const content of ["dois", "três", "quatro"]) await send(app, edited(first, { content }));
    await app.clock.tick(1_000);
    expect(app.ai.asked).toHaveLength(0);
  });

  test("after the close changes nothing and says so", async () => {
    await using app = await openTestApp();
    const first = await app.receive("um");
    app.ai.hold();
    await app.clock.tick(30_010);
    const late = edited(first, { content: "dois" });
    expect((await send(app, late)).body).toEqual(SKIPPED("not_buffered"));
    app.ai.release();
    await app.clock.tick(60_000);
    expect((await send(app, late)).body).toEqual(SKIPPED("not_buffered"));
    expect(app.ai.asked).toHaveLength(1);
    expect((await lastTurn(app)).messages).toMatchObject([{ content: "um", outcome: "answered" }]);
  });

  test("of a message that nobody knows changes nothing and says so", async () => {
    await using app = await openTestApp();
    const unknown = app.chatwoot.customerSays(CONVERSATION, "never delivered");
    expect((await send(app, edited(unknown, { content: "x" }))).body).toEqual(SKIPPED("not_buffered"));
    expect((await app.store().counts()).messages).toEqual({});
  });

  test("does not bring a deleted message back", async () => {
    await using app = await openTestApp();
    const first = await app.receive("segredo");
    await app.receive("oi");
    await app.deliver(app.chatwoot.deleteMessage(first.messageId));
    expect((await send(app, edited(first, { content: "segredo" }))).body).toEqual(SKIPPED("not_buffered"));
    await app.clock.tick(30_010);
    expect(lastTurnRead(app)).toEqual(["[1] oi"]);
  });
});

describe("a deletion", () => {
  test("before the close keeps the message from the model, now and as history", async () => {
    await using app = await openTestApp();
    const first = await app.receive("meu cartão é 9876");
    await app.receive("oi");
    expect((await app.deliver(app.chatwoot.deleteMessage(first.messageId))).body).toEqual(SKIPPED("deleted"));
    await app.clock.tick(30_010);
    await app.receive("e agora?");
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(2);
    expect(JSON.stringify(app.ai.asked)).not.toContain("9876");
  });

  test("of every message cancels the buffer, and nobody is asked", async () => {
    await using app = await openTestApp();
    const said = [await app.receive("um"), await app.receive("dois")];
    for (const { messageId } of said) await app.deliver(app.chatwoot.deleteMessage(messageId));
    expect((await listed(app, "/buffers"))[0]).toMatchObject({
      status: "cancelled",
      cancelReason: "deleted",
    });
    await app.clock.tick(600_000);
    expect(app.ai.asked).toHaveLength(0);
    expect((await app.store().counts()).messages).toEqual({ cancelled: 2 });
  });

  test("that overtakes its message wins: the late message is a duplicate and is never read", async () => {
    await using app = await openTestApp();
    const delivery = app.chatwoot.customerSays(CONVERSATION, "segredo");
    expect((await app.deliver(app.chatwoot.deleteMessage(delivery.messageId))).body).toEqual(
      SKIPPED("deleted"),
    );
    expect((await app.deliver(delivery)).body).toEqual({ success: true, action: "duplicate" });
    await app.clock.tick(60_000);
    expect(app.ai.asked).toHaveLength(0);
    expect(await listed(app, "/buffers")).toEqual([]);
  });

  test("of the only message while the model works lets no answer out", async () => {
    await using app = await openTestApp();
    const first = await app.receive("oi");
    app.ai.hold();
    await app.clock.tick(30_010);
    await app.deliver(app.chatwoot.deleteMessage(first.messageId));
    app.ai.release();
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "deleted" });
  });

  test("between the close and the turn keeps the message from the model", async () => {
    await using app = await openTestApp({ env: { AI_MAX_CONCURRENCY: "1" } });
    await app.receive("first in line", { conversationId: 1 });
    app.ai.hold();
    await app.clock.tick(5_000);
    const secret = await app.receive("segredo");
    await app.receive("oi");
    await app.clock.tick(30_010);
    await app.deliver(app.chatwoot.deleteMessage(secret.messageId));
    app.ai.release();
    await app.clock.tick(10_000);
    expect(lastTurnRead(app)).toEqual(["[1] oi"]);
  });

  test("of one message of several while the model works: the answer that knew it is thrown away", async () => {
    await using app = await openTestApp();
    app.ai.answerWith(({ prompt }) => (prompt.includes("segredo") ? "eu sei o segredo" : "oi!"));
    await app.receive("oi");
    const secret = await app.receive("segredo");
    app.ai.hold();
    await app.clock.tick(30_010);
    await app.deliver(app.chatwoot.deleteMessage(secret.messageId));
    app.ai.release();
    await app.clock.tick(10_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["oi!"]);
    expect(app.ai.asked).toHaveLength(2);
  });

  test("of one message of several between the answer and its POST: nothing that knew it is sent", async () => {
    await using app = await openTestApp();
    app.ai.answerWith(({ prompt }) => (prompt.includes("segredo") ? "eu sei o segredo" : "oi!"));
    await app.receive("oi");
    const secret = await app.receive("segredo");
    app.chatwoot.failNext("list_down", 2);
    await app.clock.tick(30_010);
    await app.deliver(app.chatwoot.deleteMessage(secret.messageId));
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["oi!"]);
  });

  test("told twice is told once", async () => {
    await using app = await openTestApp();
    const first = await app.receive("um");
    await app.receive("dois");
    const deletion = app.chatwoot.deleteMessage(first.messageId);
    await app.deliver(deletion);
    const before = rowCount(app);
    expect((await app.deliver(deletion)).body).toEqual(SKIPPED("deleted"));
    expect(rowCount(app)).toBe(before);
  });
});
