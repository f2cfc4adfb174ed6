// Lists of buffers, jobs, deliveries and errands: by page, by state, and with mistakes named.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";
const LISTS = ["/buffers", "/jobs", "/outbox", "/errands"];

/** Of the one connection that a test app has; the playground's comes after it. */
const CONNECTION_KEY = 1;

type Listed = { id: string; conversationId: number; state?: string; status?: string };

async function openWithFive(): Promise<TestApp> {
  const app = await openTestApp();
  for (let id = 1; id <= 5; id++) {
    await app.receive("oi", { conversationId: id });
    await app.store().addErrand(CONNECTION_KEY, id, { kind: "label", label: "vip" }, app.clock.now());
    await app.clock.tick(SILENCE_MS);
  }
  return app;
}

async function page(app: TestApp, path: string): Promise<{ rows: Listed[]; next: string | null }> {
  const { status, body } = await app.admin("GET", path);
  expect(status).toBe(200);
  return { rows: body["data"] as Listed[], next: body["nextCursor"] as string | null };
}

test.each(LISTS)(
  "%s comes page by page, newest first, each row once, and the last page says so",
  async (path) => {
    await using app = await openWithFive();
    const seen: number[] = [];
    let cursor = "";
    for (const count of [2, 2, 1]) {
      const { rows, next } = await page(app, `${path}?limit=2${cursor}`);
      expect(rows).toHaveLength(count);
      seen.push(...rows.map(({ conversationId }) => conversationId));
      cursor = `&cursor=${next}`;
    }
    expect([seen, cursor]).toEqual([[5, 4, 3, 2, 1], "&cursor=null"]);
    expect((await page(app, path)).rows).toHaveLength(5);
  },
);

test.each(LISTS)("%s shows no inner key and no text", async (path) => {
  await using app = await openWithFive();
  const { rows } = await page(app, path);
  for (const row of rows) {
    expect(Object.keys(row)).not.toContain("key");
    expect(Object.keys(row)).not.toContain("text");
    expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  }
});

test.each([
  ["/buffers", "completed", "active"],
  ["/jobs", "completed", "failed"],
  ["/outbox", "sent", "failed"],
  ["/errands", "done", "failed"],
])("%s by state shows those and no others", async (path, all, none) => {
  await using app = await openWithFive();
  expect((await page(app, `${path}?state=${all}`)).rows).toHaveLength(5);
  expect((await page(app, `${path}?state=${none}`)).rows).toEqual([]);
});

describe("a mistake in a query is 400 and names the field, without repeating what was sent", () => {
  test.each(
    LISTS.flatMap((path) =>
      [
        "limit=0",
        "limit=201",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "cursor=abc",
        "cursor=-1",
        "state=nonsense",
      ].map((query) => ({ path, query })),
    ),
  )("$path?$query", async ({ path, query }) => {
    await using app = await openTestApp();
    const [field = "", value = ""] = query.split("=");
    const { status, body } = await app.admin("GET", `${path}?${query}`);
    expect([status, body["code"]]).toEqual([400, "invalid_query"]);
    expect(String(body["error"])).toStartWith(`${field} must be`);
    if (value.length > 2) expect(JSON.stringify(body)).not.toContain(value);
  });
});

test.each(["/users", "/tokens", "/whatsapp-configs"])(
  "%s has no states to choose by, and says so",
  async (path) => {
    await using app = await openTestApp();
    const { status, body } = await app.admin("GET", `${path}?state=active`);
    expect([status, body["code"], body["error"]]).toEqual([400, "invalid_query", "This list has no states."]);
  },
);

test.each([
  ["GET", `/buffers/${NOBODY}`],
  ["POST", `/buffers/${NOBODY}/process`],
  ["POST", `/buffers/${NOBODY}/cancel`],
  ["GET", `/turns/${NOBODY}`],
  ["POST", `/jobs/${NOBODY}/retry`],
  ["POST", `/outbox/${NOBODY}/retry`],
  ["POST", `/errands/${NOBODY}/retry`],
  ["GET", "/turns/1"],
  ["GET", "/turns/%27%20OR%201=1"],
  ["GET", "/nothing"],
])("%s %s is 404: there is no such thing", async (method, path) => {
  await using app = await openWithFive();
  const { status, body } = await app.admin(method, path);
  expect([status, body["code"], body["success"]]).toEqual([404, "not_found", false]);
});

test("an open buffer can be answered now or dropped; one that is closed cannot", async () => {
  await using app = await openTestApp();
  const first = await app.receive("oi", { conversationId: 1 });
  const second = await app.receive("oi", { conversationId: 2 });
  const [now, drop] = [first, second].map(({ answer }) => String(answer["bufferId"]));
  expect(await app.admin("POST", `/buffers/${now}/process`)).toMatchObject({
    body: { action: "processing" },
  });
  expect(app.chatwoot.sent(1)).toEqual(["ok"]);
  expect(await app.admin("POST", `/buffers/${drop}/cancel`)).toMatchObject({ body: { action: "cancelled" } });
  await app.clock.tick(SILENCE_MS);
  expect(app.chatwoot.sent(2)).toEqual([]);
  expect(await app.admin("GET", `/buffers/${drop}`)).toMatchObject({
    body: { data: { status: "cancelled", cancelReason: "operator", messages: [{ content: "oi" }] } },
  });
  expect((await app.admin("POST", `/buffers/${drop}/process`)).status).toBe(404);
  expect((await app.admin("POST", `/buffers/${now}/cancel`)).status).toBe(404);
});

test("a failed job is tried again when an admin says so", async () => {
  await using app = await openTestApp();
  app.ai.failNext("context_too_long");
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  const { rows } = await page(app, "/jobs?state=failed");
  expect(rows).toMatchObject([{ errorCode: expect.any(String), outcome: "failed" }]);
  const path = `/jobs/${rows[0]?.id}/retry`;
  expect(await app.admin("POST", path)).toMatchObject({ status: 200, body: { action: "scheduled" } });
  expect(app.chatwoot.sent(458)).toEqual(["ok"]);
  expect((await app.admin("POST", path)).status).toBe(404);
});
