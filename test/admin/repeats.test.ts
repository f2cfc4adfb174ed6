// A change that is asked for twice with the same Idempotency-Key is made once, and answered alike.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { addToken } from "../harness/tenants.ts";
import { formOf } from "../harness/files.ts";
import { call } from "../routes/table.ts";

const ANA = { name: "Ana", email: "ana@example.com" };

function asks(app: TestApp, key: string, token = ADMIN_TOKEN) {
  return (method: string, path: string, body?: unknown, headers = {}) =>
    call(app, { method, path: `/admin${path}` }, token, body, { "idempotency-key": key, ...headers });
}

async function userCount(app: TestApp): Promise<number> {
  return ((await app.admin("GET", "/users")).body["data"] as unknown[]).length;
}

describe("the same request with the same key", () => {
  test("is answered as it was the first time, and carried out once", async () => {
    await using app = await openTestApp();
    const ask = asks(app, "key-1");
    const first = await ask("POST", "/users", ANA);
    const again = await ask("POST", "/users", ANA);
    expect([first.status, first.headers.get("idempotent-replayed")]).toEqual([200, null]);
    expect([again.status, again.text, again.headers.get("idempotent-replayed")]).toEqual([
      200,
      first.text,
      "true",
    ]);
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(await userCount(app)).toBe(1);
  });

  test("is answered alike after a restart, with the tag and the token that it gave", async () => {
    await using app = await openTestApp();
    const token = await asks(app, "key-1")("POST", "/tokens", { name: "panel", scope: "service" });
    const flag = await asks(app, "key-2")("PUT", "/flags/split_replies", { enabled: true });
    await app.stop();
    await app.start();
    expect((await asks(app, "key-1")("POST", "/tokens", { name: "panel", scope: "service" })).text).toBe(
      token.text,
    );
    const again = await asks(app, "key-2")("PUT", "/flags/split_replies", { enabled: true });
    expect(again.headers.get("etag")).toBe(flag.headers.get("etag"));
  });

  test("gets the refusal that it got, though it would be taken now", async () => {
    await using app = await openTestApp();
    const refused = await asks(app, "key-1")("POST", "/tokens", { name: "panel", scope: "nonsense" });
    const again = await asks(app, "key-1")("POST", "/tokens", { name: "panel", scope: "nonsense" });
    expect([refused.status, again.text]).toEqual([400, refused.text]);
  });

  test("of another caller is a new one", async () => {
    await using app = await openTestApp();
    const token = await addToken(app, "admin");
    await asks(app, "key-1")("POST", "/users", { name: "Ana" });
    await asks(app, "key-1", token)("POST", "/users", { name: "Ana" });
    expect(await userCount(app)).toBe(2);
  });

  test("that is still under way is told to come again, and so is not made twice", async () => {
    await using app = await openTestApp();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => asks(app, "key-1")("POST", "/users", ANA)),
    );
    expect(await userCount(app)).toBe(1);
    for (const { status, body, headers } of answers) {
      if (status === 200) continue;
      expect([status, body["code"], body["retryable"]]).toEqual([409, "idempotency_running", true]);
      expect(headers.get("retry-after")).toBe("1");
    }
    expect((await asks(app, "key-1")("POST", "/users", ANA)).headers.get("idempotent-replayed")).toBe("true");
  });

  test("that failed for a reason that passes may be made again", async () => {
    let isFull = true;
    await using app = await openTestApp({
      wrapStore: (store) =>
        new Proxy(store, {
          get: (held, name, receiver): unknown =>
            name === "addUser"
              ? (...[user, now]: Parameters<typeof store.addUser>) =>
                  isFull ? Promise.reject(new Error("disk on fire")) : held.addUser(user, now)
              : Reflect.get(held, name, receiver),
        }),
    });
    expect((await asks(app, "key-1")("POST", "/users", ANA)).status).toBe(500);
    isFull = false;
    expect((await asks(app, "key-1")("POST", "/users", ANA)).status).toBe(200);
  });

  test("over which the process died is not made again, and says where to look", async () => {
    const held = Promise.withResolvers<never>();
    await using app = await openTestApp({
      wrapStore: (store) =>
        new Proxy(store, {
          get: (inner, name, receiver): unknown =>
            name === "addUser" ? () => held.promise : Reflect.get(inner, name, receiver),
        }),
    });
    const lost = asks(app, "key-1")("POST", "/users", ANA);
    await app.clock.settle();
    await app.crash();
    await app.start();
    const { status, body } = await asks(app, "key-1")("POST", "/users", ANA);
    expect([status, body["code"], body["retryable"]]).toEqual([409, "idempotency_unknown", false]);
    expect(body["fix"]).toContain("/admin/audit-log");
    expect(await userCount(app)).toBe(0);
    held.reject(new Error("the process is dead"));
    await lost.catch(() => {});
  });
});

describe("a key", () => {
  test.each([
    ["another body", "POST", "/users", { name: "Bea" }],
    ["another address", "POST", "/tokens", { name: "Ana" }],
    ["another address by its query", "POST", "/users?a=1", { name: "Ana" }],
  ])("of a request with %s is refused", async (_what, method, path, body) => {
    await using app = await openTestApp();
    await asks(app, "key-1")("POST", "/users", { name: "Ana" });
    const other = await asks(app, "key-1")(method, path, body);
    expect([other.status, other.body["code"]]).toEqual([422, "idempotency_key_reused"]);
    expect(await userCount(app)).toBe(1);
  });

  test.each(["", "x".repeat(256), "schlüssel"])("%p is none", async (key) => {
    await using app = await openTestApp();
    const { status, body } = await asks(app, key)("POST", "/users", ANA);
    expect([status, body["code"]]).toEqual([400, "invalid_idempotency_key"]);
    expect(await userCount(app)).toBe(0);
  });

  test("means nothing where nothing is changed, and an upload takes none", async () => {
    await using app = await openTestApp();
    expect((await asks(app, "")("GET", "/users")).status).toBe(200);
    const { body } = await app.admin("POST", "/users", ANA);
    const { id } = body["data"] as { id: string };
    const upload = await asks(app, "key-1")(
      "POST",
      `/users/${id}/files`,
      formOf({ content: "a", fileName: "a.txt" }),
    );
    expect([upload.status, upload.body["code"]]).toEqual([400, "invalid_idempotency_key"]);
  });

  test("lets no body through that is larger than any change may be", async () => {
    await using app = await openTestApp();
    const { status, body } = await asks(app, "key-1")("POST", "/users", { name: "x".repeat(1_100_000) });
    expect([status, body["code"]]).toEqual([413, "too_large"]);
  });

  test("keeps its answer sealed: a token that was shown once stands nowhere in the database", async () => {
    await using app = await openTestApp();
    const { body } = await asks(app, "key-1")("POST", "/tokens", { name: "panel", scope: "service" });
    const { token } = body["data"] as { token: string };
    const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
    const kept = JSON.stringify(db.query("SELECT * FROM idempotent_requests").all());
    db.close();
    expect(kept).toContain('"status_code":200');
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(token.slice(-20));
  });
});
