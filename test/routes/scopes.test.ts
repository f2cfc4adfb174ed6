// Every address that asks for a token, and every scope: who is let in, over the whole app.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { TOKEN_SCOPES, type TokenScope } from "../../src/upkeep/api-token.ts";
import { ADMIN_TOKEN, openTestApp } from "../harness/app.ts";
import { addToken, addUser } from "../harness/tenants.ts";
import { call, NOBODY, ROUTES, type Route, scopesOf } from "./table.ts";

const GUARDED = ROUTES.flatMap((route) => {
  const scopes = scopesOf(route);
  return scopes === null ? [] : [{ route, scopes }];
});

/** Fewer than a token may ask for in a minute. */
const CALLS_IN_A_MINUTE = 100;

const withIds = ({ method, path }: Route): Route => ({ method, path: path.replace(/:\w+/g, NOBODY) });

test.each(TOKEN_SCOPES)(
  "a token of scope %s is let in where it may, and told 403 everywhere else",
  async (scope) => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const token = await addToken(app, scope === "user" ? `user:${userId}` : scope);
    expect(GUARDED.length).toBeGreaterThanOrEqual(100);
    let calls = 0;
    for (const { route, scopes } of GUARDED) {
      const { status, body } = await call(app, withIds(route), token);
      const isIn = scopes.includes(scope);
      expect({ ...route, isIn: status !== 403 && status !== 401 && status !== 429 }).toEqual({
        ...route,
        isIn,
      });
      if (!isIn) expect(status).toBe(403);
      if (!isIn && route.method !== "HEAD")
        expect(body).toMatchObject({ success: false, code: "forbidden", retryable: false });
      if (++calls % CALLS_IN_A_MINUTE === 0) await app.clock.tick(60_000);
    }
  },
);

test.each(GUARDED.map(({ route }) => route).filter(({ path }) => path.startsWith("/v1/me")))(
  "$method $path is answered to no one without a token, nor to the admin token of the settings",
  async (route) => {
    await using app = await openTestApp();
    const hasBody = route.method !== "HEAD";
    for (const [token, refusal] of [
      [null, [401, "unauthorized"]],
      [`lull_user_${"A".repeat(43)}`, [401, "unauthorized"]],
      [ADMIN_TOKEN, [403, "forbidden"]],
    ] as const) {
      const { status, body } = await call(app, withIds(route), token);
      expect([status, body["code"]]).toEqual(hasBody ? [...refusal] : [refusal[0], undefined]);
    }
  },
);

test("a token is recognised by its look, and nothing but its hash is kept of it", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const scopes: [TokenScope, string][] = TOKEN_SCOPES.map((scope) => [
    scope,
    scope === "user" ? `user:${userId}` : scope,
  ]);
  const tokens: string[] = [];
  for (const [scope, asked] of scopes) {
    const token = await addToken(app, asked);
    expect(token).toMatch(new RegExp(`^lull_${scope}_[A-Za-z0-9_-]{43}$`));
    tokens.push(token);
  }
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  const kept = JSON.stringify(db.query("SELECT * FROM api_tokens").all());
  db.close();
  const told = JSON.stringify(app.events) + JSON.stringify((await app.admin("GET", "/tokens")).body);
  for (const token of tokens) {
    expect(kept).not.toContain(token.slice(-43));
    expect(told).not.toContain(token.slice(-43));
  }
});

test("a token that was taken back, or whose user is gone, opens nothing from then on", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const { body } = await app.admin("POST", "/tokens", { name: "panel", scope: "service" });
  const { id, token: service } = body["data"] as { id: string; token: string };
  const user = await addToken(app, `user:${userId}`);
  const resolve = { method: "GET", path: "/v1/identity/resolve?number=1" };
  const profile = { method: "GET", path: "/v1/me/profile" };
  expect((await call(app, resolve, service)).status).toBe(200);
  expect((await call(app, profile, user)).status).toBe(200);
  expect((await app.admin("DELETE", `/tokens/${id}`)).status).toBe(200);
  expect((await app.admin("DELETE", `/users/${userId}`)).status).toBe(200);
  expect((await call(app, resolve, service)).status).toBe(401);
  expect((await call(app, profile, user)).status).toBe(401);
});

test("who asks too often with a token of a user is told when to come back, over HTTP", async () => {
  await using app = await openTestApp();
  const token = await addToken(app, `user:${await addUser(app, "Ana")}`);
  const profile = { method: "GET", path: "/v1/me/profile" };
  for (let asked = 0; asked < 120; asked++) expect((await call(app, profile, token)).status).toBe(200);
  const { status, body, headers } = await call(app, profile, token);
  expect([status, body["code"], body["retryable"], headers.get("retry-after")]).toEqual([
    429,
    "rate_limited",
    true,
    "60",
  ]);
  await app.clock.tick(60_000);
  expect((await call(app, profile, token)).status).toBe(200);
});
