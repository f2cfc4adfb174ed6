// Those who would pass for somebody else: by what they, or a colleague, type; by a list, a note, a number that was another's.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { AI_TEST_KEY } from "../doubles/ai.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser, chat } from "../harness/tenants.ts";
import { asUser } from "../routes/table.ts";
import { send } from "./signed.ts";

const KEY_A = "gsk-key-of-ana-0123456789";
const KEY_B = "gsk-key-of-bia-0123456789";
const ANAS = "+5511987654321";
const OTHERS = "+5521912345678";
const ANA = { contact: { id: 71, name: "Ana", phoneNumber: ANAS } };
const VISITOR = { channel: "Channel::WebWidget", contact: { id: 90, name: "Mallory", phoneNumber: ANAS } };

const keys = (app: TestApp): string[] => app.ai.asked.map(({ key }) => key);

async function openWithAna(env: Record<string, string> = {}) {
  const app = await openTestApp({ env });
  const userId = await addUser(app, "Ana Lima");
  const numberId = await addNumber(app, userId, ANAS);
  await addKey(app, userId, KEY_A);
  return { app, userId, numberId, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

function rows(app: TestApp, sql: string): Record<string, unknown>[] {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    return db.query<Record<string, unknown>, []>(sql).all();
  } finally {
    db.close();
  }
}

/** A contact whose WhatsApp id and typed number are these. */
async function says(app: TestApp, text: string, phoneNumber: string | null, sourceId: string) {
  const delivery = app.chatwoot.customerSays(CONVERSATION, text, {
    contact: { id: 71, name: "Somebody", phoneNumber },
  });
  const body = JSON.parse(await delivery.request().text()) as Record<string, Record<string, unknown>>;
  const conversation = body["conversation"];
  const inbox = { ...(conversation?.["contact_inbox"] as object), source_id: sourceId };
  await send(app, { ...body, conversation: { ...conversation, contact_inbox: inbox } });
}

async function claimCode(app: TestApp, userId: string): Promise<string> {
  const me = asUser(app, await addToken(app, `user:${userId}`));
  const { body } = await me("POST", "/numbers", { number: ANAS });
  return String((body["data"] as Record<string, unknown>)["code"]);
}

const areVerified = (app: TestApp) =>
  rows(app, "SELECT is_verified AS it FROM whatsapp_user_mapping").map(({ it }) => it);

describe("nobody becomes somebody by", () => {
  test("a number that a colleague typed beside another WhatsApp id", async () => {
    await using world = await openWithAna();
    await says(world.app, "hi", ANAS, "5531955554444");
    await world.app.clock.tick(30_010);
    expect(keys(world.app)).toEqual([AI_TEST_KEY]);
    expect(world.app.ai.asked[0]?.messages[0]?.content).not.toContain("Ana Lima");
  });

  test("a number that a visitor of a web page claims", async () => {
    await using world = await openWithAna({ LULL_CHANNELS: "Channel::WebWidget,Channel::Whatsapp" });
    await world.app.receive("hi", VISITOR);
    await world.app.clock.tick(30_010);
    expect(keys(world.app)).toEqual([AI_TEST_KEY]);
  });

  test("a visitor's message that only Chatwoot's list has shown yet, nor by a code in it", async () => {
    await using app = await openTestApp({ env: { LULL_CHANNELS: "Channel::WebWidget,Channel::Whatsapp" } });
    const code = await claimCode(app, await addUser(app, "Mallory"));
    await app.receive("hi", VISITOR);
    app.ai.hold();
    await app.clock.tick(30_010);
    app.chatwoot.customerSays(CONVERSATION, `here it is ${code}`, VISITOR);
    app.ai.release();
    await app.clock.tick(40_010);
    expect(app.ai.asked.length).toBeGreaterThan(1);
    expect(areVerified(app)).toEqual([0]);
  });

  test("a meeting that somebody had with them: neither their key nor their name is used", async () => {
    await using world = await openWithAna();
    const { app, userId } = world;
    await app.admin("POST", `/users/${userId}/meeting-notes`, {
      content: "Met Carlos",
      contactPhone: OTHERS,
    });
    await app.receive("hi", { contact: { id: 72, name: "Carlos", phoneNumber: OTHERS } });
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([AI_TEST_KEY]);
    expect(app.ai.asked[0]?.messages[0]?.content).not.toContain("Ana Lima");
    expect(rows(app, "SELECT user_id FROM message_buffer")).toEqual([{ user_id: userId }]);
  });

  test("a number that one user has proven and another was given", async () => {
    await using world = await openWithAna();
    const { app } = world;
    await addNumber(app, await addUser(app, "Bia"), ANAS, { verified: false });
    await app.receive("hi", ANA);
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([AI_TEST_KEY]);
    expect(app.events.some(({ name }) => name === "identity.ambiguous")).toBe(true);
  });
});

describe("who has a number now", () => {
  test("does not see what was said from it by who had it before", async () => {
    await using world = await openWithAna();
    const { app, userId, numberId } = world;
    const secret = await app.receive("my secret is tulip", ANA);
    await app.clock.tick(30_010);
    await app.admin("DELETE", `/users/${userId}/numbers/${numberId}`);
    const bia = await addUser(app, "Bia");
    await addNumber(app, bia, ANAS);
    await addKey(app, bia, KEY_B);
    await app.receive("and now?", { ...ANA, contentAttributes: { in_reply_to: secret.messageId } });
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([KEY_A, KEY_B]);
    expect(app.ai.asked[1]?.prompt).toContain("(in reply to an earlier message) and now?");
    expect(JSON.stringify(app.ai.asked[1]?.messages)).not.toContain("tulip");
  });
});

test("an answer that was written for one user is not sent when the number is another's by then", async () => {
  const broken = { isBroken: true };
  await using app = await openTestApp({
    wrapStore: (store) => ({
      ...store,
      endTurn: (...args) =>
        broken.isBroken ? Promise.reject(new Error("the end is not written")) : store.endTurn(...args),
    }),
  });
  const ana = await addUser(app, "Ana Lima");
  const numberId = await addNumber(app, ana, ANAS);
  app.ai.answerWith(({ messages }) => (messages[0]?.content.includes("Ana Lima") ? "Hello Ana" : "Hello"));
  await app.receive("hi", ANA);
  await app.clock.tick(30_010);
  await app.admin("DELETE", `/users/${ana}/numbers/${numberId}`);
  broken.isBroken = false;
  await app.clock.tick(60_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Hello"]);
});

describe("a code", () => {
  test.each([
    ["in WhatsApp's italics", (code: string) => `_${code}_`],
    ["in bold", (code: string) => `*${code}*`],
    ["with a long dash", (code: string) => code.replace("-", "–")],
  ])("%s proves its number and goes to no model", async (_how, write) => {
    await using app = await openTestApp();
    const code = await claimCode(app, await addUser(app, "Ana"));
    await app.receive(write(code), ANA);
    await app.clock.tick(30_010);
    expect(areVerified(app)).toEqual([1]);
    expect(app.ai.asked).toEqual([]);
  });

  test("that a colleague quotes stands in no history", async () => {
    await using app = await openTestApp();
    const code = await claimCode(app, await addUser(app, "Ana"));
    await app.receive("hi", ANA);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, `Please send ${code} from your phone`));
    const history = JSON.stringify(rows(app, "SELECT content FROM customer_conversations"));
    expect(history).toContain("from your phone");
    expect(history).not.toContain(code);
  });
});

describe("what is taken away", () => {
  test("is not used: a key that goes while another one is asked", async () => {
    await using world = await openWithAna();
    const { app, userId } = world;
    const second = await addKey(app, userId, KEY_B, { priority: 5 });
    app.ai.failNext("server_error");
    app.ai.hold();
    await app.receive("hi", ANA);
    await app.clock.tick(30_010);
    await app.admin("DELETE", `/users/${userId}/ai-keys/${second}`);
    app.ai.release();
    await app.clock.tick(10);
    expect(keys(app)).toEqual([KEY_A, AI_TEST_KEY]);
    const outcomes = rows(app, "SELECT outcome FROM ai_usage ORDER BY id").map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["ai_unavailable", "ok"]);
  });

  test("leaves no word: a user whose turn was cancelled by a colleague's reply", async () => {
    await using world = await openWithAna();
    const { app, userId } = world;
    await app.receive("first tulip", ANA);
    await app.clock.tick(30_010);
    await app.receive("second tulip", ANA);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "dear Ana, your tulip"));
    await app.clock.tick(30_010);
    await app.admin("DELETE", `/users/${userId}`);
    expect(wordsLeft(app)).not.toContain("tulip");
  });

  test("leaves no word once the turn is over: a user who went in the middle of it", async () => {
    await using world = await openWithAna();
    const { app, userId } = world;
    await app.receive("first tulip", ANA);
    app.ai.hold();
    await app.clock.tick(30_010);
    await app.admin("DELETE", `/users/${userId}`);
    app.ai.release();
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect(wordsLeft(app)).not.toContain("tulip");
  });
});

function wordsLeft(app: TestApp): string {
  const places = [
    "SELECT content, phone_number FROM customer_conversations",
    "SELECT content, sender_info FROM buffered_messages",
    "SELECT text FROM outbox",
    "SELECT answer FROM buffer_processing_jobs",
  ];
  return JSON.stringify(places.flatMap((sql) => rows(app, sql)));
}

test("the playground's stage is no connection of the chat API", async () => {
  await using app = await openTestApp({ env: { AI_SYSTEM_FALLBACK: "false" } });
  const token = await addToken(app, "chat");
  expect((await chat(app, token, { text: "hi", connection: "playground" })).status).toBe(404);
  expect(app.ai.asked).toEqual([]);
});
