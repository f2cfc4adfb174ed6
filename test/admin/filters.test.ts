// Lists show what is asked for and nothing else; a filter that is misspelt or wrong is refused by its name.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";
import { OPERATIONS } from "../openapi/described.ts";

type Listed = Record<string, unknown>;

async function list(app: TestApp, path: string): Promise<Listed[]> {
  const { status, body } = await app.admin("GET", path);
  expect({ path, status }).toEqual({ path, status: 200 });
  return body["data"] as Listed[];
}

const LISTS = [...OPERATIONS].flatMap(([route, { parameters = [] }]) => {
  const isList = route.startsWith("GET /admin/") && parameters.some(({ name }) => name === "cursor");
  return isList ? [route.slice("GET /admin".length)] : [];
});

test.each(LISTS)("%s refuses a filter that it does not know", async (route) => {
  await using app = await openTestApp();
  await app.receive("oi");
  const { body } = await app.admin("POST", "/users", { name: "Ana", email: "ana@example.com" });
  const { id } = body["data"] as { id: string };
  const path = route
    .replace("/users/:id", `/users/${id}`)
    .replace("/schedules/:name", "/schedules/outbox")
    .replace("/flags/:name", "/flags/split_replies")
    .replace("/conversations/:id", `/conversations/${CONVERSATION}`);
  const { status, body: refusal } = await app.admin("GET", `${path}?conversaton=12`);
  expect([status, refusal["code"], refusal["error"]]).toEqual([
    400,
    "invalid_query",
    expect.stringMatching(/^The query has a field that is not known; known are limit, cursor/),
  ]);
  expect((await app.admin("GET", `${path}?limit=1`)).status).toBe(200);
});

describe("of what was said in two conversations", () => {
  const FROM = "2026-06-18T13:05:00Z";

  async function open(): Promise<TestApp> {
    const app = await openTestApp();
    for (const conversationId of [1, 2]) {
      await app.receive("oi", { conversationId });
      await app.clock.tick(SILENCE_MS);
      await app.clock.tick(10 * 60_000);
    }
    return app;
  }

  test.each([
    ["/outbox?conversationId=1", [1]],
    ["/outbox?conversationId=1&state=sent&kind=reply&connection=default", [1]],
    ["/outbox?kind=notification", []],
    [`/outbox?since=${FROM}`, [2]],
    [`/outbox?until=${FROM}`, [1]],
    ["/outbox?connection=clinic", []],
    ["/buffers?conversationId=2", [2]],
    ["/jobs?conversationId=2", [2]],
    ["/conversations?status=pending", [2, 1]],
    ["/conversations?status=resolved", []],
    ["/conversations?connection=clinic", []],
    ["/conversations?userId=nobody", []],
    ["/conversations?inboxId=99", []],
    ["/conversations?contactId=99999", []],
    ["/conversations?outcome=handed_off", []],
  ])("%s shows those of %p", async (path, conversationIds) => {
    await using app = await open();
    expect((await list(app, path)).map(({ conversationId }) => conversationId)).toEqual(conversationIds);
  });
});

test("conversations are found by who keeps lull quiet there, their inbox and their contact", async () => {
  await using app = await openTestApp();
  await app.receive("oi", { conversationId: 1 });
  await app.receive("oi", { conversationId: 2 });
  await app.admin("POST", "/conversations/2/pause", {});
  const [paused] = await list(app, "/conversations?state=paused");
  expect(paused).toMatchObject({ conversationId: 2 });
  const inboxId = Number(paused?.["inboxId"]);
  const contactId = Number(paused?.["contactId"]);
  expect(await list(app, `/conversations?inboxId=${inboxId}&contactId=${contactId}&state=paused`)).toEqual([
    paused ?? {},
  ]);
});

test("users are found by how their name or address begins, whatever the letters, and no sign is a pattern", async () => {
  await using app = await openTestApp();
  await app.admin("POST", "/users", { name: "Ana Lima", email: "ana@example.com" });
  await app.admin("POST", "/users", { name: "Bea 100%", email: "bea_lima@example.com" });
  const namesBy = async (query: string) => (await list(app, `/users?${query}`)).map(({ name }) => name);
  expect(await namesBy("name=ana")).toEqual(["Ana Lima"]);
  expect(await namesBy("email=BEA")).toEqual(["Bea 100%"]);
  expect(await namesBy("name=Lima")).toEqual([]);
  expect(await namesBy("name=%25")).toEqual([]);
  expect(await namesBy("email=___")).toEqual([]);
  expect(await namesBy("connection=default")).toEqual([]);
});

test("errands are found by their kind and conversation, tokens by their scope and user", async () => {
  await using app = await openTestApp();
  await app.receive("oi");
  await app.store().addErrand(1, CONVERSATION, { kind: "label", label: "vip" }, app.clock.now());
  expect(await list(app, `/errands?kind=label&conversationId=${CONVERSATION}`)).toHaveLength(1);
  expect(await list(app, "/errands?kind=note")).toEqual([]);
  const { body } = await app.admin("POST", "/users", { name: "Ana" });
  const { id } = body["data"] as { id: string };
  await app.admin("POST", "/tokens", { name: "own", scope: `user:${id}` });
  await app.admin("POST", "/tokens", { name: "panel", scope: "service" });
  expect(await list(app, "/tokens?scope=service")).toMatchObject([{ name: "panel" }]);
  expect(await list(app, `/tokens?userId=${id}`)).toMatchObject([{ name: "own" }]);
});

test.each([
  ["/outbox?kind=letter", "kind"],
  ["/errands?kind=letter", "kind"],
  ["/outbox?since=yesterday", "since"],
  ["/errands?until=1", "until"],
  ["/outbox?conversationId=abc", "conversationId"],
  ["/conversations?inboxId=0", "inboxId"],
  ["/conversations?status=closed", "status"],
  ["/conversations?outcome=won", "outcome"],
  ["/tokens?scope=god", "scope"],
  ["/buffers?since=18/06/2026", "since"],
  ["/audit-log?until=later", "until"],
  ["/webhook-log?outcome=lost", "outcome"],
])("%s is refused for %s", async (path, field) => {
  await using app = await openTestApp();
  const { status, body } = await app.admin("GET", path);
  expect([status, body["code"], String(body["error"]).startsWith(`${field} must be`)]).toEqual([
    400,
    "invalid_query",
    true,
  ]);
});
