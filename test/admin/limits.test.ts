// How much a user may use, and how much they have used.
import { describe, expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser, chat } from "../harness/tenants.ts";

const NUMBER = "+5511987654321";
const RULE = "a whole number from 1 to 9007199254740991, or null for no limit.";
const NONE = { requestsPerMinute: null, tokensPerDay: null, spendPerMonthMicroUsd: null };

test("there is no limit at first; each is set and lifted by itself", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const path = `/users/${userId}/limits`;
  expect((await app.admin("GET", path)).body["data"]).toEqual(NONE);
  await app.admin("PUT", path, { requestsPerMinute: 5, tokensPerDay: 10_000 });
  const { body } = await app.admin("PUT", path, { tokensPerDay: null, spendPerMonthMicroUsd: 2_500_000 });
  expect(body["data"]).toEqual({
    requestsPerMinute: 5,
    tokensPerDay: null,
    spendPerMonthMicroUsd: 2_500_000,
  });
  expect((await app.admin("GET", path)).body["data"]).toEqual(body["data"]);
  const shown = { id: userId, name: "Ana", limits: body["data"] };
  expect((await app.admin("GET", `/users/${userId}`)).body["data"]).toMatchObject(shown);
  expect((await app.admin("GET", "/users")).body["data"]).toMatchObject([shown]);
  await app.admin("PUT", path, NONE);
  expect((await app.admin("GET", path)).body["data"]).toEqual(NONE);
});

describe.each(Object.keys(NONE))("%s", (name) => {
  test.each([0, -1, 0.5, 1.5, 2 ** 53])("of %d is no limit", async (value) => {
    await using app = await openTestApp();
    const path = `/users/${await addUser(app, "Ana")}/limits`;
    const { status, body } = await app.admin("PUT", path, { [name]: value });
    expect([status, body["code"]]).toEqual([422, "invalid_limit"]);
    expect(body["error"]).toBe(`${name} must be ${RULE}`);
    expect((await app.admin("GET", path)).body["data"]).toEqual(NONE);
  });

  test.each([["5"], [true], [[5]]])("of %j is no number", async (value) => {
    await using app = await openTestApp();
    const path = `/users/${await addUser(app, "Ana")}/limits`;
    const { status, body } = await app.admin("PUT", path, { [name]: value });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(body["error"]).toBe(`${name} must be ${RULE}`);
  });
});

test("a limit of another name is refused", async () => {
  await using app = await openTestApp();
  const { status, body } = await app.admin("PUT", `/users/${await addUser(app, "Ana")}/limits`, {
    tokensPerMonth: 5,
  });
  expect([status, body["code"]]).toEqual([400, "invalid_body"]);
});

test("usage tells what was used of each limit, and sums by model, to the admin and to the user alike", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER);
  await addKey(app, userId, "gsk-ana-0123456789");
  await app.admin("PUT", `/users/${userId}/limits`, { requestsPerMinute: 5 });
  const before = (await app.admin("GET", `/users/${userId}/usage`)).body["data"];
  expect(before).toMatchObject({ limits: { requestsPerMinute: 5, tokensPerDay: null }, rows: [] });
  expect((await chat(app, await addToken(app, "chat"), { text: "oi", phoneNumber: NUMBER })).status).toBe(
    200,
  );
  const { data } = (await app.admin("GET", `/users/${userId}/usage?days=1`)).body;
  expect(data).toMatchObject({
    since: "2026-06-17T13:00:00.000Z",
    spans: [
      { kind: "requests_per_minute", startsAt: "2026-06-18T13:00:00.000Z", used: 1, max: 5 },
      { kind: "tokens_per_day", startsAt: "2026-06-18T00:00:00.000Z", used: 120, max: null },
      { kind: "spend_per_month", startsAt: "2026-06-01T00:00:00.000Z", max: null },
    ],
    rows: [{ provider: "groq", credentialSource: "user", calls: 1, inputTokens: 100, outputTokens: 20 }],
  });
  const own = await app.handle(
    new Request("http://localhost/v1/me/usage?days=1", {
      headers: { authorization: `Bearer ${await addToken(app, `user:${userId}`)}` },
    }),
  );
  expect(await own.json()).toEqual({ success: true, data });
});

test.each(["0", "367", "-1", "1.5", "ten", ""])(
  "usage of %p days is refused, and the field named",
  async (days) => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("GET", `/users/${await addUser(app, "Ana")}/usage?days=${days}`);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(String(body["error"])).toStartWith("days must be");
  },
);
