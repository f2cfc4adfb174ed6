// A contact is erased: no file of the data folder and no object holds a word of theirs afterwards, whatever was under way.
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addToken, addUser, chat } from "../harness/tenants.ts";
import { tracesOf } from "./traces.ts";

const CONTACT = { id: 71, name: "Zoraide Quintela", phoneNumber: "+5511987654321" };
const DIGITS = "5511987654321";
const SAID = "meu gato Xerxes fugiu";
const ANSWER = "Lamento pelo Xerxes, Zoraide Quintela";
const TEXTS = ["Xerxes", "Zoraide", DIGITS];
const OTHER = { id: 72, name: "Otávio", phoneNumber: "+5521999998888" };

async function erase(app: TestApp): Promise<Record<string, unknown>> {
  const { status, body } = await app.admin("DELETE", `/contacts/${CONTACT.id}`);
  expect([status, body["error"]]).toEqual([200, undefined]);
  return body["data"] as Record<string, unknown>;
}

async function receiptOf(app: TestApp, id: unknown): Promise<Record<string, unknown>> {
  return (await app.admin("GET", `/erasures/${String(id)}`)).body["data"] as Record<string, unknown>;
}

/** They wrote, were answered, wrote to the chat API, and all of it is archived. */
async function talk(app: TestApp): Promise<void> {
  app.ai.answerWith(ANSWER);
  await app.receive(SAID, { contact: CONTACT });
  await app.clock.tick(31_000);
  const token = await addToken(app, "chat");
  await chat(app, token, { text: `${SAID} de novo`, phoneNumber: CONTACT.phoneNumber });
  await app.clock.tick(60_000);
}

test("nothing that was said, answered or archived is left anywhere, and the receipt counts it", async () => {
  await using app = await openTestApp();
  await talk(app);
  app.ai.answerWith("Bom dia, Otávio");
  await app.receive("bom dia", { contact: OTHER, conversationId: 9 });
  await app.clock.tick(60_000);
  expect(tracesOf(app, TEXTS).length).toBeGreaterThan(3);

  const receipt = await erase(app);
  await app.clock.tick(60_000);
  expect(tracesOf(app, TEXTS)).toEqual([]);
  expect(await receiptOf(app, receipt["id"])).toMatchObject({
    kind: "contact",
    connection: "default",
    subjectId: "71",
    state: "done",
    counts: { conversations: 1, messages: 1, history: 4, deliveries: 1, objects: expect.any(Number) },
    remains: [expect.stringContaining("Chatwoot"), expect.stringContaining("ackups")],
  });
  // The other's are all there.
  expect(tracesOf(app, ["bom dia"]).length).toBeGreaterThan(0);
  expect(JSON.stringify(app.events)).not.toMatch(/Xerxes|Zoraide|5511987654321/);
});

test("what still waited is dropped: it is neither answered nor kept", async () => {
  await using app = await openTestApp();
  await app.receive(SAID, { contact: CONTACT });
  await erase(app);
  await app.clock.tick(120_000);
  expect(app.ai.asked).toHaveLength(0);
  expect(tracesOf(app, TEXTS)).toEqual([]);
});

test("a turn under way writes nothing back", async () => {
  await using app = await openTestApp();
  app.ai.hold();
  app.ai.answerWith(ANSWER);
  await app.receive(SAID, { contact: CONTACT });
  await app.clock.tick(30_010);
  const receipt = await erase(app);
  expect(await receiptOf(app, receipt["id"])).toMatchObject({ state: "running", doneAt: null });
  app.ai.release();
  await app.clock.tick(120_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
  expect(await receiptOf(app, receipt["id"])).toMatchObject({ state: "done" });
  expect(tracesOf(app, TEXTS)).toEqual([]);
});

test("a reply on its way is settled, and then forgotten", async () => {
  await using app = await openTestApp();
  app.ai.answerWith(ANSWER);
  app.chatwoot.failNext("accept_late");
  await app.receive(SAID, { contact: CONTACT });
  await app.clock.tick(30_010);
  const receipt = await erase(app);
  await app.clock.tick(300_000);
  expect(await receiptOf(app, receipt["id"])).toMatchObject({ state: "done" });
  expect(tracesOf(app, TEXTS)).toEqual([]);
});

test("an erasure goes on after a crash", async () => {
  await using app = await openTestApp();
  await talk(app);
  app.objects.failure = new Error("the store is away");
  const receipt = await erase(app);
  await app.crash();
  app.objects.failure = null;
  await app.start();
  await app.clock.tick(600_000);
  expect(await receiptOf(app, receipt["id"])).toMatchObject({ state: "done" });
  expect(tracesOf(app, TEXTS)).toEqual([]);
});

test("what comes later is a new start", async () => {
  await using app = await openTestApp();
  await talk(app);
  await erase(app);
  await app.clock.tick(60_000);
  const asked = app.ai.asked.length;
  await app.receive("olá", { contact: CONTACT });
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(asked + 1);
  expect(JSON.stringify(app.ai.asked.at(-1))).not.toContain("Xerxes");
  expect(tracesOf(app, ["Zoraide"]).length).toBeGreaterThan(0);
});

test("a late webhook of an erased message is a duplicate", async () => {
  await using app = await openTestApp();
  const delivery = app.chatwoot.customerSays(CONVERSATION, SAID, { contact: CONTACT });
  await app.deliver(delivery);
  await erase(app);
  expect((await app.deliver(delivery)).body).toMatchObject({ action: "duplicate" });
  expect(tracesOf(app, TEXTS)).toEqual([]);
});

test.each(["user", "bot"] as const)(
  "what a colleague said is not taken anew from Chatwoot's list after a start (with a %s's token)",
  async (tokens) => {
    await using app = await openTestApp({ tokens });
    await talk(app);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "O Xerxes voltou?"));
    await erase(app);
    await app.stop();
    await app.start();
    await app.clock.tick(180_000);
    expect(tracesOf(app, TEXTS)).toEqual([]);
  },
);

test.each(["?conection=clinic", "?connection=clinic&objects=keep"])(
  "a word too many in the address, as in %s, erases nobody",
  async (query) => {
    await using app = await openTestApp();
    await app.receive("oi", { contact: CONTACT });
    const { status, body } = await app.admin("DELETE", `/contacts/${CONTACT.id}${query}`);
    expect([status, body["error"]]).toEqual([400, expect.stringContaining("known are connection")]);
    expect((await app.admin("GET", "/erasures")).body["data"]).toEqual([]);
    const user = await app.admin("DELETE", "/users/nobody?object=keep");
    expect([user.status, user.body["error"]]).toEqual([400, expect.stringContaining("known are objects")]);
  },
);

test("erasures are listed by state; a contact whom nobody knows is none", async () => {
  await using app = await openTestApp();
  await app.receive(SAID, { contact: CONTACT });
  const { id } = await erase(app);
  await app.clock.tick(60_000);
  expect((await app.admin("GET", "/erasures?state=done")).body["data"]).toMatchObject([{ id }]);
  expect((await app.admin("GET", "/erasures?state=running")).body["data"]).toEqual([]);
  expect((await app.admin("GET", "/erasures?state=lost")).status).toBe(400);
  expect((await app.admin("DELETE", "/contacts/999")).status).toBe(404);
  expect((await app.admin("DELETE", "/contacts/ana")).status).toBe(400);
  expect((await app.admin("DELETE", "/contacts/71?connection=nowhere")).status).toBe(404);
});

test("of a user's bucket only the contact's conversation goes, and the user stays", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Olga");
  await addNumber(app, userId, CONTACT.phoneNumber);
  await addNumber(app, userId, OTHER.phoneNumber);
  await app.receive(SAID, { contact: CONTACT });
  await app.receive("do outro telefone", { contact: OTHER, conversationId: 9 });
  await app.clock.tick(90_000);
  const { id } = await erase(app);
  await app.clock.tick(60_000);
  expect(await receiptOf(app, id)).toMatchObject({ state: "done" });
  expect(tracesOf(app, ["Xerxes", "Zoraide"])).toEqual([]);
  expect(tracesOf(app, ["do outro telefone"]).some((trace) => trace.includes("lull-user-"))).toBe(true);
  expect((await app.admin("GET", `/users/${userId}`)).status).toBe(200);
});
