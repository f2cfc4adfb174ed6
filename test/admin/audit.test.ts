// Whatever is changed leaves a row: who, what, which fields, why; and a change meant for another form of a setting is refused.
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";

interface Entry {
  actor: string;
  action: string;
  subjectId: string | null;
  changes: { field: string; from?: unknown; to?: unknown }[];
  why: string | null;
}

async function auditOf(app: TestApp, query = ""): Promise<Entry[]> {
  const { body } = await app.admin("GET", `/audit-log${query}`);
  return body["data"] as Entry[];
}

async function ask(app: TestApp, method: string, path: string, body?: unknown, ifMatch?: string) {
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`,
    "content-type": "application/json",
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
  };
  const text = body === undefined ? null : JSON.stringify(body);
  return app.handle(new Request(`http://localhost${path}`, { method, headers, body: text }));
}

describe("the audit log", () => {
  test("tells of a flag who turned it, from what to what, and why", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/flags/split_replies", {
      enabled: true,
      rolloutPercent: 40,
      why: "a trial",
    });
    const [entry] = await auditOf(app);
    expect(entry).toMatchObject({
      actor: "admin",
      action: "flag.on",
      subjectId: "split_replies",
      why: "a trial",
    });
    expect(entry?.changes).toContainEqual({ field: "rolloutPercent", from: 100, to: 40 });
  });

  test("says that a name and a number changed, and neither what it was nor what it is", async () => {
    await using app = await openTestApp();
    const { body } = await app.admin("POST", "/users", { name: "Ana", email: "ana@example.com" });
    const { id } = body["data"] as { id: string };
    await app.admin("PUT", `/users/${id}`, { name: "Bea" });
    await app.admin("PUT", `/users/${id}/profile`, {
      fullName: "Bea B",
      whatsappNumber: "+5511987654321",
    });
    const entries = await auditOf(app);
    expect(entries.map(({ action }) => action)).toEqual(["profile.save", "user.change", "user.add"]);
    expect(entries[1]?.changes).toContainEqual({ field: "name" });
    expect(entries[0]?.changes).toContainEqual({ field: "whatsappNumber" });
    expect(JSON.stringify(entries)).not.toMatch(/Ana|Bea|98765/);
  });

  test("names the token that a change came with", async () => {
    await using app = await openTestApp();
    const { body } = await app.admin("POST", "/tokens", { name: "ops", scope: "admin" });
    const { id, token } = body["data"] as { id: string; token: string };
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const request = { method: "POST", headers, body: '{"enabled":false}' };
    await app.handle(new Request("http://localhost/admin/processing", request));
    expect(await auditOf(app, "?action=processing.off")).toMatchObject([{ actor: `token:${id}` }]);
    expect(await auditOf(app, `?actor=token:${id}`)).toHaveLength(1);
    expect(await auditOf(app, "?subject=nobody")).toEqual([]);
  });

  test("has no row of what was refused", async () => {
    await using app = await openTestApp();
    const { status } = await app.admin("PUT", "/flags/split_replies", { enabled: "yes" });
    expect(status).toBe(400);
    expect(await auditOf(app)).toEqual([]);
  });

  test("tells of what a request did before it failed", async () => {
    await using app = await openTestApp({
      wrapStore: (store) =>
        new Proxy(store, {
          get: (held, name, receiver): unknown =>
            name === "beginRun"
              ? (...[run, claimant]: Parameters<typeof store.beginRun>) =>
                  run.task === "cleanup-logs"
                    ? Promise.reject(new Error("disk on fire"))
                    : held.beginRun(run, claimant)
              : Reflect.get(held, name, receiver),
        }),
    });
    expect((await app.admin("POST", "/maintenance/cleanup", {})).status).toBe(500);
    expect(await auditOf(app)).toMatchObject([{ action: "schedule.run", subjectId: "cleanup-buffers" }]);
  });

  /** Those that look for a row in a state of its own; the walk in openapi/answers.test.ts has all others. */
  test.each([
    ["/jobs/x/discard", "discardTurn", "job.discard"],
    ["/outbox/x/retry", "retryDelivery", "outbox.retry"],
    ["/errands/x/retry", "retryErrand", "errand.retry"],
    ["/forwards/x/retry", "retryForward", "forward.retry"],
  ])("tells of %s", async (path, verb, action) => {
    await using app = await openTestApp({
      wrapStore: (store) =>
        new Proxy(store, {
          get: (held, name, receiver): unknown =>
            name === verb ? () => Promise.resolve(true) : Reflect.get(held, name, receiver),
        }),
    });
    expect((await app.admin("POST", path, {})).status).toBe(200);
    expect(await auditOf(app)).toMatchObject([{ actor: "admin", action, subjectId: "x" }]);
  });

  test("is read by fields that are checked", async () => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("GET", "/audit-log?since=yesterday");
    expect([status, body["error"]]).toEqual([400, expect.stringContaining("since")]);
  });
});

/** Settings with two bodies that each change them. */
const SETTINGS: [string, Record<string, unknown>, Record<string, unknown>][] = [
  ["/admin/flags/split_replies", { enabled: true }, { enabled: false }],
  ["/admin/inboxes/default/12", { mode: "watch" }, { mode: "off" }],
  ["/admin/users/:id", { name: "Bea" }, { name: "Cai" }],
  ["/admin/users/:id/limits", { requestsPerMinute: 5 }, { requestsPerMinute: 6 }],
  ["/admin/users/:id/profile", { language: "fr" }, { language: "en" }],
  ["/admin/users/:id/webhook-links", { webhookEnabled: true }, { webhookEnabled: false }],
  ["/admin/model-capabilities", { "a-model": { sees: true } }, { "a-model": { sees: false } }],
  ["/admin/schedules/outbox", { enabled: false }, { enabled: true }],
  [
    "/admin/inboxes/default/12/prompts/shares",
    { shares: [{ version: 1, percent: 100 }] },
    {
      shares: [
        { version: 1, percent: 40 },
        { version: 2, percent: 60 },
      ],
    },
  ],
  ["/admin/ai-keys/:key", { priority: 1 }, { priority: 2 }],
  ["/admin/users/:id/ai-keys/:key", { model: "gpt-5.4-mini" }, { model: "gpt-5.4" }],
  ["/admin/whatsapp-configs/:line", { active: false }, { active: true }],
  ["/admin/users/:id/whatsapp-configs/:line", { active: false }, { active: true }],
  ["/admin/connections/clinic", { userToken: "user-token-1111" }, { userToken: "user-token-2222" }],
];

describe("a setting", () => {
  test.each(SETTINGS)("%s that another has changed since is refused", async (path, first, second) => {
    await using app = await openTestApp();
    const address = await prepared(app, path);
    await ask(app, "PUT", address, second);
    const tag = (await ask(app, "GET", address)).headers.get("etag") ?? "";
    const mine = await ask(app, "PUT", address, first, tag);
    expect([mine.status, mine.headers.get("etag") === tag]).toEqual([200, false]);
    const others = await ask(app, "PUT", address, second, tag);
    expect([others.status, await others.json()]).toMatchObject([412, { code: "changed_meanwhile" }]);
    expect((await ask(app, "GET", address)).headers.get("etag")).toBe(mine.headers.get("etag"));
  });

  test("takes one of two changes that were meant for the same form, however close they come", async () => {
    await using app = await openTestApp();
    const path = "/admin/flags/split_replies";
    const tag = (await ask(app, "GET", path)).headers.get("etag") ?? "";
    const percents = [10, 20, 30, 40];
    const answers = await Promise.all(
      percents.map((rolloutPercent) => ask(app, "PUT", path, { enabled: true, rolloutPercent }, tag)),
    );
    const refused = answers.filter(({ status }) => status === 412);
    expect([refused.length, answers.length]).toEqual([percents.length - 1, percents.length]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  test("takes one of them, too, where they come by two addresses of the same setting", async () => {
    await using app = await openTestApp();
    const own = await prepared(app, "/admin/users/:id/whatsapp-configs/:line");
    const line = `/admin/whatsapp-configs/${own.slice(own.lastIndexOf("/") + 1)}`;
    const tag = (await ask(app, "GET", own)).headers.get("etag") ?? "";
    expect((await ask(app, "GET", line)).headers.get("etag")).toBe(tag);
    const answers = await Promise.all(
      [own, line].map((address) => ask(app, "PUT", address, { active: false }, tag)),
    );
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412]);
  });

  test("waits for no other whose body is still on its way", async () => {
    await using app = await openTestApp();
    const sending = new TransformStream<Uint8Array, Uint8Array>();
    const body = sending.writable.getWriter();
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const request = new Request("http://localhost/admin/flags/split_replies", {
      method: "PUT",
      headers,
      body: sending.readable,
    });
    const slow = app.handle(request);
    await body.write(new TextEncoder().encode('{"enabled":'));
    expect((await ask(app, "PUT", "/admin/flags/split_replies", { enabled: false })).status).toBe(200);
    await body.write(new TextEncoder().encode("true}"));
    await body.close();
    expect((await slow).status).toBe(200);
  });

  test("is changed with any tag, and without one", async () => {
    await using app = await openTestApp();
    const path = "/admin/flags/split_replies";
    expect((await ask(app, "PUT", path, { enabled: true }, "*")).status).toBe(200);
    expect((await ask(app, "PUT", path, { enabled: false })).status).toBe(200);
    expect((await ask(app, "PUT", path, { enabled: true }, '"another"')).status).toBe(412);
  });
});

/** The address with its user or connection made. */
async function prepared(app: TestApp, path: string): Promise<string> {
  if (path.includes("clinic")) {
    const connection = {
      name: "clinic",
      baseUrl: "https://c.example.com",
      accountId: 7,
      apiToken: "a-token-of-it",
    };
    await app.admin("POST", "/connections", connection);
  }
  for (const text of path.includes("shares") ? ["Sell.", "Sell more."] : [])
    await app.admin("POST", "/inboxes/default/12/prompts", { text });
  const { body } = await app.admin("POST", "/users", { name: "Ana", email: "ana@example.com" });
  const { id } = body["data"] as { id: string };
  const owner = path.includes(":id") ? `/users/${id}` : "";
  const key = await added(app, path, ":key", `${owner}/ai-keys`, {
    provider: "openai",
    apiKey: "sk-0123456789",
  });
  const line = await added(app, path, ":line", `/users/${id}/whatsapp-configs`, { phoneNumberId: "118" });
  return path.replace(":id", id).replace(":key", key).replace(":line", line);
}

/** The id of what is added where the path names it. */
async function added(app: TestApp, path: string, name: string, to: string, row: object): Promise<string> {
  if (!path.includes(name)) return "";
  const { body } = await app.admin("POST", to, row);
  return (body["data"] as { id: string }).id;
}
