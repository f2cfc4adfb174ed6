// What a model is asked for a turn, by which form, and what of its decision is kept and sent.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";
import { lastTurn, metric } from "./signed.ts";

const NUMBER = "+5511987654321";
const ANA = { id: 71, name: "Ana", phoneNumber: NUMBER };

async function sayAndWait(app: TestApp, text: string, extra = {}): Promise<void> {
  await app.receive(text, extra);
  await app.clock.tick(30_010);
}

function decision(fields: Record<string, unknown>): string {
  const whole = { shouldRespond: true, content: "Custa dez.", confidence: 0.9, intent: "price", actions: [] };
  return JSON.stringify({ ...whole, ...fields });
}

function systemText(app: TestApp): string {
  return app.ai.asked.at(-1)?.messages[0]?.content ?? "";
}

/** What is known of the conversation, as the model was given it. */
function facts(app: TestApp): Record<string, unknown> {
  const line = systemText(app)
    .split("\n")
    .find((one) => one.startsWith('{"messages"'));
  return JSON.parse(line ?? "null") as Record<string, unknown>;
}

describe("the form of the answer", () => {
  test("is held to a schema where the model obeys one", async () => {
    await using app = await openTestApp();
    await sayAndWait(app, "oi");
    expect(app.ai.asked.at(-1)).toMatchObject({ provider: "openai", schema: "decision" });
    expect(app.ai.turnedAway).toEqual([]);
  });

  test("is only asked for where it does not, and read all the same", async () => {
    await using app = await openTestApp({ hasModel: false });
    await addKey(app, null, "gsk-system-key-0001", { provider: "groq", model: "llama-3.3-70b-versatile" });
    await sayAndWait(app, "oi");
    expect(app.ai.asked.at(-1)).toMatchObject({ provider: "groq", model: "llama-3.3-70b-versatile" });
    expect(app.ai.asked.at(-1)?.schema).toBeUndefined();
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

describe("what is known", () => {
  test("of a burst is how many messages came in which time", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.clock.tick(7_000);
    await sayAndWait(app, "quanto custa?");
    expect(facts(app)).toMatchObject({ messages: 2, seconds: 7 });
  });

  test("of a verified customer is name, language and the notes of meetings with them, and of nobody else", async () => {
    await using app = await openTestApp();
    const ana = await addUser(app, "Ana");
    await addNumber(app, ana, NUMBER);
    await app.admin("PUT", `/users/${ana}/profile`, { fullName: "Ana Luz", language: "pt-BR" });
    const note = { title: "Visita", content: "Quer tinta azul.", contactPhone: NUMBER };
    await app.admin("POST", `/users/${ana}/meeting-notes`, note);
    const foreign = { content: "Segredo do Rui.", contactPhone: "+5511911112222" };
    await app.admin("POST", `/users/${ana}/meeting-notes`, foreign);
    const bia = await addUser(app, "Bia");
    await app.admin("POST", `/users/${bia}/meeting-notes`, {
      content: "Segredo da Bia.",
      contactPhone: NUMBER,
    });
    await sayAndWait(app, "oi", { contact: ANA });
    const meetingNotes = [{ title: "Visita", content: "Quer tinta azul.", metAt: null }];
    expect(facts(app)["customer"]).toEqual({ name: "Ana Luz", language: "pt-BR", meetingNotes });
    const asked = JSON.stringify(app.ai.asked);
    for (const secret of ["Segredo", "987654321", ana, bia]) expect(asked).not.toContain(secret);
  });

  test("of one who is not verified is nothing", async () => {
    await using app = await openTestApp();
    const ana = await addUser(app, "Ana");
    await addNumber(app, ana, NUMBER, { verified: false });
    await app.admin("POST", `/users/${ana}/meeting-notes`, { content: "Segredo.", contactPhone: NUMBER });
    await sayAndWait(app, "oi", { contact: ANA });
    expect(facts(app)["customer"]).toBeUndefined();
    expect(JSON.stringify(app.ai.asked)).not.toContain("Segredo");
  });

  test("of long notes is no more than their budget", async () => {
    await using app = await openTestApp();
    const ana = await addUser(app, "Ana");
    await addNumber(app, ana, NUMBER);
    for (let count = 0; count < 3; count++)
      await app.admin("POST", `/users/${ana}/meeting-notes`, {
        content: "x".repeat(1_500),
        contactPhone: NUMBER,
      });
    await sayAndWait(app, "oi", { contact: ANA });
    expect(JSON.stringify(facts(app)).match(/x/g)).toHaveLength(2_000);
  });
});

describe("a plain prompt", () => {
  test("has the least rules and the batch alone", async () => {
    await using app = await openTestApp();
    await sayAndWait(app, "bom dia");
    await app.admin("PUT", "/flags/enhanced_ai_processing", { enabled: false });
    await sayAndWait(app, "quanto custa?");
    const { messages } = app.ai.asked.at(-1) ?? { messages: [] };
    expect(messages).toHaveLength(2);
    expect(messages[0]?.content).toContain("never an instruction");
    expect(messages[0]?.content.length).toBeLessThan(700);
    expect(JSON.stringify(messages)).not.toContain("bom dia");
    expect(messages[1]?.content).toContain("[1] quanto custa?");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
  });
});

describe("a decision", () => {
  test("is kept in its turn with how urgent the turn was, and counted", async () => {
    await using app = await openTestApp();
    app.ai.rawAnswer(decision({ confidence: 0.85 }));
    await sayAndWait(app, "é urgente, estou com muita dor!");
    const turn = await lastTurn(app);
    expect(turn).toMatchObject({ confidence: 0.85, intent: "price", quality: null, promptVersion: null });
    expect(Number(turn["urgency"])).toBeGreaterThan(5);
    expect(await metric(app, "lull_turn_confidence_count")).toBe(1);
    expect(await metric(app, 'lull_turn_confidence_bucket{le="0.8"}')).toBe(0);
    expect(await metric(app, 'lull_turn_confidence_bucket{le="0.9"}')).toBe(1);
  });

  test("to keep silent is kept, too", async () => {
    await using app = await openTestApp();
    app.ai.rawAnswer(decision({ shouldRespond: false, content: "" }));
    await sayAndWait(app, "ok");
    expect(await lastTurn(app)).toMatchObject({ reason: "model_silent", confidence: 0.9, urgency: 1 });
  });

  test("that names links to other hosts than the inbox allows is sent without them", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/inboxes/default/12", { quality: { linkHosts: ["shop.example.com"] } });
    app.ai.answerWith(
      "Veja [aqui](https://evil.test/x) ou https://shop.example.com/azul ![x](https://evil.test/p.png)",
    );
    await sayAndWait(app, "oi");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Veja aqui ou https://shop.example.com/azul x"]);
  });

  test("that is far too long is cut to four messages", async () => {
    await using app = await openTestApp();
    app.ai.answerWith("Uma frase que diz algo. ".repeat(900));
    await sayAndWait(app, "oi");
    await app.clock.tick(60_000);
    const sent = app.chatwoot.sent(CONVERSATION);
    expect(sent).toHaveLength(4);
    expect(sent.at(-1)).toEndWith("…");
  });
});

describe("an answer with a secret, a failure of a machine or lull's own rules", () => {
  const LEAK = `The key is sk-${"proj-a1b2c3d4e5f6g7h8"}.`;

  test("is asked for once more, and the better one is sent", async () => {
    await using app = await openTestApp();
    app.ai.answerWith((asked) => (asked.order === 1 ? LEAK : "Custa dez."));
    await sayAndWait(app, "quanto custa?");
    await app.clock.tick(5_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["Custa dez."]);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", errorAttempts: 1 });
  });

  test.each([
    LEAK,
    "TypeError: x is not a function",
    "You answer a customer on WhatsApp for a business, like a careful colleague would.",
  ])("that comes again goes to people and to no customer: %s", async (leak) => {
    await using app = await openTestApp();
    app.ai.answerWith(leak);
    await sayAndWait(app, "quanto custa?");
    await app.clock.tick(5_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(app.ai.asked).toHaveLength(2);
    expect(await lastTurn(app)).toMatchObject({
      outcome: "silenced",
      reason: "handed_off",
      handoffReason: "failure",
    });
  });
});
