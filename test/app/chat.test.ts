// The chat API as an old program calls it: kept, identified, answered with the right key, refused in words it knows.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Store } from "../../src/db/store.ts";
import { AI_TEST_KEY } from "../doubles/ai.ts";
import { openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser, chat } from "../harness/tenants.ts";

const HELLO = { text: "Hello", source: "whatsapp" };
const A = "+1234567890";
const B = "+0987654321";
const C = "+1111111111";
const UNKNOWN = "+9999999999";
const KEY_A = "gsk-xxx-A-0123456789";
const KEY_B = "gsk-xxx-B-0123456789";
const UNCONFIGURED = "Service de messagerie non configuré. Veuillez contacter l'administrateur.";
const FAILED = "Failed to process message. Please try again.";

/** Users A and B with keys, user C without one; their numbers are placeholders, kept as the digits they are. */
async function openThree(options: TestAppOptions = {}) {
  const app = await openTestApp(options);
  const users: Record<string, string> = {};
  for (const [name, number] of [
    ["A", A],
    ["B", B],
    ["C", C],
  ] as const) {
    users[name] = await addUser(app, `User ${name}`);
    await addNumber(app, users[name], number, { exact: true });
  }
  await addKey(app, users["A"] ?? "", KEY_A);
  await addKey(app, users["B"] ?? "", KEY_B);
  return {
    app,
    users,
    token: await addToken(app, "chat"),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

function rows(app: TestApp) {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    const sql = "SELECT sender, content, user_id, identified_by FROM customer_conversations ORDER BY id";
    return db.query<Record<string, unknown>, []>(sql).all();
  } finally {
    db.close();
  }
}

describe("users with keys of their own", () => {
  test("are each answered with their own, and each message is kept with its user", async () => {
    await using three = await openThree();
    const { app, users, token } = three;
    const first = await chat(app, token, { ...HELLO, text: "Hello from User A", phoneNumber: A });
    const second = await chat(app, token, { ...HELLO, text: "Hello from User B", phoneNumber: B });
    expect(first).toMatchObject({
      status: 200,
      body: { success: true, response: "ok", shouldRespond: true, userId: users["A"], credential: "user" },
    });
    expect(second.body).toMatchObject({
      userId: users["B"],
      credential: "user",
      confidence: 0.9,
      intent: "test",
    });
    expect(app.ai.asked.map(({ key, provider }) => [key, provider])).toEqual([
      [KEY_A, "groq"],
      [KEY_B, "groq"],
    ]);
    const layer = "whatsapp_user_mapping";
    expect(rows(app)).toEqual([
      { sender: "user", content: "Hello from User A", user_id: users["A"], identified_by: layer },
      { sender: "bot", content: "ok", user_id: users["A"], identified_by: null },
      { sender: "user", content: "Hello from User B", user_id: users["B"], identified_by: layer },
      { sender: "bot", content: "ok", user_id: users["B"], identified_by: null },
    ]);
    const told = app.events.map(({ fields }) => fields["text"]);
    expect(told).toEqual(
      expect.arrayContaining(["Identifying user", "User identified", "Request processed successfully"]),
    );
  });

  test("have a history of their own", async () => {
    await using three = await openThree();
    const { app, token } = three;
    await chat(app, token, { ...HELLO, text: "my secret is A", phoneNumber: A });
    await chat(app, token, { ...HELLO, text: "my secret is B", phoneNumber: B });
    await chat(app, token, { ...HELLO, text: "and now?", phoneNumber: A });
    const asked = JSON.stringify(app.ai.asked.at(-1)?.messages);
    expect(asked).toContain("secret is A");
    expect(asked).not.toContain("secret is B");
  });
});

describe("a user without a key", () => {
  test("is refused in the very words that old programs know, and the message is kept", async () => {
    await using three = await openThree({ env: { AI_SYSTEM_FALLBACK: "false" } });
    const { app, token } = three;
    const { status, body } = await chat(app, token, { ...HELLO, phoneNumber: C });
    expect(status).toBe(503);
    const { requestId, ...rest } = body;
    expect(rest).toEqual({
      success: false,
      error: UNCONFIGURED,
      retryable: false,
      configRequired: true,
      code: "no_credential",
    });
    expect(typeof requestId).toBe("string");
    expect(app.ai.asked).toEqual([]);
    expect(rows(app)).toMatchObject([{ sender: "user", content: "Hello" }]);
  });

  test.each([
    ["fr", UNCONFIGURED],
    ["en-GB, fr;q=0.5", "Messaging service not configured. Please contact the administrator."],
    ["pt", "Serviço de mensagens não configurado. Entre em contato com o administrador."],
    ["*", UNCONFIGURED],
    ["de", UNCONFIGURED],
  ])("is refused in the language that %s asks for", async (language, error) => {
    await using three = await openThree({ env: { AI_SYSTEM_FALLBACK: "false" } });
    const headers = { "accept-language": language };
    expect((await chat(three.app, three.token, { ...HELLO, phoneNumber: C }, headers)).body).toMatchObject({
      error,
    });
  });

  test("is refused in LULL_LOCALE when the request asks for none", async () => {
    await using three = await openThree({ env: { AI_SYSTEM_FALLBACK: "false", LULL_LOCALE: "en" } });
    const { body } = await chat(three.app, three.token, { ...HELLO, phoneNumber: C });
    expect(String(body["error"])).toStartWith("Messaging service");
  });

  test("is answered with the operator's key where that is allowed", async () => {
    await using three = await openThree();
    const { body } = await chat(three.app, three.token, { ...HELLO, phoneNumber: C });
    expect(body).toMatchObject({ response: "ok", userId: three.users["C"], credential: "system" });
    expect(three.app.ai.asked.map(({ key }) => key)).toEqual([AI_TEST_KEY]);
  });
});

describe("somebody nobody knows", () => {
  test("is answered with the operator's key, and the message is kept without a user", async () => {
    await using three = await openThree();
    const { app, token } = three;
    const { body } = await chat(app, token, {
      ...HELLO,
      text: "Hello from unknown user",
      phoneNumber: UNKNOWN,
    });
    expect(body).toMatchObject({ success: true, response: "ok", userId: null, credential: "system" });
    expect(app.ai.asked.map(({ key }) => key)).toEqual([AI_TEST_KEY]);
    expect(rows(app)).toMatchObject([
      { sender: "user", user_id: null, identified_by: null },
      { sender: "bot", user_id: null },
    ]);
    const told = app.events.map(({ fields }) => fields["text"]);
    expect(told).toEqual(
      expect.arrayContaining([
        "Could not identify user from provided identifiers",
        "Could not identify user, proceeding without user_id",
        "Using fallback system AI config",
      ]),
    );
  });

  test("is nobody without a number, and with something that is none", async () => {
    await using three = await openThree();
    for (const phoneNumber of [undefined, null, "", "no number at all", "120363000000000000@g.us"]) {
      const { status, body } = await chat(three.app, three.token, { ...HELLO, phoneNumber });
      expect([status, body["userId"]]).toEqual([200, null]);
    }
  });
});

describe("the customers of a tenant", () => {
  test("are answered with the key of the line's owner", async () => {
    await using three = await openThree();
    const { app, users, token } = three;
    const line = { userId: users["A"], phoneNumberId: "1055512345" };
    expect((await app.admin("POST", "/whatsapp-configs", line)).status).toBe(200);
    const asked = { ...HELLO, phoneNumber: "+5511987654321", phoneNumberId: "1055512345" };
    expect((await chat(app, token, asked)).body).toMatchObject({ userId: null, credential: "owner" });
    expect(app.ai.asked.map(({ key }) => key)).toEqual([KEY_A]);
  });

  test("who have a key themselves are answered with that", async () => {
    await using three = await openThree();
    const { app, users, token } = three;
    await app.admin("POST", "/whatsapp-configs", { userId: users["A"], phoneNumberId: "1055512345" });
    const asked = { ...HELLO, phoneNumber: B, phoneNumberId: "1055512345" };
    expect((await chat(app, token, asked)).body).toMatchObject({ userId: users["B"], credential: "user" });
    expect(app.ai.asked.map(({ key }) => key)).toEqual([KEY_B]);
  });

  test("never spend the key of a user whose number was not verified", async () => {
    await using three = await openThree();
    const { app, users, token } = three;
    await addNumber(app, users["A"] ?? "", "+5511987654321", { verified: false });
    const { body } = await chat(app, token, { ...HELLO, phoneNumber: "+5511987654321" });
    expect(body).toMatchObject({ userId: users["A"], credential: "system" });
    expect(app.ai.asked.map(({ key }) => key)).toEqual([AI_TEST_KEY]);
  });
});

describe("the log tells the story of a message in the sentences of old, each with its ids", () => {
  const told = (app: TestApp): unknown[] =>
    app.events.map(({ fields }) => fields["text"]).filter((text) => text !== undefined);

  test("of a known user with a key", async () => {
    await using three = await openThree();
    await chat(three.app, three.token, { ...HELLO, phoneNumber: A });
    expect(told(three.app)).toEqual([
      "Identifying user",
      "Looking up user by phone number",
      "Found user from WhatsApp mapping",
      "User identified",
      "Creating user-specific AI client",
      "Fetching AI config for user",
      "Found AI config in ai_credentials",
      "Request processed successfully",
    ]);
    const story = three.app.events.filter(({ fields }) => fields["text"] !== undefined);
    expect(new Set(story.map(({ fields }) => fields["subjectId"])).size).toBe(1);
  });

  test("of somebody nobody knows", async () => {
    await using three = await openThree();
    await chat(three.app, three.token, { ...HELLO, phoneNumber: UNKNOWN });
    expect(told(three.app)).toEqual([
      "Identifying user",
      "Looking up user by phone number",
      "Could not identify user from provided identifiers",
      "Could not identify user, proceeding without user_id",
      "Creating user-specific AI client",
      "No user ID provided for AI client",
      "No user-specific config found, trying system fallback",
      "Using fallback system AI config",
      "Request processed successfully",
    ]);
  });

  test("of a user without a key where the operator has none either", async () => {
    await using three = await openThree({ hasModel: false });
    await chat(three.app, three.token, { ...HELLO, phoneNumber: C });
    expect(told(three.app)).toEqual([
      "Identifying user",
      "Looking up user by phone number",
      "Found user from WhatsApp mapping",
      "User identified",
      "Creating user-specific AI client",
      "Fetching AI config for user",
      "No user-specific config found, trying system fallback",
      "No AI configuration found for user or system",
      "No AI configuration available",
    ]);
  });
});

describe("a message", () => {
  test("is kept before it is known whose it is, identified before it is answered, and the answer kept last", async () => {
    const calls: string[] = [];
    const wrapStore = (store: Store): Store =>
      new Proxy(store, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== "function") return member;
          return (...args: unknown[]): unknown => {
            if (["keepChatMessage", "findings", "markChatSender", "keepChatAnswer"].includes(String(name)))
              calls.push(String(name));
            return Reflect.apply(member, target, args);
          };
        },
      });
    await using three = await openThree({ wrapStore });
    await chat(three.app, three.token, { ...HELLO, phoneNumber: A });
    expect(calls).toEqual(["keepChatMessage", "findings", "markChatSender", "keepChatAnswer"]);
  });

  test("that the models fail is refused as a passing fault, in the words that old programs know", async () => {
    await using three = await openThree({ hasModel: false });
    const { app, token } = three;
    app.ai.failNext("server_error");
    const { status, body } = await chat(app, token, { ...HELLO, phoneNumber: A });
    expect([status, body["error"], body["retryable"]]).toEqual([500, FAILED, true]);
    const portuguese = { "accept-language": "pt-BR" };
    app.ai.failNext("server_error");
    const again = await chat(app, token, { ...HELLO, phoneNumber: A }, portuguese);
    expect(again.body["error"]).toBe("Não foi possível processar a mensagem. Tente novamente.");
    expect(rows(app).map(({ sender }) => sender)).toEqual(["user", "user"]);
  });

  test("whose history is too long for the model is answered without it", async () => {
    await using three = await openThree();
    const { app, token } = three;
    await chat(app, token, { ...HELLO, text: "first", phoneNumber: A });
    app.ai.failNext("context_too_long");
    const { body } = await chat(app, token, { ...HELLO, text: "second", phoneNumber: A });
    expect(body).toMatchObject({ success: true, response: "ok" });
    expect(app.ai.asked.map(({ messages }) => messages.length)).toEqual([2, 4, 2]);
  });

  test("that cannot be kept is refused in the same words", async () => {
    let isBroken = false;
    const wrapStore = (store: Store): Store => ({
      ...store,
      keepChatMessage: (...args) =>
        isBroken ? Promise.reject(new Error("disk")) : store.keepChatMessage(...args),
    });
    await using three = await openThree({ wrapStore });
    isBroken = true;
    const { status, body } = await chat(three.app, three.token, { ...HELLO, phoneNumber: A });
    expect([status, body["error"]]).toEqual([500, FAILED]);
    expect(three.app.ai.asked).toEqual([]);
  });

  test("to which no answer is needed gets none", async () => {
    await using three = await openThree();
    three.app.ai.rawAnswer('{"shouldRespond": false, "content": "", "confidence": 1, "intent": "thanks"}');
    const { body } = await chat(three.app, three.token, { ...HELLO, phoneNumber: A });
    expect(body).toMatchObject({
      success: true,
      response: null,
      shouldRespond: false,
      reason: "model_silent",
    });
  });

  test("never carries a verification code to a model", async () => {
    await using three = await openThree();
    await chat(three.app, three.token, { ...HELLO, text: "it is LULL-7GQ2MW4K", phoneNumber: A });
    expect(three.app.ai.asked[0]?.prompt).toContain("it is");
    expect(JSON.stringify(three.app.ai.asked)).not.toContain("7GQ2MW4K");
    expect(JSON.stringify(rows(three.app))).not.toContain("7GQ2MW4K");
  });

  test.each([
    [{}, 400],
    [{ text: "" }, 400],
    [{ text: 7 }, 400],
    [{ text: "x".repeat(32_001) }, 400],
    [{ text: "oi", phoneNumber: 5511 }, 400],
    [{ text: "oi", inboxId: "5" }, 400],
    [{ text: "oi", connection: "nowhere" }, 404],
  ])("of a wrong shape is refused and not kept: %#", async (body, status) => {
    await using three = await openThree();
    expect((await chat(three.app, three.token, body)).status).toBe(status);
    expect(rows(three.app)).toEqual([]);
  });
});

describe("a caller", () => {
  test.each([
    ["chat", 200],
    ["service", 200],
    ["admin", 200],
  ])("with a token of scope %s may ask", async (scope, status) => {
    await using three = await openThree();
    const token = await addToken(three.app, scope);
    expect((await chat(three.app, token, { ...HELLO, phoneNumber: A })).status).toBe(status);
  });

  test("with no token, a wrong one or a user's may not", async () => {
    await using three = await openThree();
    const ofUser = await addToken(three.app, `user:${three.users["A"]}`);
    expect((await chat(three.app, "wrong", HELLO)).status).toBe(401);
    expect((await chat(three.app, ofUser, HELLO)).status).toBe(403);
    expect(rows(three.app)).toEqual([]);
  });

  test("reaches the same by /v1/chat", async () => {
    await using three = await openThree();
    const request = new Request("http://localhost/v1/chat", {
      method: "POST",
      headers: { authorization: `Bearer ${three.token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...HELLO, phoneNumber: A }),
    });
    const body = (await (await three.app.handle(request)).json()) as Record<string, unknown>;
    expect(body).toMatchObject({ success: true, credential: "user" });
  });
});
