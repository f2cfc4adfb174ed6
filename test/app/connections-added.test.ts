// Chatwoots that operators add while lull runs: served at once, each for itself, kept over a restart.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import {
  openBesideSecond,
  SECOND,
  SECOND_SECRET,
  SECOND_TOKEN,
  SECOND_URL,
  THIRD,
} from "../harness/second.ts";
import { answerTo, signed } from "./signed.ts";

const add = (app: TestApp, change: Record<string, unknown> = {}) =>
  app.admin("POST", "/connections", { ...SECOND, ...change });

/** Everything in the data folder, as its bytes stand there. */
function filesOf(app: TestApp): string {
  const names = readdirSync(app.dataDir, { recursive: true, encoding: "utf8", withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")).join("\n");
}

/** What stands of the playground's and the environment's own beside those that were added. */
const ALL = ["default", "second", "third"];

describe("a connection that is added", () => {
  test("is one of several: each has its own conversations, people and silences, after a restart, too", async () => {
    await using several = await openBesideSecond();
    const { app, second, third } = several;
    await add(app);
    await app.admin("POST", "/connections", THIRD);
    const listedNames = async () =>
      ((await app.admin("GET", "/connections")).body["data"] as { name: string }[]).map(({ name }) => name);
    expect(await listedNames()).toEqual(ALL);
    await app.receive("um");
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.deliver(third.customerSays(CONVERSATION, "eins"));
    await app.crash();
    await app.start();
    expect(await listedNames()).toEqual(ALL);
    await app.deliver(third.humanSays(CONVERSATION, "hier ist Ana"));
    await app.clock.tick(30_010);
    const sent = [app.chatwoot, second, third].map((double) => double.sent(CONVERSATION));
    expect(sent).toEqual([["to: [1] um"], ["to: [1] one"], []]);
    const crossed = { path: "/webhooks/chatwoot/third", secret: SECOND_SECRET };
    const { body } = second.customerSays(CONVERSATION, "mine");
    expect((await answerTo(app, signed(app, body, crossed))).status).toBe(401);
  });

  test("is served at once: each Chatwoot gets the answers to its own questions, whatever their numbers", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    const early = second.customerSays(CONVERSATION, "too early");
    expect((await app.deliver(early)).status).toBe(401);
    expect((await add(app)).status).toBe(200);
    await app.receive("um");
    expect((await app.deliver(second.customerSays(CONVERSATION, "one"))).body).toMatchObject({
      action: "buffered",
    });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["to: [1] um"]);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
    expect([...app.chatwoot.violations, ...second.violations]).toEqual([]);
  });

  test("is there after a restart, and what waited for it is answered then", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await add(app);
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.crash();
    await app.start();
    await app.clock.tick(30_010);
    expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
    expect((await app.admin("GET", "/connections/second")).body["data"]).toMatchObject({ isServed: true });
  });

  test("has no token and no secret in an answer, in the log or in a file, but for the last four", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    const [userToken, pathSecret] = ["second-user-token-5555", "second-path-secret-0003"];
    const answers = [
      await add(app, { userToken, pathSecret }),
      await app.admin("GET", "/connections"),
      await app.admin("GET", "/connections/second"),
      await app.admin("PUT", "/connections/second", { userToken }),
      await app.admin("POST", "/connections/second/check"),
    ];
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.clock.tick(30_010);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const seen = JSON.stringify([answers, app.events]) + filesOf(app);
    for (const secret of [SECOND_TOKEN, SECOND_SECRET, userToken, pathSecret])
      expect(seen.includes(secret)).toBe(false);
    expect(answers[2]?.body["data"]).toMatchObject({ apiTokenLastFour: "9876", userTokenLastFour: "5555" });
  });

  test("without a secret of Chatwoot's gets one for its address, shown once", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    const { webhookSecret: _, ...unsigned } = SECOND;
    const { body } = await app.admin("POST", "/connections", unsigned);
    const { pathSecret, webhookUrl } = body["data"] as Record<string, string>;
    expect(pathSecret).toMatch(/^[0-9a-f]{48}$/);
    expect(webhookUrl).toBe(`/webhooks/chatwoot/second/${pathSecret}`);
    expect(JSON.stringify(await app.admin("GET", "/connections"))).not.toContain(pathSecret ?? "");
    const said = second.customerSays(CONVERSATION, "one").request();
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: await said.text() };
    const by = (path: string) => app.deliver({ request: () => new Request(`http://localhost${path}`, init) });
    expect((await by(webhookUrl ?? "")).status).toBe(200);
    expect((await by("/webhooks/chatwoot/second")).status).toBe(401);
  });

  test("sends with its new token as soon as that is changed", async () => {
    await using two = await openBesideSecond();
    const { app, second } = two;
    await add(app, { apiToken: "wrong-token-of-the-second" });
    await app.deliver(second.customerSays(CONVERSATION, "one"));
    await app.clock.tick(30_010);
    expect(second.sent(CONVERSATION)).toEqual([]);
    await app.admin("PUT", "/connections/second", { apiToken: SECOND_TOKEN });
    await app.deliver(second.customerSays(CONVERSATION, "two"));
    await app.clock.tick(30_010);
    expect(second.sent(CONVERSATION).at(-1)).toContain("two");
  });
});

test("a connection whose secrets cannot be opened is refused and shown, and served again once they are entered", async () => {
  await using two = await openBesideSecond();
  const { app, second } = two;
  await add(app);
  const [row] = await app.store().storedConnections();
  if (row === undefined) throw new Error("no connection was kept");
  const sealed = { ...row.sealed, apiToken: row.sealed.webhookSecret };
  await app.store().saveConnection({ ...row, sealed }, app.clock.now());
  await app.stop();
  await app.start();
  expect(app.events.map(({ name }) => name)).toContain("connection.unsealable");
  expect((await app.deliver(second.customerSays(CONVERSATION, "one"))).status).toBe(401);
  const shown = await app.admin("GET", "/connections/second");
  expect(shown.body["data"]).toMatchObject({ name: "second", baseUrl: SECOND_URL, isServed: false });
  expect((await app.admin("PUT", "/connections/second", { webhookSecret: SECOND_SECRET })).status).toBe(400);
  const { apiToken, webhookSecret } = SECOND;
  await app.admin("PUT", "/connections/second", { apiToken, webhookSecret });
  expect((await app.deliver(second.customerSays(CONVERSATION, "one"))).status).toBe(200);
});

test("a connection whose account the environment has by now is not served: its customers would be answered twice", async () => {
  await using two = await openBesideSecond();
  const { app, second } = two;
  await add(app);
  const { accountId } = SECOND;
  const chatwoot = { baseUrl: "http://SECOND.test:80", accountId, apiToken: SECOND_TOKEN, userToken: null };
  const own = { name: "own", webhookSecret: SECOND_SECRET, webhookPathSecret: null, isPlayground: false };
  await app.stop();
  app.config.connections = [...app.config.connections, { ...own, chatwoot }];
  await app.start();
  expect(app.events).toContainEqual({
    level: "error",
    name: "connection.account_taken",
    fields: { connection: "second", by: "own" },
  });
  await app.clock.tick(60_000);
  second.customerSays(CONVERSATION, "one");
  await app.clock.tick(180_000);
  expect(second.sent(CONVERSATION)).toEqual(["to: [1] one"]);
  expect((await app.admin("GET", "/connections/second")).body["data"]).toMatchObject({ isServed: false });
});
