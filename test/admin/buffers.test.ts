// Buffers as an operator handles them: looked for by what is known of them, and given more time.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";

const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";

async function opened(app: TestApp): Promise<string> {
  return String((await app.receive("oi")).answer["bufferId"]);
}

const extend = (app: TestApp, bufferId: string, body: unknown) =>
  app.admin("POST", `/buffers/${bufferId}/extend`, body);

describe("more time for a buffer", () => {
  test("moves its deadline and its timer", async () => {
    await using app = await openTestApp();
    const startedAt = app.clock.now();
    const dueAt = new Date(startedAt + 90_000).toISOString();
    expect((await extend(app, await opened(app), { seconds: 60 })).body).toEqual({
      success: true,
      action: "extended",
      dueAt,
    });
    await app.clock.tick(89_900);
    expect(app.ai.asked).toEqual([]);
    await app.clock.tick(200);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("holds while the customer types and writes", async () => {
    await using app = await openTestApp();
    const bufferId = await opened(app);
    await extend(app, bufferId, { seconds: 60 });
    await app.deliver(app.chatwoot.typing(CONVERSATION, false));
    await app.receive("mais");
    await app.clock.tick(89_900);
    expect(app.ai.asked).toEqual([]);
    await app.clock.tick(200);
    expect(app.ai.asked[0]?.prompt).toContain("[2] mais");
  });

  test("ends at the age cap", async () => {
    await using app = await openTestApp();
    const capAt = new Date(app.clock.now() + 300_000).toISOString();
    const { body } = await extend(app, await opened(app), { seconds: 600 });
    expect(body["dueAt"]).toBe(capAt);
  });

  test.each([
    [{}],
    [{ seconds: 0 }],
    [{ seconds: 601 }],
    [{ seconds: 1.5 }],
    [{ seconds: "60" }],
    [{ minutes: 1 }],
  ])("is refused for %j", async (body) => {
    await using app = await openTestApp();
    const answer = await extend(app, await opened(app), body);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_body"]);
  });

  test("is for open ones alone", async () => {
    await using app = await openTestApp();
    const bufferId = await opened(app);
    await app.clock.tick(30_010);
    expect((await extend(app, bufferId, { seconds: 5 })).status).toBe(404);
    expect((await extend(app, NOBODY, { seconds: 5 })).status).toBe(404);
  });
});

describe("the list", () => {
  test("is of what its filters say", async () => {
    await using app = await openTestApp();
    await app.receive("oi", { conversationId: 1 });
    await app.clock.tick(31_000);
    const since = new Date(app.clock.now()).toISOString();
    await app.receive("oi", { conversationId: 2 });
    const conversations = async (query: string) => {
      const { body } = await app.admin("GET", `/buffers?${query}`);
      return (body["data"] as { conversationId: number }[]).map(({ conversationId }) => conversationId);
    };
    expect(await conversations("connection=default")).toEqual([2, 1]);
    expect(await conversations("connection=other")).toEqual([]);
    expect(await conversations("conversationId=1")).toEqual([1]);
    expect(await conversations(`since=${since}`)).toEqual([2]);
    expect(await conversations(`until=${since}&state=completed`)).toEqual([1]);
    expect(await conversations(`userId=${NOBODY}`)).toEqual([]);
  });

  test.each([
    ["conversationId=0", "conversationId"],
    ["since=now", "since"],
    [`userId=${"x".repeat(201)}`, "userId"],
  ])("names what is wrong in %p", async (query, field) => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("GET", `/buffers?${query}`);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(body["error"]).toStartWith(`${field} must be`);
  });
});
