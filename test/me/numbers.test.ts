// A user's own numbers: claimed, proven by a code that was sent from that WhatsApp, taken away.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";
import { asUser } from "../routes/table.ts";

const NUMBER = "+5511987654321";
const OTHER = "+5511912345678";
const LIFE_MS = 10 * 60_000;
const HOUR_MS = 60 * 60_000;

async function openWithUser(extra: Record<string, unknown> = {}) {
  const app = await openTestApp();
  const userId = await addUser(app, "Ana", extra);
  const ask = asUser(app, await addToken(app, `user:${userId}`));
  const claim = async (number: string): Promise<{ id: string; code: string; expiresAt: string }> => {
    const { status, body } = await ask("POST", "/numbers", { number });
    expect(status).toBe(200);
    return body["data"] as { id: string; code: string; expiresAt: string };
  };
  const list = async () => (await ask("GET", "/numbers")).body["data"] as Record<string, unknown>[];
  return { app, userId, ask, claim, list, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** Somebody writes from a number. */
function writeFrom(app: TestApp, phoneNumber: string, text: string) {
  return app.receive(text, { conversationId: 77, contact: { id: 9001, name: "Somebody", phoneNumber } });
}

async function whose(app: TestApp, number: string): Promise<Record<string, unknown>> {
  const { body } = await app.admin("GET", `/identity?number=${encodeURIComponent(number)}`);
  return body["data"] as Record<string, unknown>;
}

describe("a claimed number", () => {
  test("names nobody until its code was sent from that WhatsApp", async () => {
    await using scene = await openWithUser();
    const { app, userId } = scene;
    const { id, code, expiresAt } = await scene.claim("(11) 98765-4321");
    expect(code).toMatch(/^LULL-[2-9A-HJ-NP-Z]{8}$/);
    expect(Date.parse(expiresAt) - app.clock.now()).toBe(LIFE_MS);
    expect(await scene.list()).toMatchObject([{ id, isVerified: false, source: "self", verifiedAt: null }]);
    expect(await whose(app, NUMBER)).toMatchObject({ userId: null });
    await writeFrom(app, NUMBER, code);
    expect(await scene.list()).toMatchObject([{ id, isVerified: true, codeExpiresAt: null }]);
    expect(await whose(app, NUMBER)).toMatchObject({
      userId,
      isVerified: true,
      matchedBy: "whatsapp_user_mapping",
    });
  });

  test("is not proven by its code from another number", async () => {
    await using scene = await openWithUser();
    const { code } = await scene.claim(NUMBER);
    await writeFrom(scene.app, OTHER, code);
    expect(await scene.list()).toMatchObject([{ isVerified: false }]);
    expect(await whose(scene.app, OTHER)).toMatchObject({ userId: null });
  });

  test("is not proven by a code that is ten minutes old, and claimed again gets a new one", async () => {
    await using scene = await openWithUser();
    const first = await scene.claim(NUMBER);
    await scene.app.clock.tick(LIFE_MS);
    await writeFrom(scene.app, NUMBER, first.code);
    expect(await scene.list()).toMatchObject([{ isVerified: false }]);
    const second = await scene.claim("5511987654321");
    expect([second.id, second.code === first.code]).toEqual([first.id, false]);
    await writeFrom(scene.app, NUMBER, first.code);
    expect(await scene.list()).toMatchObject([{ isVerified: false }]);
    await writeFrom(scene.app, NUMBER, second.code);
    expect(await scene.list()).toMatchObject([{ id: first.id, isVerified: true }]);
  });

  test("that another user claims as well is whose code came", async () => {
    await using scene = await openWithUser();
    const bia = await addUser(scene.app, "Bia");
    const asBia = asUser(scene.app, await addToken(scene.app, `user:${bia}`));
    await scene.claim(NUMBER);
    const { body } = await asBia("POST", "/numbers", { number: NUMBER });
    await writeFrom(scene.app, NUMBER, (body["data"] as { code: string }).code);
    expect(await whose(scene.app, NUMBER)).toMatchObject({ userId: bia, isVerified: true });
    expect(await scene.list()).toMatchObject([{ isVerified: false }]);
  });

  test("that is proven already needs no code", async () => {
    await using scene = await openWithUser();
    await addNumber(scene.app, scene.userId, NUMBER);
    const { status, body } = await scene.ask("POST", "/numbers", { number: NUMBER });
    expect([status, body["code"]]).toEqual([409, "conflict"]);
    expect(await scene.list()).toMatchObject([{ isVerified: true, source: "admin" }]);
  });

  test("is removed by its user, and known no more", async () => {
    await using scene = await openWithUser();
    const { id, code } = await scene.claim(NUMBER);
    await writeFrom(scene.app, NUMBER, code);
    expect((await scene.ask("DELETE", `/numbers/${id}`)).body).toMatchObject({ action: "removed" });
    expect(await scene.list()).toEqual([]);
    expect(await whose(scene.app, NUMBER)).toMatchObject({ userId: null });
  });
});

test("a code is shown once and kept nowhere else: not in a list, not in the log, nor is the number", async () => {
  await using scene = await openWithUser();
  const { code } = await scene.claim(NUMBER);
  const lists = [await scene.list(), (await scene.app.admin("GET", `/users/${scene.userId}/numbers`)).body];
  expect(JSON.stringify([lists, scene.app.events])).not.toContain(code.slice(5));
  expect(JSON.stringify(scene.app.events)).not.toContain("98765");
});

test.each([
  [undefined, "Send this code"],
  ["fr-FR", "Envoyez ce code"],
  ["pt", "Envie este código"],
  ["de", "Send this code"],
])("what to do with the code is said in the language that %p asks for", async (language, words) => {
  await using scene = await openWithUser();
  const headers = language === undefined ? {} : { "accept-language": language };
  const { body } = await scene.ask("POST", "/numbers", { number: NUMBER }, headers);
  expect((body["data"] as Record<string, unknown>)["instruction"]).toStartWith(words);
});

describe("a user may claim", () => {
  test("five times within an hour", async () => {
    await using scene = await openWithUser();
    for (let claims = 0; claims < 5; claims++) await scene.claim(NUMBER);
    await scene.app.clock.tick(HOUR_MS / 2);
    const { status, body, headers } = await scene.ask("POST", "/numbers", { number: OTHER });
    expect([status, body["code"], headers.get("retry-after")]).toEqual([429, "rate_limited", "1800"]);
    expect(await scene.list()).toHaveLength(1);
    await scene.app.clock.tick(HOUR_MS / 2);
    await scene.claim(OTHER);
  });

  test("as often as before when what they claimed was no number", async () => {
    await using scene = await openWithUser();
    for (let claims = 0; claims < 6; claims++)
      expect((await scene.ask("POST", "/numbers", { number: "98765-4321" })).body["code"]).toBe(
        "invalid_number",
      );
    await scene.claim(NUMBER);
  });

  test("up to twenty numbers, and one of those again", async () => {
    await using scene = await openWithUser();
    for (let at = 30; at < 49; at++)
      await addNumber(scene.app, scene.userId, `+55119876543${at}`, { verified: false });
    await scene.claim(NUMBER);
    const { status, body } = await scene.ask("POST", "/numbers", { number: OTHER });
    expect([status, body["code"]]).toEqual([409, "conflict"]);
    await scene.claim(NUMBER);
    expect(await scene.list()).toHaveLength(20);
  });

  test("no exact digits, and nothing proven by their own word", async () => {
    await using scene = await openWithUser();
    for (const wanted of [{ exact: true }, { verified: true }]) {
      const { status, body } = await scene.ask("POST", "/numbers", { number: NUMBER, ...wanted });
      expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    }
    expect((await scene.ask("POST", "/numbers", { number: "+1234567890" })).body["reason"]).toBe(
      "not_a_phone",
    );
  });

  test("in a connection that is there; a user of one connection in that alone", async () => {
    await using scene = await openWithUser({ connection: "default" });
    for (const connection of ["elsewhere", "playground"]) {
      const { status, body } = await scene.ask("POST", "/numbers", { number: NUMBER, connection });
      expect([status, body["code"]]).toEqual([404, "not_found"]);
    }
    expect((await scene.ask("POST", "/numbers", { number: NUMBER, connection: "default" })).status).toBe(200);
    expect(await scene.list()).toMatchObject([{ connection: "default" }]);
  });
});

test("what users change is told in the log as theirs", async () => {
  await using scene = await openWithUser();
  const { id } = await scene.claim(NUMBER);
  await scene.ask("DELETE", `/numbers/${id}`);
  const changes = scene.app.events.filter(({ name }) => name === "user.changed").map(({ fields }) => fields);
  const { userId } = scene;
  expect(changes).toEqual(["number.claim", "number.remove"].map((action) => ({ action, id, userId })));
});
