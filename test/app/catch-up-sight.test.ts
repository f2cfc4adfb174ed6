// What a look can see: everything with a user's token, the last messages of known conversations with a bot's. The doctor says
// which it is, the schedule lets operators switch it off, and each connection is looked at for itself.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { listed } from "./signed.ts";

const MINUTE_MS = 60_000;
const TURN_MS = 30_010;

async function catchUpCheck(app: TestApp): Promise<Record<string, unknown> | undefined> {
  const { body } = await app.admin("POST", "/doctor", {});
  const checks = body["data"] as Record<string, unknown>[];
  return checks.find(({ name }) => name === "catch-up");
}

function shows(app: TestApp): number {
  return app.chatwoot.ledger.filter(
    (entry) => entry.kind === "request" && /conversations\/\d+$/.test(entry.path),
  ).length;
}

/** A conversation that lull knows and has answered. */
async function openKnown(options: TestAppOptions): Promise<TestApp> {
  const app = await openTestApp(options);
  await app.receive("oi");
  await app.clock.tick(TURN_MS);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  return app;
}

describe("with a bot's token alone", () => {
  test("the last message of a known conversation is found and answered, and no list is asked for", async () => {
    await using app = await openKnown({ tokens: "bot" });
    app.chatwoot.customerSays(CONVERSATION, "um");
    app.chatwoot.customerSays(CONVERSATION, "dois");
    app.chatwoot.customerSays(7, "sou novo");
    await app.clock.tick(2 * MINUTE_MS);
    expect(app.ai.asked.at(-1)?.prompt).toContain("[1] dois");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok", "ok"]);
    expect(app.chatwoot.sent(7)).toEqual([]);
    const lists = app.chatwoot.ledger.filter((entry) => entry.kind === "request" && entry.path.includes("?"));
    expect(lists).toEqual([]);
  });

  test("a colleague who spoke last keeps lull quiet", async () => {
    await using app = await openKnown({ tokens: "bot" });
    app.chatwoot.humanSays(CONVERSATION, "Ana aqui");
    await app.clock.tick(MINUTE_MS);
    await app.receive("obrigado");
    await app.clock.tick(TURN_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("at most 60 conversations are asked for in a minute, each in its turn", async () => {
    await using app = await openTestApp({ tokens: "bot" });
    for (let id = 1; id <= 150; id++) void app.handle(app.chatwoot.customerSays(id, "oi").request());
    await app.clock.tick(MINUTE_MS);
    const before = shows(app);
    await app.clock.tick(3 * MINUTE_MS);
    const asked = app.chatwoot.ledger
      .filter((entry) => entry.kind === "request" && entry.method === "GET")
      .slice(-180)
      .map((entry) => (entry.kind === "request" ? entry.path : ""));
    expect(shows(app) - before).toBe(180);
    expect(new Set(asked).size).toBe(150);
  });

  test("a conversation that nobody wrote in for a day is left", async () => {
    await using app = await openKnown({ tokens: "bot" });
    await app.clock.tick(25 * 60 * MINUTE_MS);
    const before = shows(app);
    await app.clock.tick(5 * MINUTE_MS);
    expect(shows(app)).toBe(before);
  }, 60_000);
});

test("a user's token beside the bot's sees everything", async () => {
  await using app = await openTestApp({ tokens: "bot and user" });
  app.chatwoot.customerSays(7, "sou novo");
  await app.clock.tick(MINUTE_MS + TURN_MS);
  expect(app.chatwoot.sent(7)).toEqual(["ok"]);
});

describe("the doctor", () => {
  test.each([
    ["user", "default: sees all conversations; looked through 30 s ago"],
    [
      "bot",
      "default: a bot's token alone: sees the last message of conversations that lull knows; looked through 30 s ago",
    ],
  ] as const)("says what a %s's token sees, and when it looked", async (tokens, item) => {
    await using app = await openTestApp({ tokens });
    await app.clock.tick(30_000);
    expect(await catchUpCheck(app)).toEqual({
      name: "catch-up",
      state: "ok",
      text: "the last looks went well",
      items: [item],
    });
  });

  test("says that a look broke off, and why", async () => {
    await using app = await openTestApp();
    app.chatwoot.failNext("conversations_down");
    await app.clock.tick(MINUTE_MS);
    expect(await catchUpCheck(app)).toMatchObject({
      state: "failed",
      items: [
        "default: sees all conversations; looked through 60 s ago; the last look broke off: chatwoot_unreachable",
      ],
      fix: expect.any(String),
    });
    const { body } = await app.admin("GET", "/schedules/catch-up");
    const lastRun = { state: "failed", errorCode: "chatwoot_unreachable" };
    expect(body["data"]).toMatchObject({
      lastRun: { ...lastRun, errorMessage: "The look at default broke off." },
    });
    await app.clock.tick(MINUTE_MS);
    expect(await catchUpCheck(app)).toMatchObject({ state: "ok" });
  });
});

test("switched off in the schedule nothing is looked for; by hand it is all the same", async () => {
  await using app = await openTestApp();
  await app.admin("PUT", "/schedules/catch-up", { enabled: false });
  app.chatwoot.customerSays(CONVERSATION, "oi");
  await app.clock.tick(5 * MINUTE_MS);
  expect(await listed(app, "/buffers")).toEqual([]);
  await app.admin("POST", "/schedules/catch-up/run");
  await app.clock.tick(TURN_MS);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  const { body } = await app.admin("GET", "/schedules/catch-up/runs");
  expect(body["data"]).toMatchObject([{ trigger: "hand", state: "succeeded", count: 1 }]);
});
