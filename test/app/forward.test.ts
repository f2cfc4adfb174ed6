// What is outside of a rollout goes to the older system: byte for byte, whatever it is, and lull leaves it alone.
import { expect, test } from "bun:test";
import { signBody } from "../../src/chatwoot/sample.ts";
import { ACCOUNT_ID, CONVERSATION, openTestApp, type TestApp, WEBHOOK_SECRET } from "../harness/app.ts";
import { openTakeover } from "../harness/legacy.ts";
import { metric } from "./signed.ts";

const MESSAGE = {
  event: "message_created",
  account: { id: ACCOUNT_ID },
  id: 900,
  message_type: "incoming",
  conversation: { id: CONVERSATION, channel: "Channel::Api" },
  sender: { id: 71, name: "Ana" },
};

/** Delivers these very bytes, signed. */
async function post(app: TestApp, raw: string, headers: Record<string, string> = {}) {
  const timestamp = Math.floor(app.clock.now() / 1_000);
  const signed = signBody(WEBHOOK_SECRET, timestamp, raw, "d-1");
  const own = { "content-type": "application/json", ...signed, ...headers };
  const request = new Request("http://localhost/webhooks/chatwoot", {
    method: "POST",
    headers: own,
    body: raw,
  });
  return app.deliver({ request: () => request });
}

test("a webhook goes on byte for byte, with its headers and its signature", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const odd = `{ "zeta":1.0,\t"content":"ol\\u00e1 é 👍🏽 \\ud83d\\ude00",  "a":1e2, ${JSON.stringify(MESSAGE).slice(1)}\r\n`;
  const headers = { "user-agent": "rest-client/2.1", "x-request-id": "r-7", accept: "application/json" };
  expect(await post(app, odd, headers)).toEqual({
    status: 200,
    body: { success: true, action: "forwarded" },
  });
  const [call] = legacy.calls;
  expect(Buffer.from(call?.raw ?? []).equals(Buffer.from(odd))).toBe(true);
  expect(call?.headers).toMatchObject({
    ...headers,
    "content-type": "application/json",
    "x-chatwoot-delivery": "d-1",
    "x-chatwoot-signature": expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    "x-chatwoot-timestamp": String(Math.floor(app.clock.now() / 1_000)),
  });
});

test("what is a matter of one hop alone stays behind", async () => {
  await using takeover = await openTakeover(0);
  const hop = {
    connection: "keep-alive, X-Hop",
    "x-hop": "1",
    "keep-alive": "timeout=5",
    te: "trailers",
    "proxy-authorization": "Basic abc",
    "x-stays": "yes",
  };
  await post(takeover.app, JSON.stringify(MESSAGE), hop);
  const headers = takeover.legacy.calls[0]?.headers ?? {};
  for (const name of ["x-hop", "keep-alive", "te", "proxy-authorization"])
    expect(headers[name]).toBeUndefined();
  expect(headers["x-stays"]).toBe("yes");
});

test("lull neither keeps nor answers what is not its own; the older system answers", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const { messageId } = await app.receive("oi");
  await app.clock.tick(400_000);
  expect(legacy.answered).toEqual([{ conversationId: CONVERSATION, messageIds: [messageId] }]);
  expect([app.ai.asked.length, app.chatwoot.sent(CONVERSATION).length]).toEqual([0, 0]);
  expect(await app.store().counts()).toMatchObject({ buffers: {}, messages: {} });
});

test("everything about a conversation goes where the conversation is, also what lull would leave", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const { messageId } = await app.receive("oi");
  const told = [
    app.chatwoot.typing(CONVERSATION, true),
    app.chatwoot.humanSays(CONVERSATION, "já vejo"),
    app.chatwoot.humanSays(CONVERSATION, "um segredo", { isPrivate: true }),
    app.chatwoot.assign(CONVERSATION, "human"),
    app.chatwoot.deleteMessage(messageId),
    app.chatwoot.setStatus(CONVERSATION, "open"),
  ];
  for (const delivery of told) expect((await app.deliver(delivery)).body["action"]).toBe("forwarded");
  const strange = { event: "conversation_contact_changed", id: CONVERSATION };
  expect((await post(app, JSON.stringify(strange))).body["action"]).toBe("forwarded");
  expect(legacy.calls.map(({ body }) => body["event"])).toEqual([
    "message_created",
    "conversation_typing_on",
    "message_created",
    "message_created",
    "conversation_updated",
    "message_updated",
    "conversation_status_changed",
    "conversation_contact_changed",
  ]);
});

test("what belongs to no conversation goes to the older system as long as a rollout leaves anything to it", async () => {
  await using takeover = await openTakeover(99);
  const { app, legacy, setPercent } = takeover;
  const contact = JSON.stringify({ event: "contact_created", id: CONVERSATION });
  expect((await post(app, contact)).body["action"]).toBe("forwarded");
  await setPercent(100);
  expect((await post(app, contact)).body).toMatchObject({ action: "skipped", reason: "unsupported_event" });
  expect(legacy.calls).toHaveLength(1);
});

test("switched off for all, lull answers at once; nothing is forwarded", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  await app.admin("PUT", "/flags/message_buffering", { enabled: false });
  await app.receive("oi");
  await app.clock.tick(100);
  expect([app.chatwoot.sent(CONVERSATION), legacy.calls]).toEqual([["ok"], []]);
});

test("without an older system those outside of a rollout are answered at once", async () => {
  await using app = await openTestApp();
  await app.admin("PUT", "/flags/message_buffering", { enabled: true, rolloutPercent: 0 });
  expect((await app.receive("oi")).answer["action"]).toBe("buffered");
  await app.clock.tick(100);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
});

test("the same message is forwarded once, however often it comes", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const delivery = await app.receive("oi");
  expect((await app.deliver(delivery)).body["action"]).toBe("duplicate");
  expect(legacy.messageIds).toEqual([delivery.messageId]);
});

test("a refused webhook is forwarded to nobody", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  const answer = await post(app, JSON.stringify(MESSAGE), {
    "x-chatwoot-signature": `sha256=${"0".repeat(64)}`,
  });
  expect([answer.status, legacy.calls.length]).toEqual([401, 0]);
});

test("processing that is off is lull's alone: the older system goes on", async () => {
  await using takeover = await openTakeover(0);
  const { app, legacy } = takeover;
  await app.admin("POST", "/processing", { enabled: false });
  await app.receive("oi");
  expect(legacy.calls).toHaveLength(1);
});

test("what was forwarded is counted, and how long the older system took is measured", async () => {
  await using takeover = await openTakeover(0);
  const { app } = takeover;
  await app.receive("oi");
  const forwarded = 'lull_webhook_received_total{event="message_created",outcome="forwarded"}';
  expect(await metric(app, forwarded)).toBe(1);
  expect(await metric(app, 'lull_legacy_forwards_total{outcome="sent"}')).toBe(1);
  expect(await metric(app, "lull_legacy_answer_seconds_count")).toBe(1);
});
