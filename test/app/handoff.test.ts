// A customer who asks for a person gets one: they are told, people are called, and lull keeps quiet from then on.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { errandsOf, lastTurn, metric } from "./signed.ts";

const INBOX = "/inboxes/default/12";
const ASKED = "quero falar com um atendente";
const TOLD = "Vou chamar uma pessoa. Um momento.";
const HANDED_OVER = 'lull_turns_total{outcome="handed_off",reason="words"}';
const MINUTE_MS = 60_000;

async function burst(app: TestApp, ...texts: string[]): Promise<void> {
  for (const text of texts) await app.receive(text);
  await app.clock.tick(30_010);
}

function handoffOf(app: TestApp): Record<string, unknown> | undefined {
  return errandsOf(app).find(({ kind }) => kind === "handoff")?.detail;
}

async function pausedBy(app: TestApp): Promise<unknown> {
  const { body } = await app.admin("GET", `/conversations/${CONVERSATION}`);
  return (body["data"] as Record<string, unknown>)["pausedBy"];
}

describe("who asks for a person in so many words", () => {
  test.each([
    ["I want to speak to a human", "I am calling a person. One moment."],
    [ASKED, TOLD],
    ["quiero hablar con una persona", "Voy a llamar a una persona. Un momento."],
    ["je veux parler à un conseiller", "J'appelle une personne. Un instant."],
  ])("%p is told so, and no model is asked", async (asked, told) => {
    await using app = await openTestApp();
    await burst(app, asked);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([told]);
    expect(app.ai.asked).toHaveLength(0);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", handoffReason: "words" });
    expect(await metric(app, HANDED_OVER)).toBe(1);
    expect(await metric(app, 'lull_turns_total{outcome="answered",reason=""}')).toBe(0);
  });

  test("is left to people: a note says why and what they wrote, and lull keeps quiet", async () => {
    await using app = await openTestApp({ hasCatchUp: false });
    await burst(app, "meu pedido não chegou {{contact.email}}", ASKED);
    expect(handoffOf(app)).toEqual({
      note: expect.stringContaining("The customer asks for a person."),
      label: "bot-handoff",
      assigneeId: null,
      teamId: null,
    });
    expect(handoffOf(app)?.["note"]).toContain("meu pedido não chegou");
    expect(handoffOf(app)?.["note"]).not.toContain("{{");
    expect(await pausedBy(app)).toBe("handoff");
    await burst(app, "alô?");
    expect(await lastTurn(app)).toMatchObject({ outcome: "silenced", reason: "handed_off" });
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([TOLD]);
  });

  test("is told in the inbox's own words, and given to whom the inbox names", async () => {
    await using app = await openTestApp();
    const handoff = { customerText: "A Ana já vem.", label: null, assigneeId: 7, teamId: 2 };
    await app.admin("PUT", INBOX, { handoff });
    await burst(app, ASKED);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["A Ana já vem."]);
    expect(handoffOf(app)).toMatchObject({ label: null, assigneeId: 7, teamId: 2 });
  });

  test("is told nothing where the inbox says so, and handed over all the same", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { handoff: { customerText: "" } });
    await burst(app, ASKED);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    const turn = { outcome: "silenced", reason: "handed_off", handoffReason: "words" };
    expect(await lastTurn(app)).toMatchObject(turn);
    expect(await metric(app, HANDED_OVER)).toBe(1);
    expect(await metric(app, 'lull_silences_total{reason="handed_off"}')).toBe(1);
    expect(await pausedBy(app)).toBe("handoff");
  });

  test("may use the inbox's own words", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { handoff: { words: ["chama o Zé"] } });
    await burst(app, "Chama o zé!");
    expect(await lastTurn(app)).toMatchObject({ handoffReason: "words" });
  });

  test("is answered by the model where the inbox takes no words for it", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { handoff: { isByWords: false } });
    await burst(app, ASKED);
    expect(app.ai.asked).toHaveLength(1);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered", handoffReason: null });
  });

  test("is no one who only answers a message that asked", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", INBOX, { handoff: { isByWords: false } });
    const { messageId } = await app.receive(ASKED);
    await app.clock.tick(30_010);
    await app.admin("PUT", INBOX, { handoff: { isByWords: true } });
    await app.receive("deixa pra lá", { contentAttributes: { in_reply_to: messageId } });
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(2);
    expect(await lastTurn(app)).toMatchObject({ handoffReason: null });
  });
});

describe("the handoff comes after what the customer is told", () => {
  test("and not before it is out", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app, ASKED);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(handoffOf(app)).toBeUndefined();
    expect(await pausedBy(app)).toBeNull();
    await app.clock.tick(MINUTE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([TOLD]);
    expect(handoffOf(app)).toBeDefined();
    expect(await pausedBy(app)).toBe("handoff");
  });

  test("once, also when the process ends in between", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app, ASKED);
    await app.crash();
    await app.start();
    await app.clock.tick(5 * MINUTE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([TOLD]);
    expect(errandsOf(app).filter(({ kind }) => kind === "handoff")).toHaveLength(1);
    expect(await pausedBy(app)).toBe("handoff");
  });

  test("and is decided again when the customer writes on before", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app, ASKED);
    await app.receive("urgente");
    await app.clock.tick(MINUTE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([TOLD]);
    expect(errandsOf(app).filter(({ kind }) => kind === "handoff")).toHaveLength(1);
    expect(handoffOf(app)?.["note"]).toContain("urgente");
  });

  test("and not at all when a person is there before it", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("show_down");
    await burst(app, ASKED);
    await app.deliver(app.chatwoot.humanSays(CONVERSATION, "Ana aqui"));
    await app.clock.tick(MINUTE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual([]);
    expect(handoffOf(app)).toBeUndefined();
    expect(await pausedBy(app)).toBe("human");
  });
});

describe("lull speaks again", () => {
  test("when people have resolved the conversation", async () => {
    await using app = await openTestApp();
    await burst(app, ASKED);
    await app.deliver(app.chatwoot.resolve(CONVERSATION));
    await burst(app, "oi de novo");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
  });

  test("after HUMAN_PAUSE_MINUTES, where the conversation is its own again", async () => {
    await using app = await openTestApp({ env: { HUMAN_PAUSE_MINUTES: "10" }, hasCatchUp: false });
    await burst(app, ASKED);
    await app.clock.tick(9 * MINUTE_MS);
    await burst(app, "alô?");
    expect(await lastTurn(app)).toMatchObject({ reason: "handed_off" });
    await app.clock.tick(MINUTE_MS);
    await app.deliver(app.chatwoot.setStatus(CONVERSATION, "pending"));
    await burst(app, "oi de novo");
    expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
  });
});
