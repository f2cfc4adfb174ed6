// Two Chatwoots whose accounts, conversations and messages have the same numbers: neither ever sees the other.
import { describe, expect, test } from "bun:test";
import { CONVERSATION } from "../harness/app.ts";
import { openBesideSecond, SECOND, SECOND_SECRET } from "../harness/second.ts";
import { answerTo, listed, rowCount, signed } from "./signed.ts";

/** An app that serves a second Chatwoot, too. */
function openTwo() {
  const { name, baseUrl, accountId, apiToken, webhookSecret } = SECOND;
  const chatwoot = { baseUrl, accountId, apiToken, userToken: null };
  const second = { name, chatwoot, webhookSecret, webhookPathSecret: null, isPlayground: false };
  return openBesideSecond({ connections: [second] });
}

describe("two connections with equal numbers", () => {
  test("have a burst each, an answer each, and each answer goes where its question came from", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    const first = await app.receive("um");
    const other = second.customerSays(CONVERSATION, "one");
    expect(other.messageId).toBe(first.messageId);
    expect((await app.deliver(other)).body).toMatchObject({ action: "buffered" });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["to: [1] um"]);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
    const buffers = await listed(app, "/buffers");
    expect(buffers.map(({ connection }) => String(connection)).toSorted()).toEqual(["default", "second"]);
    expect([...app.chatwoot.violations, ...second.violations]).toEqual([]);
  });

  test("have a history each", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    await app.receive("segredo de um");
    await app.deliver(second.customerSays(CONVERSATION, "secret of two"));
    await app.clock.tick(30_010);
    await app.receive("e agora?");
    await app.clock.tick(30_010);
    const asked = JSON.stringify(app.ai.asked.at(-1)?.messages);
    expect(asked).toContain("segredo de um");
    expect(asked).not.toContain("secret of two");
  });

  test("a person who takes over in one does not silence the other", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    await app.receive("um");
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
  });

  test("a deletion, an edit and somebody's typing reach only their own", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    const first = await app.receive("um");
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.deliver(app.chatwoot.deleteMessage(first.messageId));
    await app.deliver(app.chatwoot.typing(CONVERSATION, true));
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
  });

  test("the marker of one proves nothing in the other", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    app.chatwoot.failNext("hang");
    await app.receive("um");
    await app.clock.tick(50_020);
    const [delivery] = await listed(app, "/outbox");
    expect(delivery).toMatchObject({ connection: "default", state: "unknown" });
    const marker = { contentAttributes: { lull_reply_id: String(delivery?.["id"]) } };
    await app.deliver(second.humanSays(CONVERSATION, "forged", marker));
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "unknown" });
  });

  test("one that is down keeps only its own customers waiting", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    app.chatwoot.failNext("show_down", 100);
    await app.receive("um");
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.clock.tick(31_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
    app.chatwoot.heal();
    await app.clock.tick(120_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["to: [1] um"]);
  });

  test("the secret of one does not open the other, whatever the address", async () => {
    await using two = await openTwo();
    const { app, second } = two;
    const { body } = second.customerSays(CONVERSATION, "one");
    const before = rowCount(app);
    const crossed = [
      signed(app, body, { path: "/webhooks/chatwoot/second" }),
      signed(app, body, { path: "/webhooks/chatwoot/default", secret: SECOND_SECRET }),
      signed(app, body, { path: "/webhooks/chatwoot", secret: SECOND_SECRET }),
    ];
    for (const request of crossed) expect((await answerTo(app, request)).status).toBe(401);
    expect(rowCount(app)).toBe(before);
  });
});
