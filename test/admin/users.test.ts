// Users: made, found, renamed, removed, and refused with the name of the field that is wrong.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addUser } from "../harness/tenants.ts";
import { NOBODY } from "../routes/table.ts";

const MOMENT = /^2026-06-18T13:\d\d:\d\d\.\d{3}Z$/;

async function must(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await app.admin(method, path, body);
  expect(answer.status).toBe(200);
  return answer.body["data"] as Record<string, unknown>;
}

test("a user is made with a name alone, and shown as they are", async () => {
  await using app = await openTestApp();
  const made = await must(app, "POST", "/users", { name: "  Ana Lima " });
  expect(made).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    name: "Ana Lima",
    email: null,
    retentionDays: null,
    connection: null,
    limits: { requestsPerMinute: null, tokensPerDay: null, spendPerMonthMicroUsd: null },
    createdAt: expect.stringMatching(MOMENT),
    updatedAt: expect.stringMatching(MOMENT),
  });
  expect(await must(app, "GET", `/users/${String(made["id"])}`)).toEqual(made);
});

test("a user may belong to one connection", async () => {
  await using app = await openTestApp();
  const made = await must(app, "POST", "/users", {
    name: "Ana",
    email: "ana@example.com",
    connection: "default",
  });
  expect(made).toMatchObject({ email: "ana@example.com", connection: "default" });
  const unknown = await app.admin("POST", "/users", { name: "Bia", connection: "elsewhere" });
  expect([unknown.status, unknown.body["code"]]).toEqual([404, "not_found"]);
});

test("name and e-mail are changed one by one, and an e-mail taken away by null", async () => {
  await using app = await openTestApp();
  const id = await addUser(app, "Ana", { email: "ana@example.com" });
  await app.clock.tick(1_000);
  expect(await must(app, "PUT", `/users/${id}`, { name: "Ana Lima" })).toMatchObject({
    name: "Ana Lima",
    email: "ana@example.com",
  });
  expect(await must(app, "PUT", `/users/${id}`, { email: null })).toMatchObject({
    name: "Ana Lima",
    email: null,
  });
  expect(await must(app, "PUT", `/users/${id}`, {})).toMatchObject({ name: "Ana Lima", email: null });
});

test("an e-mail is one user's alone, in whatever case it is written", async () => {
  await using app = await openTestApp();
  await addUser(app, "Ana", { email: "ana@example.com" });
  const id = await addUser(app, "Bia", { email: "bia@example.com" });
  const made = await app.admin("POST", "/users", { name: "Carla", email: "ANA@example.com" });
  const changed = await app.admin("PUT", `/users/${id}`, { email: "Ana@Example.com" });
  for (const { status, body } of [made, changed]) {
    expect([status, body["code"]]).toEqual([409, "conflict"]);
    expect(JSON.stringify(body).toLowerCase()).not.toContain("ana@example.com");
  }
  expect(await must(app, "GET", `/users/${id}`)).toMatchObject({ email: "bia@example.com" });
  expect((await app.admin("PUT", `/users/${id}`, { email: "BIA@example.com" })).status).toBe(200);
});

test("the list comes page by page, newest first, each user once", async () => {
  await using app = await openTestApp();
  for (const name of ["a", "b", "c", "d", "e"]) await addUser(app, name);
  const seen: unknown[] = [];
  let cursor = "";
  for (const count of [2, 2, 1]) {
    const { body } = await app.admin("GET", `/users?limit=2${cursor}`);
    const rows = body["data"] as Record<string, unknown>[];
    expect(rows).toHaveLength(count);
    seen.push(...rows.map(({ name }) => name));
    cursor = `&cursor=${String(body["nextCursor"])}`;
  }
  expect([seen, cursor]).toEqual([["e", "d", "c", "b", "a"], "&cursor=null"]);
  expect((await app.admin("GET", "/users?state=active")).body["code"]).toBe("invalid_query");
});

test("a removed user is gone, with numbers and keys", async () => {
  await using app = await openTestApp();
  const id = await addUser(app, "Ana", { email: "ana@example.com" });
  await must(app, "POST", `/users/${id}/numbers`, { number: "+5511987654321" });
  expect(await app.admin("DELETE", `/users/${id}`)).toMatchObject({
    status: 200,
    body: { action: "removed" },
  });
  expect((await app.admin("GET", `/users/${id}`)).status).toBe(404);
  expect((await app.admin("DELETE", `/users/${id}`)).status).toBe(404);
  const { data } = (await app.admin("GET", "/identity?number=%2B5511987654321")).body;
  expect(data).toMatchObject({ kind: "phone", userId: null });
  expect(await addUser(app, "Ana again", { email: "ana@example.com" })).not.toBe(id);
});

describe("a wrong field is named, and what it held is not repeated:", () => {
  const secret = "a-secret-value";
  test.each([
    ["name", {}],
    ["name", { name: null }],
    ["name", { name: "   " }],
    ["name", { name: 5 }],
    ["name", { name: [secret] }],
    ["name", { name: `${secret}\u0000` }],
    ["name", { name: `${secret}\nx` }],
    ["name", { name: `${secret}\ud800` }],
    ["name", { name: secret.repeat(20) }],
    ["email", { name: "Ana", email: secret }],
    ["email", { name: "Ana", email: `${secret}@a b` }],
    ["email", { name: "Ana", email: true }],
    ["connection", { name: "Ana", connection: 1 }],
    ["known are name, email, connection", { name: "Ana", [secret]: secret }],
    ["known are name, email, connection", { name: "Ana", ["__proto__"]: secret }],
  ])("%s of %j", async (field, wanted) => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("POST", "/users", wanted);
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(String(body["error"])).toContain(field);
    expect(JSON.stringify(body)).not.toContain(secret);
    expect((await app.admin("GET", "/users")).body["data"]).toEqual([]);
  });
});

test("a user can be renamed to something alone", async () => {
  await using app = await openTestApp();
  const id = await addUser(app, "Ana");
  for (const name of ["", " ", null]) {
    const { status, body } = await app.admin("PUT", `/users/${id}`, { name });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
  }
  expect(await must(app, "GET", `/users/${id}`)).toMatchObject({ name: "Ana" });
});

test("every change is told in the log once, by action and id, and a refused one is not", async () => {
  await using app = await openTestApp();
  const id = await addUser(app, "Ana");
  await app.admin("PUT", `/users/${id}`, { name: "Bia" });
  await app.admin("PUT", `/users/${id}`, { name: 5 });
  await app.admin("PUT", `/users/${NOBODY}`, { name: "Bia" });
  await app.admin("DELETE", `/users/${id}`);
  await app.admin("DELETE", `/users/${id}`);
  const changes = app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields);
  expect(changes).toEqual(["user.add", "user.change", "user.delete"].map((action) => ({ action, id })));
});
