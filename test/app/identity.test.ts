// Who wrote, on the path of every webhook: the right key, nobody else's, and codes that prove a number.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AI_TEST_KEY } from "../doubles/ai.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser } from "../harness/tenants.ts";

const OTHER = 459;
const KEY_A = "gsk-canary-of-ana-0123456789";
const KEY_B = "gsk-canary-of-bia-0123456789";
const INBOX = 12;

const contact = (id: number, phoneNumber: string) => ({ id, name: `Contact ${id}`, phoneNumber });
const ANA = { contact: contact(71, "+5511987654321") };
const BIA = { contact: contact(72, "+5521912345678"), conversationId: OTHER };

/** The keys that models were asked with, in order. */
const keys = (app: TestApp): string[] => app.ai.asked.map(({ key }) => key);

async function openTwo() {
  const app = await openTestApp();
  const [ana, bia] = [await addUser(app, "Ana Canary"), await addUser(app, "Bia Canary")];
  await addNumber(app, ana, "(11) 98765-4321");
  await addNumber(app, bia, "21 91234-5678");
  await addKey(app, ana, KEY_A);
  await addKey(app, bia, KEY_B);
  return { app, ana, bia, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

function column(app: TestApp, sql: string): unknown[] {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    return db
      .query<Record<string, unknown>, []>(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    db.close();
  }
}

/** Whether any file of the data folder holds these bytes. */
function filesHold(app: TestApp, text: string): boolean {
  const files = readdirSync(app.dataDir, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.some(({ name }) => readFileSync(join(app.dataDir, name)).includes(text));
}

describe("a burst of a known user", () => {
  test("is answered with that user's key, by name, and kept as theirs", async () => {
    await using two = await openTwo();
    const { app, ana, bia } = two;
    await app.receive("bom dia", ANA);
    await app.receive("good morning", BIA);
    await app.receive("quanto custa?", ANA);
    await app.clock.tick(30_010);
    expect(keys(app).toSorted()).toEqual([KEY_A, KEY_B]);
    const ofAna = app.ai.asked.find(({ key }) => key === KEY_A);
    expect(ofAna?.messages[0]?.content).toContain("Ana Canary");
    expect(JSON.stringify(ofAna)).not.toContain("Bia");
    expect(new Set(column(app, "SELECT user_id FROM message_buffer"))).toEqual(new Set([ana, bia]));
    expect(new Set(column(app, "SELECT user_id FROM conversations"))).toEqual(new Set([ana, bia]));
    expect(column(app, "SELECT user_id FROM customer_conversations WHERE user_id IS NULL")).toEqual([]);
    const ofBot = column(app, "SELECT user_id FROM customer_conversations WHERE sender = 'bot'");
    expect(new Set(ofBot)).toEqual(new Set([ana, bia]));
  });

  test("says in the turn who it was and whose key answered", async () => {
    await using two = await openTwo();
    const { app, ana } = two;
    await app.receive("oi", ANA);
    await app.clock.tick(30_010);
    const jobs = await app.admin("GET", "/jobs");
    const [job] = jobs.body["data"] as Record<string, unknown>[];
    const turn = (await app.admin("GET", `/turns/${String(job?.["id"])}`)).body["data"] as Record<
      string,
      unknown
    >;
    expect(turn["steps"]).toMatchObject([
      { name: "identify", detail: { userId: ana, matchedBy: "whatsapp_user_mapping", isVerified: true } },
      { name: "generate", detail: { source: "user", provider: "groq", costMicroUsd: 14 } },
      { name: "decide" },
    ]);
  });

  test("leaves no key in clear in any file of the data folder", async () => {
    await using two = await openTwo();
    await two.app.receive("oi", ANA);
    await two.app.clock.tick(30_010);
    expect(keys(two.app)).toEqual([KEY_A]);
    expect(filesHold(two.app, "oi")).toBe(true);
    expect(filesHold(two.app, KEY_A)).toBe(false);
    expect(filesHold(two.app, "canary-of-ana")).toBe(false);
  });

  test("still finds the key after everything in memory is lost", async () => {
    await using two = await openTwo();
    await two.app.crash();
    await two.app.start();
    await two.app.receive("oi", ANA);
    await two.app.clock.tick(30_010);
    expect(keys(two.app)).toEqual([KEY_A]);
  });
});

describe("a stranger", () => {
  test("is answered with the key of the inbox's owner, and stays a contact", async () => {
    await using two = await openTwo();
    const { app, ana } = two;
    await app.admin("POST", "/whatsapp-configs", { userId: ana, inboxId: INBOX, connection: "default" });
    await app.receive("oi", { contact: contact(80, "+5531955554444"), inboxId: INBOX });
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([KEY_A]);
    expect(column(app, "SELECT user_id FROM message_buffer")).toEqual([null]);
    expect(app.ai.asked[0]?.messages[0]?.content).not.toContain("Ana Canary");
  });

  test("with no owner is answered with the operator's key", async () => {
    await using two = await openTwo();
    await two.app.receive("oi", { contact: contact(80, "+5531955554444") });
    await two.app.clock.tick(30_010);
    expect(keys(two.app)).toEqual([AI_TEST_KEY]);
  });

  test("whose number two users have is nobody, and no key of theirs is spent", async () => {
    await using two = await openTwo();
    const { app, bia } = two;
    await addNumber(app, bia, "+55 11 98765-4321");
    await app.receive("oi", ANA);
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([AI_TEST_KEY]);
    expect(app.events.some(({ name }) => name === "identity.ambiguous")).toBe(true);
  });
});

describe("a sender without a number", () => {
  const BSUID = "BR.1a2B3c4D5e6F7g8H9";

  /** One signed event as WhatsApp's Cloud API brings it: a BSUID for source id, and the number if it shows it. */
  async function says(app: TestApp, text: string, phoneNumber: string | null): Promise<void> {
    const delivery = app.chatwoot.customerSays(CONVERSATION, text, {
      contact: { id: 71, name: "Ana", phoneNumber },
    });
    const request = delivery.request();
    const body = JSON.parse(await request.text()) as Record<string, Record<string, unknown>>;
    const inbox = { ...(body["conversation"]?.["contact_inbox"] as object), source_id: BSUID };
    const { send } = await import("./signed.ts");
    await send(app, { ...body, conversation: { ...body["conversation"], contact_inbox: inbox } });
  }

  test("is known once a signed event has shown both", async () => {
    await using two = await openTwo();
    const { app } = two;
    await says(app, "before", null);
    await app.clock.tick(30_010);
    await says(app, "both", "+5511987654321");
    await app.clock.tick(30_010);
    await says(app, "after", null);
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([AI_TEST_KEY, KEY_A, KEY_A]);
  });

  test("is nobody again when two events disagree about the number", async () => {
    await using two = await openTwo();
    const { app } = two;
    await says(app, "one number", "+5511987654321");
    await app.clock.tick(30_010);
    await says(app, "another number", "+5521912345678");
    await app.clock.tick(30_010);
    await says(app, "no number", null);
    await app.clock.tick(30_010);
    expect(keys(app).at(-1)).toBe(AI_TEST_KEY);
  });
});

describe("a number is verified", () => {
  async function claim(app: TestApp, userId: string, number: string): Promise<string> {
    const token = await addToken(app, `user:${userId}`);
    const request = new Request("http://localhost/v1/me/numbers", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ number }),
    });
    const { data } = (await (await app.handle(request)).json()) as { data: { code: string } };
    return data.code;
  }

  async function openClaim() {
    const app = await openTestApp();
    const userId = await addUser(app, "Ana");
    await addKey(app, userId, KEY_A);
    const code = await claim(app, userId, "(11) 98765-4321");
    return { app, userId, code, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  }

  const isVerified = (app: TestApp) => column(app, "SELECT is_verified FROM whatsapp_user_mapping");

  test("by its code, which no model, row or answer ever sees", async () => {
    await using claimed = await openClaim();
    const { app, code } = claimed;
    const sent = await app.receive(code, ANA);
    expect(sent.answer).toEqual({ success: true, action: "skipped", reason: "empty" });
    expect(isVerified(app)).toEqual([1]);
    await app.clock.tick(30_010);
    expect(app.ai.asked).toEqual([]);
    await app.receive("oi", ANA);
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([KEY_A]);
    expect(JSON.stringify([app.ai.asked, app.events])).not.toContain(code.slice(5));
    expect(filesHold(app, code.slice(5))).toBe(false);
  });

  test("by its code among other words, which alone are answered", async () => {
    await using claimed = await openClaim();
    const { app, code } = claimed;
    await app.receive(`my code is ${code.toLowerCase()}, thanks`, ANA);
    await app.clock.tick(30_010);
    expect(isVerified(app)).toEqual([1]);
    expect(app.ai.asked).toHaveLength(1);
    expect(app.ai.asked[0]?.prompt).toContain("thanks");
    expect(JSON.stringify(app.ai.asked).toUpperCase()).not.toContain(code.slice(5));
  });

  test("not by the code from another number", async () => {
    await using claimed = await openClaim();
    const { app, code } = claimed;
    await app.receive(code, BIA);
    expect(isVerified(app)).toEqual([0]);
  });

  test("not after its code has grown old", async () => {
    await using claimed = await openClaim();
    const { app, code } = claimed;
    await app.clock.tick(10 * 60_000 + 1);
    await app.receive(code, ANA);
    expect(isVerified(app)).toEqual([0]);
  });

  test("not after five wrong codes, even by the right one", async () => {
    await using claimed = await openClaim();
    const { app, code } = claimed;
    for (let wrong = 0; wrong < 5; wrong++) await app.receive(`LULL-AAAAAAA${wrong + 2}`, ANA);
    await app.receive(code, ANA);
    expect(isVerified(app)).toEqual([0]);
  });

  test("not twice by one message that Chatwoot delivers again", async () => {
    await using claimed = await openClaim();
    const { app, code } = claimed;
    const sent = await app.receive(code, ANA);
    expect((await app.deliver(sent)).body).toEqual({ success: true, action: "duplicate" });
  });

  test("and until then it names nobody", async () => {
    await using claimed = await openClaim();
    const { app } = claimed;
    await app.receive("oi", ANA);
    await app.clock.tick(30_010);
    expect(keys(app)).toEqual([AI_TEST_KEY]);
    expect(column(app, "SELECT user_id FROM message_buffer")).toEqual([null]);
  });
});

describe("a limit that is reached", () => {
  test("is a silence with its reason, and a notice told once", async () => {
    await using two = await openTwo();
    const { app, ana } = two;
    expect((await app.admin("PUT", `/users/${ana}/limits`, { requestsPerMinute: 1 })).status).toBe(200);
    for (const text of ["um", "dois", "três"]) {
      await app.receive(text, ANA);
      await app.admin("POST", `/buffers/${await openBufferId(app)}/process`);
      await app.clock.tick(1_000);
    }
    expect(keys(app)).toEqual([KEY_A]);
    const jobs = (await app.admin("GET", "/jobs")).body["data"] as Record<string, unknown>[];
    expect(jobs.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["silenced", "rate_limited"],
      ["silenced", "rate_limited"],
      ["answered", null],
    ]);
    expect(app.events.filter(({ name }) => name === "limit.reached")).toHaveLength(1);
  });
});

async function openBufferId(app: TestApp): Promise<string> {
  const { body } = await app.admin("GET", "/buffers?state=active");
  return String((body["data"] as Record<string, unknown>[])[0]?.["id"]);
}
