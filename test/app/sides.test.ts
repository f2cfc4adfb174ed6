// Whose a conversation is while lull takes over: exceptions for connections and users, what is known when it comes back,
// and what is never anybody else's.
import { expect, test } from "bun:test";
import { ADMIN_TOKEN, CONVERSATION, type TestApp } from "../harness/app.ts";
import { LEGACY_SILENCE_MS, openTakeover, QUIET_MS } from "../harness/legacy.ts";
import { addNumber, addUser } from "../harness/tenants.ts";

const FLAG = "/flags/message_buffering";
const ANA = { id: 71, name: "Ana", phoneNumber: "+5511987654321" };

async function action(app: TestApp, conversationId = CONVERSATION): Promise<unknown> {
  return (await app.receive("oi", { conversationId, contact: ANA })).answer["action"];
}

test("a connection's exception brings its conversations to lull, or takes them away", async () => {
  await using takeover = await openTakeover(0);
  const { app } = takeover;
  const scope = "connection:default";
  await app.admin("PUT", FLAG, { enabled: true, rolloutPercent: 100, scope });
  expect(await action(app)).toBe("buffered");
  await app.admin("PUT", FLAG, { enabled: true, rolloutPercent: 0, scope });
  expect(await action(app, CONVERSATION + 1)).toBe("forwarded");
  await app.admin("DELETE", `${FLAG}?scope=${scope}`);
  await takeover.setPercent(100);
  expect(await action(app, CONVERSATION + 2)).toBe("buffered");
});

test("a user's exception keeps the conversations that are known to be theirs", async () => {
  await using takeover = await openTakeover(100);
  const { app } = takeover;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, ANA.phoneNumber);
  expect(await action(app)).toBe("buffered");
  await app.clock.tick(QUIET_MS);
  await app.admin("PUT", FLAG, { enabled: true, rolloutPercent: 100, scope: `user:${userId}` });
  await takeover.setPercent(0);
  expect(await action(app)).toBe("buffered");
  expect(await action(app, CONVERSATION + 1)).toBe("forwarded");
});

test("the first message after the change shows lull how the conversation stands", async () => {
  await using takeover = await openTakeover(0);
  const { app, setPercent } = takeover;
  await action(app);
  // A webhook that never came: the message alone tells of it.
  app.chatwoot.assign(CONVERSATION, "human");
  await setPercent(100);
  await app.clock.tick(QUIET_MS + 60_000);
  expect(await action(app)).toBe("buffered");
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  expect((await app.admin("GET", "/jobs")).body["data"]).toMatchObject([{ reason: "human_assigned" }]);
});

test("a pause of long ago is over when the conversation was resolved over there", async () => {
  await using takeover = await openTakeover(100);
  const { app, setPercent } = takeover;
  await app.deliver(app.chatwoot.humanSays(CONVERSATION, "deixa comigo"));
  await setPercent(0);
  await action(app);
  await app.deliver(app.chatwoot.resolve(CONVERSATION));
  await setPercent(100);
  await app.clock.tick(QUIET_MS + 60_000);
  expect(await action(app)).toBe("buffered");
  await app.clock.tick(31_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("what the older system had is not lull's when that system is gone", async () => {
  await using takeover = await openTakeover(0);
  const { app } = takeover;
  const delivery = await app.receive("oi");
  await app.stop();
  app.config.upkeep = { ...app.config.upkeep, legacyWebhookUrl: null };
  await app.start();
  expect((await app.deliver(delivery)).body["action"]).toBe("duplicate");
  await takeover.setPercent(100);
  expect(await action(app)).toBe("buffered");
});

test("what still waits for a system that is gone is told of at the start", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  legacy.answer = () => new Response(null, { status: 503 });
  await action(app);
  await app.stop();
  app.config.upkeep = { ...app.config.upkeep, legacyWebhookUrl: null };
  await app.start();
  const told = app.events.find(({ name }) => name === "legacy.left_waiting");
  expect(told).toMatchObject({ level: "warning", fields: { count: 1 } });
});

test("catch-up leaves alone what the older system has, and what it has answered", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy, setPercent } = takeover;
  await action(app);
  await app.clock.tick(LEGACY_SILENCE_MS + 60_000);
  expect(legacy.answered).toHaveLength(1);
  await setPercent(100);
  await app.clock.tick(QUIET_MS + 60_000);
  await app.stop();
  // A message that neither has heard of.
  app.chatwoot.customerSays(CONVERSATION, "alguém?");
  await app.clock.tick(60_000);
  await app.start();
  await app.clock.tick(60_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(await action(app)).toBe("buffered");
  await app.clock.tick(90_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
});

test("the playground is lull's own, whatever the share", async () => {
  await using takeover = await openTakeover(0, { env: { LULL_PUBLIC_URL: "https://lull.example" } });
  const { app, legacy } = takeover;
  const headers = { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` };
  const body = JSON.stringify({ text: "oi" });
  const answer = await app.handle(
    new Request("http://localhost/playground/messages", { method: "POST", headers, body }),
  );
  await app.clock.settle();
  expect(await answer.text()).toContain("buffered");
  expect(legacy.calls).toEqual([]);
});
