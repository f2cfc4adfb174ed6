// Connections as an operator's program sees them: what may be said of one, what is refused, and what its Chatwoot says.
import { describe, expect, test } from "bun:test";
import { ACCOUNT_ID, openTestApp, type TestApp } from "../harness/app.ts";
import { openBesideSecond, SECOND, SECOND_BOT_TOKEN, SECOND_TOKEN, SECOND_URL } from "../harness/second.ts";

/** Every refusal names what is wrong, and adds nothing. */
const REFUSED: [what: string, change: Record<string, unknown>, status: number, error: string][] = [
  ["no name", { name: undefined }, 400, "name is needed."],
  ["a name with a slash", { name: "a/b" }, 400, "name must be 1 to 40 small letters, digits and dashes"],
  ["a name that ends in a dash", { name: "shop-" }, 400, "name must be"],
  ["capitals", { name: "Shop" }, 400, "name must be"],
  ["the environment's name", { name: "default" }, 409, "There is a connection of that name."],
  ["the playground's name", { name: "playground" }, 409, "There is a connection of that name."],
  ["an address of a file", { baseUrl: "file:///etc/passwd" }, 400, "baseUrl must be an address"],
  ["a password in the address", { baseUrl: "https://u:p@x.test" }, 400, "baseUrl must be an address"],
  ["a query", { baseUrl: "https://x.test/?a=1" }, 400, "baseUrl must be an address without ? and #."],
  ["account 0", { accountId: 0 }, 400, "accountId must be a number from 1"],
  ["an account in words", { accountId: "3" }, 400, "accountId must be a number from 1"],
  ["no token", { apiToken: null }, 400, "apiToken is needed."],
  ["a token with a space", { apiToken: "two words" }, 400, "apiToken must be printable, without a space."],
  ["a short secret", { webhookSecret: "short" }, 400, "webhookSecret must be at least 16 characters."],
  ["a path secret with a slash", { pathSecret: "0123456789/abcdef" }, 400, "pathSecret must be letters"],
  ["a field that is misspelt", { webHookSecret: "x" }, 400, "The body has a field that is not known"],
  [
    "the account of another",
    { baseUrl: "http://chatwoot.test" },
    409,
    "Another connection serves that account.",
  ],
];

interface Check {
  name: string;
  state: string;
  tokenKind: string | null;
  findings: { name: string; state: string }[];
}

/** What a check says, its findings in short. */
async function findings(
  app: TestApp,
  connection: string,
): Promise<Omit<Check, "findings"> & { findings: string[] }> {
  const { body } = await app.admin("POST", `/connections/${connection}/check`);
  const check = body["data"] as Check;
  return { ...check, findings: check.findings.map(({ name, state }) => `${name} ${state}`) };
}

describe("a connection", () => {
  test.each(REFUSED)("with %s is refused", async (_what, change, status, error) => {
    await using two = await openBesideSecond();
    const { app } = two;
    const answer = await app.admin("POST", "/connections", { ...SECOND, ...change });
    expect(answer.status).toBe(status);
    expect(answer.body["error"]).toStartWith(error);
    expect((await app.admin("GET", "/connections")).body["data"]).toHaveLength(1);
  });

  test("is listed after the environment's, with all that may be known of it", async () => {
    await using two = await openBesideSecond({ env: { LULL_PUBLIC_URL: "https://lull.example.com" } });
    const { app } = two;
    await app.admin("POST", "/connections", { ...SECOND, baseUrl: `${SECOND_URL.toUpperCase()}/` });
    const { body } = await app.admin("GET", "/connections");
    expect(body["data"]).toEqual([
      {
        name: "default",
        baseUrl: "http://chatwoot.test",
        accountId: ACCOUNT_ID,
        apiTokenLastFour: "****",
        userTokenLastFour: null,
        hasWebhookSecret: true,
        hasPathSecret: false,
        isLocked: true,
        isServed: true,
        webhookUrl: "https://lull.example.com/webhooks/chatwoot/default",
        createdAt: null,
        updatedAt: null,
      },
      {
        name: "second",
        baseUrl: SECOND_URL,
        accountId: ACCOUNT_ID,
        apiTokenLastFour: "9876",
        userTokenLastFour: null,
        hasWebhookSecret: true,
        hasPathSecret: false,
        isLocked: false,
        isServed: true,
        webhookUrl: "https://lull.example.com/webhooks/chatwoot/second",
        createdAt: new Date(app.clock.now()).toISOString(),
        updatedAt: new Date(app.clock.now()).toISOString(),
      },
    ]);
  });

  test("of the environment is changed there and not here", async () => {
    await using app = await openTestApp();
    for (const [method, body] of [
      ["PUT", { apiToken: "another" }],
      ["DELETE", {}],
    ] as const) {
      const answer = await app.admin(method, "/connections/default", body);
      expect(answer).toMatchObject({ status: 409, body: { code: "conflict" } });
      expect(answer.body["fix"]).toContain("CHATWOOT_");
    }
    expect((await app.admin("PUT", "/connections/playground", {})).status).toBe(409);
    expect((await app.admin("GET", "/connections/playground")).status).toBe(404);
    expect((await app.admin("POST", "/connections/playground/check")).status).toBe(404);
    expect((await app.admin("PUT", "/connections/nobody", {})).status).toBe(404);
    expect((await app.admin("DELETE", "/connections/nobody")).status).toBe(404);
  });

  test("does not show its tokens to a new address, and is never left without a secret", async () => {
    await using two = await openBesideSecond();
    const { app } = two;
    await app.admin("POST", "/connections", { ...SECOND, userToken: "a-user-token-7777" });
    const change = (body: unknown) => app.admin("PUT", "/connections/second", body);
    const moved = { baseUrl: "http://moved.test" };
    expect(await change(moved)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
    expect((await change({ ...moved, apiToken: "token-of-the-new" })).status).toBe(400);
    expect((await change({ webhookSecret: null })).body["error"]).toBe(
      "One of webhookSecret and pathSecret is needed.",
    );
    expect((await change({ apiToken: null })).body["error"]).toBe("apiToken is needed.");
    const all = { ...moved, apiToken: "token-of-the-new", userToken: null };
    expect((await change(all)).body["data"]).toMatchObject({
      ...moved,
      apiTokenLastFour: "-new",
      userTokenLastFour: null,
    });
  });
});

test("the doctor asks every Chatwoot, and says which of them can do what", async () => {
  await using two = await openBesideSecond();
  const { app } = two;
  const chatwoot = async () => {
    const { body } = await app.admin("POST", "/doctor", {});
    return (body["data"] as { name: string }[]).find(({ name }) => name === "chatwoot");
  };
  expect(await chatwoot()).toEqual({ name: "chatwoot", state: "ok", text: "1 answer", items: [] } as never);
  await app.admin("POST", "/connections", { ...SECOND, apiToken: SECOND_BOT_TOKEN });
  expect(await chatwoot()).toMatchObject({
    state: "ok",
    text: "2 answer",
    items: ["second: lists: messages cannot be listed: only known conversations can be looked at"],
    fix: expect.stringContaining("user's token"),
  } as never);
  await app.admin("PUT", "/connections/second", { apiToken: "wrong-token" });
  expect(await chatwoot()).toMatchObject({
    state: "failed",
    text: "1 of 2 failed",
    items: [expect.stringContaining("second: api_token")],
    code: "chatwoot_refused",
  } as never);
});

describe("a check", () => {
  test("finds a user's token good for everything", async () => {
    await using two = await openBesideSecond();
    await two.app.admin("POST", "/connections", SECOND);
    expect(await findings(two.app, "second")).toEqual({
      name: "second",
      state: "ok",
      tokenKind: "user",
      findings: ["api_token ok", "account ok", "lists ok"],
    });
    expect(await findings(two.app, "default")).toMatchObject({ state: "ok", tokenKind: "user" });
    expect(two.second.violations).toEqual([]);
  });

  test("finds that a bot's token alone cannot list, and that a user's beside it can", async () => {
    await using two = await openBesideSecond();
    const { app } = two;
    await app.admin("POST", "/connections", { ...SECOND, apiToken: SECOND_BOT_TOKEN });
    expect(await findings(app, "second")).toMatchObject({
      state: "limited",
      tokenKind: "bot",
      findings: ["api_token ok", "account ok", "lists limited"],
    });
    await app.admin("PUT", "/connections/second", { userToken: SECOND_TOKEN });
    expect(await findings(app, "second")).toMatchObject({ state: "ok", tokenKind: "bot" });
    await app.admin("PUT", "/connections/second", { userToken: SECOND_BOT_TOKEN });
    expect(await findings(app, "second")).toMatchObject({
      state: "failed",
      findings: ["api_token ok", "account ok", "user_token failed", "lists limited"],
    });
  });

  test("finds a wrong token, another account and an address where nobody is, each with what to do", async () => {
    await using two = await openBesideSecond();
    const { app } = two;
    await app.admin("POST", "/connections", { ...SECOND, apiToken: "wrong-token" });
    await app.admin("POST", "/connections", { ...SECOND, name: "other", accountId: 99 });
    await app.admin("POST", "/connections", { ...SECOND, name: "nowhere", baseUrl: "http://nowhere.test" });
    const found = async (name: string) =>
      (await app.admin("POST", `/connections/${name}/check`)).body["data"];
    expect(await found("second")).toMatchObject({
      state: "failed",
      tokenKind: null,
      findings: [
        { name: "api_token", code: "chatwoot_refused", fix: expect.stringContaining("Copy it again") },
      ],
    });
    expect(await findings(app, "other")).toMatchObject({
      findings: ["api_token ok", "account failed", "lists ok"],
    });
    expect(await found("nowhere")).toMatchObject({ findings: [{ code: "chatwoot_unreachable" }] });
  });

  test("finds that a connection without a Chatwoot can do nothing", async () => {
    const none = { CHATWOOT_BASE_URL: "", CHATWOOT_ACCOUNT_ID: "", CHATWOOT_API_TOKEN: "" };
    await using app = await openTestApp({ env: none });
    expect(await findings(app, "default")).toMatchObject({ state: "failed", findings: ["api_token failed"] });
  });
});
