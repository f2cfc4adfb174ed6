// Notifications: whom they reach, when WhatsApp lets them through, and that asking twice tells once.
import { describe, expect, test } from "bun:test";
import { deliveriesOf, postsOf } from "../delivery/scene.ts";
import { CONVERSATION } from "../harness/app.ts";
import { CUSTOMER, MESSAGE, openAnswered } from "../harness/notified.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";
import { call } from "../routes/table.ts";

const OTHER = 459;
const HOUR_MS = 3_600_000;
/** The polls behind the timers, seldom: days pass here. */
const SELDOM = { env: { BUFFER_PROCESSING_INTERVAL_MS: String(HOUR_MS) } };
/** A whole day takes its time on a busy machine. */
const LONG_TEST_MS = 60_000;
const API_CHANNEL = { channel: "Channel::Api" };
const TEMPLATE = { name: "order_shipped", language: "pt_BR" };

test("a program's message reaches the customer once, marked, and is history as lull's own", async () => {
  await using told = await openAnswered();
  const { app } = told;
  const answer = await told.notify();
  const deliveryId = String(answer.body["deliveryId"]);
  expect(answer).toMatchObject({ status: 200, body: { success: true, deliveryId } });
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE]);
  expect(postsOf(app).at(-1)?.body).toEqual({
    content: MESSAGE,
    message_type: "outgoing",
    private: false,
    content_type: "text",
    content_attributes: { lull_reply_id: deliveryId },
  });
  expect((await deliveriesOf(app)).at(-1)).toMatchObject({
    id: deliveryId,
    kind: "notification",
    turnId: null,
    state: "sent",
  });
  await app.receive("obrigada!");
  await app.clock.tick(30_010);
  const asked = app.ai.asked.at(-1)?.messages.map(({ content }) => content);
  expect(asked).toContain(MESSAGE);
});

test("both addresses take it, and a draft comes with its title and address on lines of their own", async () => {
  await using told = await openAnswered();
  const draft = { id: "d-1", title: "Proposta *final*", url: "https://example.com/d/1?a=_b_" };
  const body = { conversationId: CONVERSATION, message: "Veja:", draft };
  const path = "/functions/v1/whatsapp-notifications";
  const answer = await call(told.app, { method: "POST", path }, told.token, body);
  expect(answer.status).toBe(200);
  expect(told.app.chatwoot.sent(CONVERSATION).at(-1)).toBe(
    "Veja:\n\nProposta **final**\nhttps://example.com/d/1?a=_b_",
  );
});

describe("whom it reaches", () => {
  test("a number means the conversation it wrote in last, even before lull answered there", async () => {
    await using told = await openAnswered();
    await told.app.clock.tick(HOUR_MS);
    await told.app.receive("e agora?", {
      conversationId: OTHER,
      contact: { id: 71, name: "Contact 71", phoneNumber: CUSTOMER },
    });
    expect((await told.notify({ whatsappNumber: "(11) 98765-0001" })).status).toBe(200);
    expect(told.app.chatwoot.sent(OTHER)).toEqual([MESSAGE]);
  });

  test("a user means the numbers that are proven to be theirs today, and no other", async () => {
    await using told = await openAnswered();
    const { app } = told;
    const userId = await addUser(app, "Ana");
    expect(await told.notify({ userId })).toMatchObject({ status: 404, body: { code: "not_found" } });
    const numberId = await addNumber(app, userId, CUSTOMER, { verified: false });
    expect((await told.notify({ userId })).status).toBe(404);
    await app.admin("DELETE", `/users/${userId}/numbers/${numberId}`);
    const provenId = await addNumber(app, userId, CUSTOMER);
    expect((await told.notify({ userId })).status).toBe(200);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE]);
    await app.admin("DELETE", `/users/${userId}/numbers/${provenId}`);
    expect((await told.notify({ userId })).status).toBe(404);
  });

  test("a number that two users answer to reaches neither of them by name", async () => {
    await using told = await openAnswered();
    const [ana, bia] = [await addUser(told.app, "Ana"), await addUser(told.app, "Bia")];
    for (const userId of [ana, bia]) await addNumber(told.app, userId, CUSTOMER);
    expect((await told.notify({ userId: ana })).status).toBe(404);
    expect((await told.notify({ whatsappNumber: CUSTOMER })).status).toBe(200);
  });

  test("who never wrote cannot be written to, and the answer says so", async () => {
    await using told = await openAnswered();
    for (const body of [{ whatsappNumber: "+5521900000000" }, { conversationId: OTHER }]) {
      const { status, body: refusal } = await told.notify(body);
      expect([status, refusal["code"]]).toEqual([404, "not_found"]);
      expect(String(refusal["fix"])).toContain("written once");
    }
    expect((await told.notify({ conversationId: 1, connection: "playground" })).status).toBe(404);
  });

  test("names that go together mean one conversation; names that do not are refused", async () => {
    await using told = await openAnswered();
    await told.app.receive("oi", { conversationId: OTHER });
    const both = { whatsappNumber: CUSTOMER, conversationId: CONVERSATION };
    expect((await told.notify(both)).status).toBe(200);
    const answer = await told.notify({ whatsappNumber: CUSTOMER, conversationId: OTHER });
    expect(answer).toMatchObject({ status: 422, body: { code: "nobody_named" } });
  });
});

describe("WhatsApp's window of 24 hours", () => {
  test(
    "it is open for 23 hours and 55 minutes after the customer's last word, then only for a template",
    async () => {
      await using told = await openAnswered(SELDOM);
      await told.app.clock.tick(23 * HOUR_MS);
      expect((await told.notify()).status).toBe(200);
      await told.app.clock.tick(HOUR_MS - 5 * 60_000);
      const closed = await told.notify();
      expect(closed).toMatchObject({ status: 409, body: { code: "conflict", reason: "window_closed" } });
      const values = { body: { 1: "Ana" } };
      const template = { ...TEMPLATE, category: "UTILITY", processedParams: values };
      expect((await told.notify({ template })).status).toBe(200);
      expect(postsOf(told.app).at(-1)?.body).toMatchObject({
        content: MESSAGE,
        template_params: { ...TEMPLATE, category: "UTILITY", processed_params: values },
      });
      expect(told.app.chatwoot.violations).toEqual([]);
    },
    LONG_TEST_MS,
  );

  test(
    "a bridge's window is what Chatwoot says, whatever the hour, and no template opens it",
    async () => {
      await using told = await openAnswered(SELDOM, API_CHANNEL);
      await told.app.clock.tick(30 * HOUR_MS);
      expect((await told.notify()).status).toBe(200);
      told.app.chatwoot.setCanReply(CONVERSATION, false);
      await told.app.deliver(told.app.chatwoot.setStatus(CONVERSATION, "open"));
      expect((await told.notify()).body["reason"]).toBe("window_closed");
      expect((await told.notify({ template: TEMPLATE })).body["reason"]).toBe("window_closed");
    },
    LONG_TEST_MS,
  );
});

test.each<[string, Record<string, unknown>]>([
  ["mode_off", { mode: "off" }],
  ["blocklist", { lists: { block: [CUSTOMER], allow: [] } }],
])("where lull keeps silent by %s it writes nothing, whoever asks", async (reason, settings) => {
  await using told = await openAnswered();
  const inboxId = told.app.chatwoot.room(CONVERSATION)?.inboxId;
  const { status } = await told.app.admin("PUT", `/inboxes/default/${inboxId}`, settings);
  expect(status).toBe(200);
  expect(await told.notify()).toMatchObject({ status: 409, body: { code: "conflict", reason } });
});

describe("Idempotency-Key", () => {
  const KEY = { "idempotency-key": "order-7" };

  test(
    "the same key and words give the same delivery for 24 hours, and one message",
    async () => {
      await using told = await openAnswered(SELDOM);
      const first = await told.notify({}, KEY);
      await told.app.clock.tick(23 * HOUR_MS);
      expect((await told.notify({}, KEY)).body).toEqual(first.body);
      expect(told.app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE]);
    },
    LONG_TEST_MS,
  );

  test("two at the same time are one", async () => {
    await using told = await openAnswered();
    const answers = await Promise.all([told.notify({}, KEY), told.notify({}, KEY)]);
    expect(new Set(answers.map(({ body }) => body["deliveryId"])).size).toBe(1);
    expect(told.app.chatwoot.sent(CONVERSATION)).toEqual(["ok", MESSAGE]);
  });

  test(
    "it is answered the same when the window has closed meanwhile, and is free again after a day",
    async () => {
      await using told = await openAnswered(SELDOM, API_CHANNEL);
      const { app } = told;
      const first = await told.notify({}, KEY);
      app.chatwoot.setCanReply(CONVERSATION, false);
      await app.deliver(app.chatwoot.setStatus(CONVERSATION, "open"));
      expect((await told.notify({}, KEY)).body).toEqual(first.body);
      app.chatwoot.setCanReply(CONVERSATION, true);
      await app.deliver(app.chatwoot.setStatus(CONVERSATION, "pending"));
      await app.clock.tick(25 * HOUR_MS);
      const later = await told.notify({}, KEY);
      expect(later.status).toBe(200);
      expect(later.body["deliveryId"]).not.toBe(first.body["deliveryId"]);
    },
    LONG_TEST_MS,
  );

  test("the same key with other words is a conflict; another caller's key is another key", async () => {
    await using told = await openAnswered();
    await told.notify({}, KEY);
    const other = await told.notify({ message: "outra" }, KEY);
    expect(other).toMatchObject({ status: 409, body: { code: "conflict", reason: "other_request" } });
    const token = await addToken(told.app, "service");
    const theirs = await call(
      told.app,
      { method: "POST", path: "/v1/notifications" },
      token,
      { conversationId: CONVERSATION, message: "outra" },
      KEY,
    );
    expect(theirs.status).toBe(200);
  });
});

test("no word and no number of a notification comes into the log", async () => {
  await using told = await openAnswered();
  await told.notify({ whatsappNumber: CUSTOMER, message: "segredo canário" });
  await told.notify({ whatsappNumber: "+5521900000000", message: "segredo canário" });
  const logged = JSON.stringify(told.app.events);
  expect(logged).toContain("notification.added");
  for (const secret of ["segredo canário", "+5511987650001", "5511987650001", "5521900000000"])
    expect(logged).not.toContain(secret);
});
