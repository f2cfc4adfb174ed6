// Numbers of users: whose they are by an admin's word, in every spelling, and what is no number.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addUser } from "../harness/tenants.ts";

const NUMBER = "+55 11 98765-4321";

async function numbersOf(app: TestApp, userId: string): Promise<Record<string, unknown>[]> {
  const { status, body } = await app.admin("GET", `/users/${userId}/numbers`);
  expect([status, body["nextCursor"]]).toEqual([200, null]);
  return body["data"] as Record<string, unknown>[];
}

async function whose(app: TestApp, number: string): Promise<Record<string, unknown>> {
  const { status, body } = await app.admin("GET", `/identity?number=${encodeURIComponent(number)}`);
  expect(status).toBe(200);
  return body["data"] as Record<string, unknown>;
}

test("a number is a user's, proven, by an admin's word, and found in another spelling", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const { status, body } = await app.admin("POST", `/users/${userId}/numbers`, { number: NUMBER });
  expect(status).toBe(200);
  expect(body["data"]).toEqual({
    id: expect.any(String),
    number: NUMBER,
    kind: "phone",
    connection: null,
    isVerified: true,
    source: "admin",
    verifiedAt: expect.stringMatching(/^2026-06-18T13/),
    createdAt: expect.stringMatching(/^2026-06-18T13/),
    codeExpiresAt: null,
  });
  expect(await numbersOf(app, userId)).toEqual([body["data"] as Record<string, unknown>]);
  expect(await whose(app, "011 8765-4321")).toMatchObject({
    userId,
    isVerified: true,
    matchedBy: "whatsapp_user_mapping",
  });
});

test("written again it is the same row, and never less proven than before", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const first = await addNumber(app, userId, NUMBER, { verified: false });
  expect(await numbersOf(app, userId)).toMatchObject([{ id: first, isVerified: false, verifiedAt: null }]);
  expect(await addNumber(app, userId, "5511987654321")).toBe(first);
  expect(await addNumber(app, userId, NUMBER, { verified: false })).toBe(first);
  expect(await numbersOf(app, userId)).toMatchObject([{ id: first, isVerified: true }]);
});

test("a number may be a user's in one connection alone", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER, { connection: "default" });
  expect(await numbersOf(app, userId)).toMatchObject([{ connection: "default" }]);
  expect(await whose(app, NUMBER)).toMatchObject({ userId });
  const { body } = await app.admin(
    "GET",
    `/identity?number=${encodeURIComponent(NUMBER)}&connection=playground`,
  );
  expect(body["data"]).toMatchObject({ userId: null });
});

test("what is no number is kept under its digits when that is asked for, and found by the same digits alone", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, "+1234567890", { exact: true });
  expect(await numbersOf(app, userId)).toMatchObject([{ kind: "exact", number: "+1234567890" }]);
  expect(await whose(app, "+1234567890")).toMatchObject({ userId, kind: "exact", normalizedNumber: null });
  expect(await whose(app, "1234567890")).toMatchObject({ userId });
  expect(await whose(app, "+1234567891")).toMatchObject({ userId: null, kind: "none" });
});

test("exact digits of a number are no number: another spelling finds nobody", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, "5511987654321", { exact: true });
  expect(await numbersOf(app, userId)).toMatchObject([{ kind: "exact" }]);
  expect(await whose(app, "5511987654321")).toMatchObject({ userId });
  expect(await whose(app, "(11) 98765-4321")).toMatchObject({ userId: null });
});

test.each([
  ["123456789012345@lid", "lid"],
  ["BR.1A2b3C", "bsuid"],
  ["5511987654321@s.whatsapp.net", "phone"],
])("%s can be kept, too: a %s", async (number, kind) => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  for (const exact of [false, true]) {
    if (kind === "phone" && exact) continue;
    await addNumber(app, userId, number, { exact });
    expect(await numbersOf(app, userId)).toMatchObject([{ kind, number }]);
  }
  expect(await whose(app, number)).toMatchObject({ kind, userId });
});

describe("what is no number is refused with the reason, and not repeated:", () => {
  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["98765-4321", "no_area"],
    ["+1234567890", "not_a_phone"],
    ["canary-words", "not_a_phone"],
    ["ana-canary@example.com", "email"],
    ["5511987654321-1600000000@g.us", "group"],
    [`+55${"1".repeat(300)}`, "too_long"],
    ["16505361212@c.us", "whatsapp_internal"],
  ])("%s", async (number, reason) => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const { status, body } = await app.admin("POST", `/users/${userId}/numbers`, { number });
    expect([status, body["code"], body["reason"]]).toEqual([422, "invalid_number", reason]);
    if (number.length > 5) expect(JSON.stringify(body)).not.toContain(number);
    expect(await numbersOf(app, userId)).toEqual([]);
  });

  test("exact words, which hold no digits", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const { status, body } = await app.admin("POST", `/users/${userId}/numbers`, {
      number: "nobody",
      exact: true,
    });
    expect([status, body["code"]]).toEqual([422, "invalid_number"]);
  });
});

describe("a wrong field is named:", () => {
  test.each([
    ["number", {}],
    ["number", { number: 5511987654321 }],
    ["verified", { number: NUMBER, verified: "yes" }],
    ["verified", { number: NUMBER, verified: null }],
    ["exact", { number: NUMBER, exact: 1 }],
    ["number, verified, exact, connection", { number: NUMBER, isVerified: false }],
  ])("%s of %j", async (field, wanted) => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const { status, body } = await app.admin("POST", `/users/${userId}/numbers`, wanted);
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(String(body["error"])).toContain(field);
    expect(await numbersOf(app, userId)).toEqual([]);
  });
});

test("a removed number is the user's no more", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const id = await addNumber(app, userId, NUMBER);
  expect((await app.admin("DELETE", `/users/${userId}/numbers/${id}`)).body).toMatchObject({
    action: "removed",
  });
  expect(await numbersOf(app, userId)).toEqual([]);
  expect(await whose(app, NUMBER)).toMatchObject({ userId: null });
  expect((await app.admin("DELETE", `/users/${userId}/numbers/${id}`)).status).toBe(404);
});

test("a number that names no country is read in the one of the settings", async () => {
  await using app = await openTestApp({ env: { LULL_DEFAULT_COUNTRY: "PT" } });
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, "912 345 678");
  expect(await whose(app, "+351912345678")).toMatchObject({ userId, key: "+351912345678" });
});

test("neither the log nor an error ever holds the number", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER);
  await whose(app, NUMBER);
  const told = JSON.stringify(app.events);
  for (const form of [NUMBER, "5511987654321", "98765"]) expect(told).not.toContain(form);
});
