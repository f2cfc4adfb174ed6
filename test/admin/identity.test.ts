// Who a number is, and why: the same answer for an operator and for programs; and how often it is known.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addToken, addUser, chat } from "../harness/tenants.ts";
import { call } from "../routes/table.ts";

const NUMBER = "+5511987654321";

async function ask(app: TestApp, query: string) {
  return app.admin("GET", `/identity${query}`);
}

test("every layer tells whom it names, and the first that names one user wins", async () => {
  await using app = await openTestApp();
  const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
  await addNumber(app, ana, NUMBER);
  await app.admin("PUT", `/users/${bia}/profile`, { whatsappNumber: NUMBER });
  const { status, body } = await ask(app, "?number=11%2098765-4321");
  expect(status).toBe(200);
  expect(body["data"]).toMatchObject({
    input: "11 98765-4321",
    kind: "phone",
    key: NUMBER,
    normalizedNumber: NUMBER,
    matchedBy: "whatsapp_user_mapping",
    userId: ana,
    isVerified: true,
    ambiguous: false,
    layers: [
      { layer: "whatsapp_user_mapping", users: [{ userId: ana, isVerified: true }] },
      { layer: "user_whatsapp_config", users: [] },
      { layer: "profiles", users: [{ userId: bia, isVerified: true }] },
      { layer: "meeting_notes", users: [] },
      { layer: "customer_conversations", users: [] },
    ],
  });
});

test("two users of one number are nobody", async () => {
  await using app = await openTestApp();
  for (const name of ["Ana", "Bia"]) await addNumber(app, await addUser(app, name), NUMBER);
  expect((await ask(app, `?number=${NUMBER}`)).body["data"]).toMatchObject({ userId: null, ambiguous: true });
});

test("a plus that was not escaped is still a plus", async () => {
  await using app = await openTestApp();
  const { body } = await ask(app, "?number=+351912345678");
  expect(body["data"]).toMatchObject({ input: "+351912345678", kind: "phone", key: "+351912345678" });
});

test("the country and the origin decide how digits are read", async () => {
  await using app = await openTestApp();
  const keyOf = async (query: string) =>
    ((await ask(app, query)).body["data"] as Record<string, unknown>)["key"];
  expect(await keyOf("?number=912345678&country=PT")).toBe("+351912345678");
  expect(await keyOf("?number=912345678&country=pt")).toBe("+351912345678");
  expect(await keyOf("?number=34911234567")).toBe("+5534911234567");
  expect(await keyOf("?number=34911234567&origin=whatsapp")).toBe("+34911234567");
});

describe("a wrong question is named and not repeated:", () => {
  test.each([
    ["number", ""],
    ["country", "?number=1&country=canary"],
    ["country", "?number=1&country=XX"],
    ["origin", "?number=1&origin=canary"],
  ])("%s in %s", async (field, query) => {
    await using app = await openTestApp();
    const { status, body } = await ask(app, query);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(String(body["error"])).toStartWith(field);
    expect(JSON.stringify(body)).not.toContain("canary");
  });

  test("a connection that is not there", async () => {
    await using app = await openTestApp();
    const { status, body } = await ask(app, "?number=1&connection=canary");
    expect([status, body["code"]]).toEqual([404, "not_found"]);
    expect(JSON.stringify(body)).not.toContain("canary");
  });
});

test.each(["service", "chat", "admin"])(
  "a program with a token of scope %s is told the same",
  async (scope) => {
    await using app = await openTestApp();
    await addNumber(app, await addUser(app, "Ana"), NUMBER);
    const query = "?number=%2B5511987654321&origin=whatsapp";
    const token = await addToken(app, scope);
    const { status, body } = await call(app, { method: "GET", path: `/v1/identity/resolve${query}` }, token);
    expect([status, body]).toEqual([200, (await ask(app, query)).body]);
  },
);

describe("figures", () => {
  test("tell how many were known, whose keys are there and whose answered", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    await addNumber(app, userId, NUMBER);
    const token = await addToken(app, "chat");
    await chat(app, token, { text: "oi", phoneNumber: NUMBER });
    await chat(app, token, { text: "oi", phoneNumber: "+5511911112222" });
    const { status, body } = await app.admin("GET", "/metrics?hours=1");
    expect(status).toBe(200);
    expect(body["data"]).toMatchObject({
      hours: 1,
      identification: { customerMessages: 2, identifiedMessages: 1, rate: 0.5 },
      credentialCoverage: { users: 1, usersWithKey: 0, rate: 0, withoutKey: [{ id: userId, name: "Ana" }] },
      fallback: { calls: 2, systemCalls: 2, rate: 1 },
    });
    expect(JSON.stringify(body)).not.toContain("1111");
  });

  test("are of the last day when nothing is said, and of no wrong span", async () => {
    await using app = await openTestApp();
    expect((await app.admin("GET", "/metrics")).body["data"]).toMatchObject({ hours: 24 });
    for (const hours of ["0", "8785", "x", "1.5"]) {
      const { status, body } = await app.admin("GET", `/metrics?hours=${hours}`);
      expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    }
  });
});
