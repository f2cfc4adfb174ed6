// The door to /admin: every route behind it, and a pause for those who guess.
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { NOBODY, ROUTES, scopesOf } from "../routes/table.ts";

const SPAN_MS = 5 * 60_000;

const ADMIN_ROUTES = ROUTES.filter(({ path }) => path.startsWith("/admin"));

/** What is open on purpose, each with a door of its own or nothing to hide. */
const OTHER_DOORS =
  /^\/(webhooks\/chatwoot|functions\/v1\/chatwoot-webhook|playground|livez$|readyz$|metrics$|openapi\.json$|api(\/|$))/;

function knock(app: TestApp, method: string, path: string, authorization?: string): Promise<Response> {
  const headers = {
    ...(authorization === undefined ? {} : { authorization }),
    "content-type": "application/json",
  };
  const url = `http://localhost${path.replace(/:\w+/g, NOBODY)}`;
  return app.handle(
    new Request(url, /GET|HEAD/.test(method) ? { method, headers } : { method, headers, body: "{}" }),
  );
}

/** What is said to everybody alike; nothing at all to HEAD. */
async function answered(method: string, response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (method === "HEAD") {
    expect(text).toBe("");
    return {};
  }
  const { requestId, ...body } = JSON.parse(text) as Record<string, unknown>;
  expect(requestId).toBeString();
  return body;
}

test("a route asks for a token, or is one of those that have another door", () => {
  expect(ADMIN_ROUTES.length).toBeGreaterThanOrEqual(50);
  const unguarded = ROUTES.filter((route) => scopesOf(route) === null && !OTHER_DOORS.test(route.path));
  expect(unguarded).toEqual([]);
});

describe("without the admin token nothing is answered at", () => {
  test.each(ADMIN_ROUTES.map(({ method, path }) => ({ method, path })))(
    "$method $path",
    async ({ method, path }) => {
      await using app = await openTestApp();
      const answers: unknown[] = [];
      for (const authorization of [
        undefined,
        "Bearer",
        "Bearer wrong-token-000001",
        `Basic ${ADMIN_TOKEN}`,
        ADMIN_TOKEN,
      ]) {
        const response = await knock(app, method, path, authorization);
        expect(response.status).toBe(401);
        expect(response.headers.get("cache-control")).toBe("no-store");
        answers.push(await answered(method, response));
      }
      expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
      expect(answers[0]).toMatchObject(
        method === "HEAD" ? {} : { success: false, code: "unauthorized", retryable: false },
      );
      expect((await knock(app, method, path, `Bearer ${ADMIN_TOKEN}`)).status).not.toBe(401);
    },
  );
});

test("ten wrong tokens shut the door to guessers for the rest of five minutes, and never to the right one", async () => {
  await using app = await openTestApp();
  for (let guess = 0; guess < 10; guess++) {
    expect((await knock(app, "GET", "/admin/stats", `Bearer guess-${guess}`)).status).toBe(401);
  }
  await app.clock.tick(60_000);
  const locked = await knock(app, "GET", "/admin/stats", "Bearer guess-10");
  expect([locked.status, locked.headers.get("retry-after")]).toEqual([429, "240"]);
  expect(await locked.json()).toMatchObject({ code: "too_many_attempts", retryable: true });
  expect((await app.admin("GET", "/stats")).status).toBe(200);
  await app.clock.tick(SPAN_MS);
  expect((await knock(app, "GET", "/admin/stats", "Bearer guess-11")).status).toBe(401);
});

test("right tokens are never counted", async () => {
  await using app = await openTestApp();
  for (let call = 0; call < 300; call++) expect((await app.admin("GET", "/flags")).status).toBe(200);
});

test("signed webhooks and probes go on while the door is locked", async () => {
  await using app = await openTestApp();
  for (let guess = 0; guess < 12; guess++) await knock(app, "GET", "/admin/stats", "Bearer wrong");
  expect((await app.receive("oi")).status).toBe(200);
  expect((await knock(app, "GET", "/readyz")).status).toBe(200);
});
