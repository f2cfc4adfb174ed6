// What is said of users: profile, addresses for reference.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addUser } from "../harness/tenants.ts";

const NUMBER = "+55 11 98765-4321";

async function openWithUser() {
  const app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const ask = (method: string, path: string, body?: unknown) =>
    app.admin(method, `/users/${userId}${path}`, body);
  return { app, userId, ask, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function whose(app: TestApp, number: string): Promise<Record<string, unknown>> {
  const { body } = await app.admin("GET", `/identity?number=${encodeURIComponent(number)}`);
  return body["data"] as Record<string, unknown>;
}

describe("a profile", () => {
  const EMPTY = { fullName: null, language: null, whatsappNumber: null, isVerified: false };

  test("is empty at first, and changed field by field", async () => {
    await using scene = await openWithUser();
    expect((await scene.ask("GET", "/profile")).body["data"]).toEqual(EMPTY);
    await scene.ask("PUT", "/profile", { fullName: "Ana Lima", language: "pt-BR" });
    expect((await scene.ask("PUT", "/profile", { language: "fr" })).body["data"]).toEqual({
      ...EMPTY,
      fullName: "Ana Lima",
      language: "fr",
    });
    await scene.ask("PUT", "/profile", { fullName: null, language: "" });
    expect((await scene.ask("GET", "/profile")).body["data"]).toEqual(EMPTY);
  });

  test("holds a number that identifies, by an admin's word, until it is taken out", async () => {
    await using scene = await openWithUser();
    const saved = await scene.ask("PUT", "/profile", { whatsappNumber: NUMBER });
    expect(saved.body["data"]).toMatchObject({ whatsappNumber: NUMBER, isVerified: true });
    await scene.ask("PUT", "/profile", { fullName: "Ana Lima" });
    expect(await whose(scene.app, "11987654321")).toMatchObject({
      userId: scene.userId,
      isVerified: true,
      matchedBy: "profiles",
    });
    await scene.ask("PUT", "/profile", { whatsappNumber: null });
    expect((await scene.ask("GET", "/profile")).body["data"]).toMatchObject({
      whatsappNumber: null,
      isVerified: false,
    });
    expect(await whose(scene.app, NUMBER)).toMatchObject({ userId: null });
  });

  test.each([
    [{ whatsappNumber: "98765-4321" }, 422, "invalid_number"],
    [{ whatsappNumber: 5 }, 400, "invalid_body"],
    [{ language: "portuguese, please" }, 400, "invalid_body"],
    [{ fullName: "x".repeat(201) }, 400, "invalid_body"],
    [{ isVerified: true }, 400, "invalid_body"],
  ])("refuses %j and stays as it was", async (wanted, status, code) => {
    await using scene = await openWithUser();
    const answer = await scene.ask("PUT", "/profile", { fullName: "Other", ...wanted });
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
    expect((await scene.ask("GET", "/profile")).body["data"]).toEqual(EMPTY);
  });
});

describe("addresses for reference", () => {
  const EMPTY = { webhookUrl: null, groqApiUrl: null, webhookEnabled: false, groqEnabled: false };

  test("are empty at first, and changed field by field", async () => {
    await using scene = await openWithUser();
    expect((await scene.ask("GET", "/webhook-links")).body["data"]).toEqual(EMPTY);
    await scene.ask("PUT", "/webhook-links", {
      webhookUrl: "https://hook.example/a?b=c",
      webhookEnabled: true,
    });
    const changed = await scene.ask("PUT", "/webhook-links", {
      groqApiUrl: "http://groq.example",
      webhookEnabled: false,
    });
    expect(changed.body["data"]).toEqual({
      webhookUrl: "https://hook.example/a?b=c",
      groqApiUrl: "http://groq.example",
      webhookEnabled: false,
      groqEnabled: false,
    });
    expect((await scene.ask("GET", "/webhook-links")).body["data"]).toEqual(changed.body["data"]);
  });

  test.each([
    "canary",
    "//hook.example",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user:pass@hook.example",
  ])("are of the web and hold no password: %s is refused", async (webhookUrl) => {
    await using scene = await openWithUser();
    const { status, body } = await scene.ask("PUT", "/webhook-links", { webhookUrl });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(JSON.stringify(body)).not.toContain(webhookUrl);
    expect((await scene.ask("GET", "/webhook-links")).body["data"]).toEqual(EMPTY);
  });
});
