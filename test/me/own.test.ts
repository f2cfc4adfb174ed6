// What users see and change of their own: profile, lines, keys, addresses.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser, chat } from "../harness/tenants.ts";
import { asUser } from "../routes/table.ts";

const NUMBER = "+5511987654321";

async function openWithUser() {
  const app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const ask = asUser(app, await addToken(app, `user:${userId}`));
  return { app, userId, ask, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function whose(app: TestApp, number: string): Promise<unknown> {
  const { body } = await app.admin("GET", `/identity?number=${encodeURIComponent(number)}`);
  return (body["data"] as Record<string, unknown>)["userId"];
}

describe("a profile's number", () => {
  test("that the user has not proven identifies nobody", async () => {
    await using scene = await openWithUser();
    const { body } = await scene.ask("PUT", "/profile", { fullName: "Ana Lima", whatsappNumber: NUMBER });
    expect(body["data"]).toMatchObject({ fullName: "Ana Lima", whatsappNumber: NUMBER, isVerified: false });
    expect(await whose(scene.app, NUMBER)).toBeNull();
  });

  test("that is one of the user's proven numbers counts, in whatever spelling", async () => {
    await using scene = await openWithUser();
    await addNumber(scene.app, scene.userId, NUMBER);
    const { body } = await scene.ask("PUT", "/profile", { whatsappNumber: "(11) 98765-4321" });
    expect(body["data"]).toMatchObject({ isVerified: true });
  });

  test("that is another's proven number, or one's own that is only claimed, does not", async () => {
    await using scene = await openWithUser();
    await addNumber(scene.app, await addUser(scene.app, "Bia"), NUMBER);
    await addNumber(scene.app, scene.userId, NUMBER, { verified: false });
    const { body } = await scene.ask("PUT", "/profile", { whatsappNumber: NUMBER });
    expect(body["data"]).toMatchObject({ isVerified: false });
  });

  test("that an admin wrote stays good while its user changes other things, or writes it again", async () => {
    await using scene = await openWithUser();
    await scene.app.admin("PUT", `/users/${scene.userId}/profile`, { whatsappNumber: NUMBER });
    for (const change of [{ fullName: "Ana" }, { whatsappNumber: "5511987654321" }])
      expect((await scene.ask("PUT", "/profile", change)).body["data"]).toMatchObject({ isVerified: true });
    const other = await scene.ask("PUT", "/profile", { whatsappNumber: "+5511912345678" });
    expect(other.body["data"]).toMatchObject({ isVerified: false });
    expect(await whose(scene.app, NUMBER)).toBeNull();
  });
});

describe("a line that a user names", () => {
  async function lineOf({ ask }: { ask: ReturnType<typeof asUser> }) {
    const { body } = await ask("GET", "/whatsapp-config");
    const [line] = body["data"] as Record<string, unknown>[];
    return line;
  }

  test("counts once an admin has confirmed it, and again when it names something else", async () => {
    await using scene = await openWithUser();
    const { app, ask, userId } = scene;
    const added = await ask("POST", "/whatsapp-config", { inboxId: 7 });
    const { id } = added.body["data"] as { id: string };
    expect(added.body["data"]).toEqual({ id, isActive: true, isVerified: false });
    const here = await app.store().ensureConnection("default", app.clock.now());
    const owners = () => app.store().lineOwners(here, { inboxId: 7, phoneNumberId: null });
    expect(await owners()).toEqual([]);
    await app.admin("PUT", `/whatsapp-configs/${id}`, { verified: true });
    expect(await owners()).toEqual([userId]);
    await ask("PUT", `/whatsapp-config/${id}`, { active: false });
    await ask("PUT", `/whatsapp-config/${id}`, { active: true });
    expect([await owners(), (await lineOf(scene))?.["isVerified"]]).toEqual([[userId], true]);
  });

  test.each([
    [{ inboxId: 7, connection: "default" }],
    [{ inboxId: null }],
    [{ phoneNumberId: "1" }],
    [{ phoneNumber: NUMBER }],
    [{ phoneNumber: NUMBER, active: true }],
  ])("has to be confirmed anew after %j", async (change) => {
    await using scene = await openWithUser();
    const { body } = await scene.ask("POST", "/whatsapp-config", { inboxId: 7, phoneNumberId: "1098" });
    const { id } = body["data"] as { id: string };
    await scene.app.admin("PUT", `/whatsapp-configs/${id}`, { verified: true });
    expect(await lineOf(scene)).toMatchObject({ isVerified: true });
    expect((await scene.ask("PUT", `/whatsapp-config/${id}`, change)).status).toBe(200);
    expect(await lineOf(scene)).toMatchObject({ isVerified: false });
  });

  test("is never confirmed by its user's own word", async () => {
    await using scene = await openWithUser();
    const { body } = await scene.ask("POST", "/whatsapp-config", { inboxId: 7 });
    const { id } = body["data"] as { id: string };
    for (const answer of [
      await scene.ask("POST", "/whatsapp-config", { inboxId: 8, verified: true }),
      await scene.ask("PUT", `/whatsapp-config/${id}`, { verified: true }),
    ])
      expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_body"]);
    expect(await lineOf(scene)).toMatchObject({ inboxId: 7, isVerified: false });
  });

  test("is one of twenty at most", async () => {
    await using scene = await openWithUser();
    for (let inboxId = 1; inboxId <= 20; inboxId++)
      expect((await scene.ask("POST", "/whatsapp-config", { inboxId })).status).toBe(200);
    const { status, body } = await scene.ask("POST", "/whatsapp-config", { inboxId: 21 });
    expect([status, body["code"]]).toEqual([409, "conflict"]);
  });
});

describe("a user's key", () => {
  test("answers from the next message on, and is known to its user by four characters", async () => {
    await using scene = await openWithUser();
    const { app, userId, ask } = scene;
    await addNumber(app, userId, NUMBER);
    const token = await addToken(app, "chat");
    expect((await chat(app, token, { text: "oi", phoneNumber: NUMBER })).body).toMatchObject({
      credential: "system",
    });
    const apiKey = "gsk-own-0123456789";
    app.ai.addKey(apiKey);
    const { body } = await ask("POST", "/ai-keys", { provider: "groq", apiKey });
    expect(body["data"]).toMatchObject({ lastFour: "6789", provider: "groq" });
    expect((await chat(app, token, { text: "oi", phoneNumber: NUMBER })).body).toMatchObject({
      credential: "user",
      userId,
    });
    expect(app.ai.asked.at(-1)).toMatchObject({ key: apiKey });
    const { id } = body["data"] as { id: string };
    expect((await ask("DELETE", `/ai-keys/${id}`)).status).toBe(200);
    expect((await chat(app, token, { text: "oi", phoneNumber: NUMBER })).body).toMatchObject({
      credential: "system",
    });
  });

  test("is seen among their own, never among the system's", async () => {
    await using scene = await openWithUser();
    await addKey(scene.app, null, "gsk-system-0123456789");
    expect((await scene.ask("GET", "/ai-keys")).body["data"]).toEqual([]);
  });

  test("is one of twenty at most", async () => {
    await using scene = await openWithUser();
    const add = () => scene.ask("POST", "/ai-keys", { provider: "openai", apiKey: "sk-0123456789" });
    for (let keys = 0; keys < 20; keys++) expect((await add()).status).toBe(200);
    const { status, body } = await add();
    expect([status, body["code"]]).toEqual([409, "conflict"]);
  });
});

test("the addresses for reference are written and read back", async () => {
  await using scene = await openWithUser();
  await scene.ask("PUT", "/webhook-links", { webhookUrl: "https://hook.example", webhookEnabled: true });
  expect((await scene.ask("GET", "/webhook-links")).body["data"]).toEqual({
    webhookUrl: "https://hook.example",
    groqApiUrl: null,
    webhookEnabled: true,
    groqEnabled: false,
  });
});
