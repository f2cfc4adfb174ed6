// A colleague tells lull in a private note to be quiet, or to speak again.
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { lastTurn, listed, metric } from "./signed.ts";

async function note(app: TestApp, text: string): Promise<void> {
  const { status, body } = await app.deliver(app.chatwoot.humanSays(CONVERSATION, text, { isPrivate: true }));
  expect([status, body["action"], body["reason"]]).toEqual([200, "skipped", "private_note"]);
}

async function say(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  await app.clock.tick(30_010);
}

async function conversation(app: TestApp): Promise<Record<string, unknown>> {
  return (await app.admin("GET", `/conversations/${CONVERSATION}`)).body["data"] as Record<string, unknown>;
}

test("/bot off drops what waits and keeps lull quiet until /bot on, whoever else is at work", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await note(app, "/bot off");
  expect((await listed(app, "/buffers"))[0]).toMatchObject({ status: "cancelled", cancelReason: "paused" });
  expect(await metric(app, 'lull_silences_total{reason="paused"}')).toBe(1);
  expect(await conversation(app)).toMatchObject({
    pausedBy: "command",
    pausedByName: "Sample Agent",
    pausedUntil: null,
    silence: "paused",
  });
  await app.clock.tick(3_600_000);
  await say(app, "alguém?");
  expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "paused" });
  await note(app, "/bot on");
  await say(app, "e agora?");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("/bot off with minutes ends by itself", async () => {
  await using app = await openTestApp();
  await note(app, "/lull off 10");
  await app.clock.tick(9 * 60_000);
  await say(app, "oi");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  await app.clock.tick(60_000);
  await say(app, "oi?");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("/bot on lifts a person's pause, too", async () => {
  await using app = await openTestApp();
  await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
  await note(app, "/bot on");
  await say(app, "oi");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("a resolved conversation is open to lull again", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await note(app, "/bot off");
  await app.deliver(app.chatwoot.resolve(CONVERSATION));
  await say(app, "voltei");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("a command holds for its conversation alone, and outlives a restart", async () => {
  await using app = await openTestApp();
  await note(app, "/bot off");
  await app.crash();
  await app.start();
  await say(app, "oi");
  await app.receive("oi", { conversationId: 2 });
  await app.clock.tick(30_010);
  expect([app.chatwoot.sent(CONVERSATION), app.chatwoot.sent(2)]).toEqual([[], ["ok"]]);
});

test("the customer never sees a command, nor does the model", async () => {
  await using app = await openTestApp();
  await note(app, "/bot on");
  await say(app, "oi");
  expect(JSON.stringify(app.ai.asked)).not.toContain("/bot");
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});
