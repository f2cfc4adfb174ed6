// Who is let in by which token, who must wait, and who is told to slow down.
import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { type Caller, TokenGuard } from "../../src/routes/token-guard.ts";
import { hashToken } from "../../src/upkeep/admin-token.ts";
import { makeApiToken, TOKEN_SCOPES, type TokenScope } from "../../src/upkeep/api-token.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

const ADMIN_TOKEN = "test-admin-token-0001";
const SPAN_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
const USER = "the-user";

function openGuard() {
  const clock = new ManualClock();
  const random = seededRandom();
  const tokens = Object.fromEntries(TOKEN_SCOPES.map((scope) => [scope, makeApiToken(scope, random)]));
  const looked: string[] = [];
  const store = {
    async token(hash: string) {
      looked.push(hash);
      const scope = TOKEN_SCOPES.find((one) => hashToken(tokens[one] ?? "") === hash);
      return scope === undefined
        ? null
        : { id: `id-${scope}`, scope, userId: scope === "user" ? USER : null };
    },
  };
  const guard = new TokenGuard({ clock, store, tokenHash: () => hashToken(ADMIN_TOKEN) });
  const ask = (
    token: string,
    allowed: readonly TokenScope[],
    address: string | null = null,
  ): Promise<Caller> => {
    const headers = { authorization: `Bearer ${token}` };
    return guard.check(new Request("http://localhost/", { headers }), address, allowed);
  };
  const from = async (address: string | null, token: string): Promise<string> => {
    const answer = await refusal(ask(token, ["admin"], address));
    return answer?.code ?? "in";
  };
  const tokenOf = (scope: TokenScope): string => tokens[scope] ?? "";
  return { clock, guard, ask, from, looked, tokenOf };
}

async function refusal(work: Promise<unknown>): Promise<AppError | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    },
  );
}

describe("those who guess", () => {
  test("from one address are told to wait, and the right token is let in from any, a shared proxy too", async () => {
    const { from } = openGuard();
    for (let guess = 0; guess < 10; guess++) expect(await from("192.0.2.1", "wrong")).toBe("unauthorized");
    expect(await from("192.0.2.1", "wrong")).toBe("too_many_attempts");
    expect(await from("192.0.2.2", "wrong")).toBe("unauthorized");
    expect(await from("192.0.2.1", ADMIN_TOKEN)).toBe("in");
  });

  test("from many addresses are counted together as well, so that many do not help", async () => {
    const { from } = openGuard();
    for (let guess = 0; guess < 100; guess++)
      expect(await from(`192.0.2.${guess}`, "wrong")).toBe("unauthorized");
    expect(await from("198.51.100.1", "wrong")).toBe("too_many_attempts");
  });

  test("are forgotten after five minutes", async () => {
    const { clock, from } = openGuard();
    for (let guess = 0; guess < 9; guess++) await from(null, "wrong");
    await clock.tick(SPAN_MS);
    for (let guess = 0; guess < 9; guess++) expect(await from(null, "wrong")).toBe("unauthorized");
    expect(await from(null, ADMIN_TOKEN)).toBe("in");
  });

  test("a token of the API are told to wait, too, and its right holder passes meanwhile", async () => {
    const { from, tokenOf } = openGuard();
    const wrong = `lull_admin_${"A".repeat(43)}`;
    for (let guess = 0; guess < 10; guess++) expect(await from(null, wrong)).toBe("unauthorized");
    expect(await from(null, wrong)).toBe("too_many_attempts");
    expect(await from(null, tokenOf("admin"))).toBe("in");
  });

  test("are not those whose right token may not do what was asked", async () => {
    const { from, tokenOf } = openGuard();
    for (let call = 0; call < 50; call++) expect(await from(null, tokenOf("service"))).toBe("forbidden");
    expect(await from(null, "wrong")).toBe("unauthorized");
  });
});

test.each([0, 1, 15, 17, 499, 500, 501, 10_000])(
  "a token of %i characters is wrong, and nothing else",
  async (length) => {
    const { from } = openGuard();
    expect(await from(null, "x".repeat(length))).toBe("unauthorized");
  },
);

test.each([
  "lull_admin_",
  `lull_admin_${"A".repeat(42)}`,
  `lull_admin_${"A".repeat(44)}`,
  `lull_root_${"A".repeat(43)}`,
  `LULL_admin_${"A".repeat(43)}`,
  `lull_admin_${"A".repeat(42)}+`,
  `x lull_admin_${"A".repeat(43)}`,
])("%s is no token of the API: the database is not asked", async (token) => {
  const { from, looked } = openGuard();
  expect(await from(null, token)).toBe("unauthorized");
  expect(looked).toEqual([]);
});

describe("a token is let in where its scope is allowed, and an admin's wherever a service or a chat is:", () => {
  const ways: readonly (readonly TokenScope[])[] = [
    ["admin"],
    ["service"],
    ["chat"],
    ["service", "chat"],
    ["user"],
  ];
  test.each(TOKEN_SCOPES.flatMap((scope) => ways.map((allowed) => ({ scope, allowed }))))(
    "$scope where $allowed",
    async ({ scope, allowed }) => {
      const { ask, tokenOf } = openGuard();
      const isIn = allowed.includes(scope) || (scope === "admin" && !allowed.includes("user"));
      const answer = await refusal(ask(tokenOf(scope), allowed));
      expect(answer?.code ?? "in").toBe(isIn ? "in" : "forbidden");
    },
  );

  test("the admin token of the settings, which is no user's either", async () => {
    const { ask } = openGuard();
    expect(await ask(ADMIN_TOKEN, ["chat"])).toEqual({ scope: "admin", tokenId: null });
    expect((await refusal(ask(ADMIN_TOKEN, ["user"])))?.code).toBe("forbidden");
  });
});

test("the caller is told by token, and a user by who they are", async () => {
  const { ask, tokenOf } = openGuard();
  expect(await ask(tokenOf("service"), ["service"])).toEqual({ scope: "service", tokenId: "id-service" });
  expect(await ask(tokenOf("user"), ["user"])).toEqual({ scope: "user", tokenId: "id-user", userId: USER });
});

describe("a request by lull's own socket", () => {
  test("is an admin's without a token, and that one request alone", async () => {
    const { guard } = openGuard();
    const request = new Request("http://localhost/admin/stats");
    guard.trust(request);
    expect(await guard.check(request, null, ["admin"])).toEqual({ scope: "admin", tokenId: null });
    expect((await refusal(guard.check(new Request(request.url), null, ["admin"])))?.code).toBe(
      "unauthorized",
    );
  });

  test("is no user's", async () => {
    const { guard } = openGuard();
    const request = new Request("http://localhost/v1/me/profile");
    guard.trust(request);
    expect((await refusal(guard.check(request, null, ["user"])))?.code).toBe("forbidden");
  });
});

describe("120 requests in a minute", () => {
  test.each(["chat", "user"] as const)(
    "are enough for a token of scope %s, each token by itself",
    async (scope) => {
      const { clock, ask, tokenOf } = openGuard();
      for (let call = 0; call < 120; call++) await ask(tokenOf(scope), [scope]);
      await clock.tick(20_000);
      const answer = await refusal(ask(tokenOf(scope), [scope]));
      expect([answer?.code, answer?.status, answer?.retryAfterMs]).toEqual([
        "rate_limited",
        429,
        MINUTE_MS - 20_000,
      ]);
      const other = scope === "chat" ? "user" : "chat";
      expect((await ask(tokenOf(other), [other])).scope).toBe(other);
      await clock.tick(MINUTE_MS - 20_000);
      expect((await ask(tokenOf(scope), [scope])).scope).toBe(scope);
    },
  );

  test("count those that are forbidden, too", async () => {
    const { ask, tokenOf } = openGuard();
    for (let call = 0; call < 120; call++)
      expect((await refusal(ask(tokenOf("user"), ["admin"])))?.code).toBe("forbidden");
    expect((await refusal(ask(tokenOf("user"), ["admin"])))?.code).toBe("rate_limited");
  });

  test.each(["admin", "service"] as const)("are nothing to a token of scope %s", async (scope) => {
    const { ask, tokenOf } = openGuard();
    for (let call = 0; call < 300; call++) expect((await ask(tokenOf(scope), [scope])).scope).toBe(scope);
  });
});

test("isAdmin says no to every other scope, to wrong tokens and to none", async () => {
  const { guard, tokenOf } = openGuard();
  const isAdmin = (token: string) =>
    guard.isAdmin(new Request("http://localhost/", { headers: { authorization: `Bearer ${token}` } }), null);
  expect(await Promise.all([ADMIN_TOKEN, tokenOf("admin")].map(isAdmin))).toEqual([true, true]);
  expect(await Promise.all([tokenOf("service"), tokenOf("user"), "wrong"].map(isAdmin))).toEqual([
    false,
    false,
    false,
  ]);
  expect(await guard.isAdmin(new Request("http://localhost/"), null)).toBe(false);
});
