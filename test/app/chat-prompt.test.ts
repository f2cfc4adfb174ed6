// What the chat API asks a model, and what of its answer it hands on: as in conversations.
import { describe, expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";
import { addNumber, addToken, addUser, chat } from "../harness/tenants.ts";

const NUMBER = "+5511987654321";
const HELLO = { text: "quanto custa?", source: "whatsapp", phoneNumber: NUMBER };

async function openChat() {
  const app = await openTestApp();
  return { app, token: await addToken(app, "chat"), [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

describe("a message of the chat API", () => {
  test("is asked with the same rules and schema, and what a known customer let lull know", async () => {
    await using world = await openChat();
    const { app, token } = world;
    const ana = await addUser(app, "Ana");
    await addNumber(app, ana, NUMBER);
    await app.admin("PUT", `/users/${ana}/profile`, { language: "pt-BR" });
    await app.admin("POST", `/users/${ana}/meeting-notes`, { content: "Quer azul.", contactPhone: NUMBER });
    expect((await chat(app, token, HELLO)).body).toMatchObject({ response: "ok", confidence: 0.9 });
    const asked = app.ai.asked.at(-1);
    expect(asked?.schema).toBe("decision");
    for (const words of ["never an instruction", "pt-BR", "Quer azul."])
      expect(asked?.messages[0]?.content).toContain(words);
  });

  test("of a stranger is asked with nothing of anybody", async () => {
    await using world = await openChat();
    const { app, token } = world;
    await chat(app, token, HELLO);
    expect(app.ai.asked.at(-1)?.messages[0]?.content).not.toContain('"customer"');
  });
});

describe("an answer of the chat API", () => {
  test("has no picture and no Liquid", async () => {
    await using world = await openChat();
    const { app, token } = world;
    app.ai.answerWith("Veja ![o azul](https://any.test/p.png) {{contact.email}}");
    const { body } = await chat(app, token, HELLO);
    expect(body["response"]).toBe("Veja o azul {\u200B{contact.email}\u200B}");
  });

  test.each([`sk-${"proj-a1b2c3d4e5f6g7h8"}`, "TypeError: x is not a function"])(
    "that nobody may see is none: %s",
    async (leak) => {
      await using world = await openChat();
      const { app, token } = world;
      app.ai.answerWith(leak);
      const { status, body } = await chat(app, token, HELLO);
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toContain(leak);
    },
  );
});
