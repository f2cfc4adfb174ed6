// Connections as an operator's program sees them: what may be said of one, what is refused.
import { describe, expect, test } from "bun:test";
import { ACCOUNT_ID, openTestApp } from "../harness/app.ts";
import { openBesideSecond, SECOND, SECOND_URL } from "../harness/second.ts";

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

describe("a connection", () => {
  test.each(REFUSED)("with %s is refused", async (_what, change, status, error) => {
    await using two = await openBesideSecond();
    const { app } = two;
    const answer = await app.admin("POST", "/connections", { ...SECOND, ...change });
    expect(answer.status).toBe(status);
    expect(answer.body["error"]).toStartWith(error);
    expect((await app.admin("GET", "/connections")).body["data"]).toHaveLength(1);
  });

  test("is added once, however many ask for it at the same moment, and its last change counts whole", async () => {
    await using two = await openBesideSecond();
    const { app } = two;
    const names = ["one", "two", "one", "three"];
    const added = await Promise.all(
      names.map((name) => app.admin("POST", "/connections", { ...SECOND, name })),
    );
    expect(added.map(({ status }) => status)).toEqual([200, 409, 409, 409]);
    const changes = ["11111111", "22222222"].map((end) => ({
      apiToken: `token-${end}`,
      userToken: `user-${end}`,
    }));
    await Promise.all(changes.map((change) => app.admin("PUT", "/connections/one", change)));
    expect((await app.admin("GET", "/connections/one")).body["data"]).toMatchObject({
      apiTokenLastFour: "2222",
      userTokenLastFour: "2222",
    });
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
