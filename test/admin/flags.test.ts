// Flags for some alone, as an admin sets them.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addUser } from "../harness/tenants.ts";

const PATH = "/flags/message_buffering";

async function answersAtOnce(app: TestApp, conversationId: number): Promise<boolean> {
  await app.receive("oi", { conversationId });
  await app.clock.tick(100);
  const isAnswered = app.chatwoot.sent(conversationId).length > 0;
  await app.clock.tick(31_000);
  return isAnswered;
}

test("a flag is set for one connection alone, shown so, and taken away again", async () => {
  await using app = await openTestApp();
  const scope = "connection:default";
  const set = await app.admin("PUT", PATH, { enabled: false, scope });
  expect(set.body["data"]).toMatchObject({
    name: "message_buffering",
    default: true,
    isEnabled: true,
    set: { isEnabled: true, rolloutPercent: 100 },
    overrides: { [scope]: { isEnabled: false, rolloutPercent: 100 } },
  });
  expect(await answersAtOnce(app, CONVERSATION)).toBe(true);
  const unset = await app.admin("DELETE", `${PATH}?scope=${scope}`);
  expect((unset.body["data"] as { overrides: unknown }).overrides).toEqual({});
  expect(await answersAtOnce(app, CONVERSATION + 1)).toBe(false);
  expect(await app.admin("DELETE", `${PATH}?scope=${scope}`)).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
});

test("a user's setting holds in the conversations that are known to be theirs", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, "+5511987654321");
  const contact = { id: 71, name: "Ana", phoneNumber: "+5511987654321" };
  await app.receive("oi", { contact });
  await app.clock.tick(31_000);
  await app.admin("PUT", PATH, { enabled: false, scope: `user:${userId}` });
  await app.receive("e agora?", { contact });
  await app.clock.tick(100);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
  expect(await answersAtOnce(app, CONVERSATION + 1)).toBe(false);
});

test("a share of the conversations is inside of a rollout; without an older system the others are answered at once", async () => {
  await using app = await openTestApp();
  await app.admin("PUT", PATH, { enabled: true, rolloutPercent: 50 });
  const before: boolean[] = [];
  for (let id = 1; id <= 20; id++) before.push(await answersAtOnce(app, id));
  expect(new Set(before).size).toBe(2);
  await app.stop();
  await app.start();
  const after: boolean[] = [];
  for (let id = 1; id <= 20; id++) {
    await app.receive("de novo", { conversationId: id });
    await app.clock.tick(100);
    after.push(app.chatwoot.sent(id).length === 2);
    await app.clock.tick(31_000);
  }
  expect(after).toEqual(before);
});

test("the history tells who set it, when and why, for whom, and what it was before", async () => {
  await using app = await openTestApp();
  expect((await app.admin("GET", `${PATH}/history`)).body["data"]).toEqual([]);
  await app.admin("PUT", PATH, { enabled: true, rolloutPercent: 25, why: "the first ones" });
  await app.clock.tick(60_000);
  await app.admin("PUT", PATH, { enabled: false, scope: "connection:default" });
  await app.admin("DELETE", `${PATH}?scope=connection:default&why=over`);
  const entry = { id: expect.any(String), at: new Date(app.clock.now()).toISOString(), actor: "admin" };
  const scope = "connection:default";
  const { body } = await app.admin("GET", `${PATH}/history`);
  expect(body["data"]).toEqual([
    {
      ...entry,
      why: "over",
      changes: [
        { scope, field: "isEnabled", from: false, to: null },
        { scope, field: "rolloutPercent", from: 100, to: null },
      ],
    },
    {
      ...entry,
      why: null,
      changes: [
        { scope, field: "isEnabled", from: null, to: false },
        { scope, field: "rolloutPercent", from: null, to: 100 },
      ],
    },
    {
      ...entry,
      at: new Date(app.clock.now() - 60_000).toISOString(),
      why: "the first ones",
      changes: [{ scope: "all", field: "rolloutPercent", from: 100, to: 25 }],
    },
  ]);
  const first = await app.admin("GET", `${PATH}/history?limit=1`);
  expect((first.body["data"] as unknown[]).length).toBe(1);
  expect((await app.admin("GET", "/flags/nonsense/history")).status).toBe(404);
  expect((await app.admin("GET", `${PATH}/history?limit=x`)).body["error"]).toStartWith("limit");
});

describe("what is wrong is named:", () => {
  test.each([
    ["rolloutPercent", { enabled: true, rolloutPercent: 101 }],
    ["rolloutPercent", { enabled: true, rolloutPercent: 2.5 }],
    ["rolloutPercent", { enabled: true, rolloutPercent: "25" }],
    ["enabled", { enabled: "yes" }],
    ["enabled", { rolloutPercent: 25 }],
    ["scope", { enabled: true, scope: "nobody" }],
    ["scope", { enabled: true, scope: "connection:nowhere" }],
    ["scope", { enabled: true, scope: "user:0190" }],
    ["scope", { enabled: true, scope: 7 }],
    ["why", { enabled: true, why: "x".repeat(501) }],
    ["known are enabled, rolloutPercent, scope, why", { enabled: true, percent: 25 }],
  ])("%s", async (field, body) => {
    await using app = await openTestApp();
    const answer = await app.admin("PUT", PATH, body);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_body"]);
    expect(answer.body["error"]).toContain(field);
    const { rolloutPercent, overrides } = (await app.admin("GET", PATH)).body["data"] as Record<
      string,
      unknown
    >;
    expect([rolloutPercent, overrides]).toEqual([100, {}]);
  });

  test.each(["", "?scope=all", "?scope=nobody", "?scope=connection:nowhere"])(
    "scope of DELETE%s",
    async (query) => {
      await using app = await openTestApp();
      const answer = await app.admin("DELETE", `${PATH}${query}`);
      expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_query"]);
      expect(answer.body["error"]).toStartWith("scope must");
    },
  );
});
