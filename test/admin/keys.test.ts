// AI keys of users and of the system: written once, shown by their last four characters, sealed on the disk.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addNumber, addToken, addUser, chat } from "../harness/tenants.ts";
import { call } from "../routes/table.ts";

const KEY = "gsk_sentinel-0123456789-WXYZ";

type Row = Record<string, unknown>;

/** Where keys are, of a user or of the system. */
const PLACES = [
  ["a user", async (app: TestApp) => `/users/${await addUser(app, "Ana")}/ai-keys`],
  ["the system", async () => "/ai-keys"],
] as const;

async function add(app: TestApp, path: string, body: Row = {}): Promise<Row & { id: string }> {
  const answer = await app.admin("POST", path, { provider: "groq", apiKey: KEY, ...body });
  expect(answer.status).toBe(200);
  return answer.body["data"] as Row & { id: string };
}

async function list(app: TestApp, path: string): Promise<Row[]> {
  const answer = await app.admin("GET", path);
  expect(answer).toMatchObject({ status: 200, body: { nextCursor: null } });
  return answer.body["data"] as Row[];
}

describe.each(PLACES)("a key of %s", (_whose, placeOf) => {
  test("is shown by its last four characters alone", async () => {
    await using app = await openTestApp();
    const path = await placeOf(app);
    const made = await add(app, path, { model: "llama", temperature: 0.5, priority: 3 });
    expect(made).toEqual({
      id: expect.any(String),
      provider: "groq",
      lastFour: "WXYZ",
      model: "llama",
      temperature: 0.5,
      priority: 3,
      restedUntil: null,
      restReason: null,
      lastUsedAt: null,
      createdAt: expect.stringMatching(/^2026-06-18T13/),
    });
    expect(await list(app, path)).toEqual([made]);
  });

  test("is found nowhere: not in an answer, not in the log, not on the disk", async () => {
    await using app = await openTestApp();
    const path = await placeOf(app);
    const { id } = await add(app, path);
    const told = [
      await app.admin("GET", path),
      await app.admin("PUT", `${path}/${id}`, { priority: 1 }),
      await app.admin("POST", path, { provider: "other", apiKey: KEY }),
      await app.admin("POST", path, { provider: "groq", apiKey: `${KEY} ` }),
      await app.admin("POST", path, { provider: "groq", apiKey: KEY, key: KEY }),
      app.events,
    ];
    expect(JSON.stringify(told)).not.toContain("sentinel");
    const entries = readdirSync(app.dataDir, { withFileTypes: true, recursive: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(files).toContain(join(app.dataDir, "lull.db"));
    const holds = (file: string): boolean => readFileSync(file, "latin1").includes("sentinel");
    expect(files.filter(holds)).toEqual([]);
  });

  test("is changed in how it is used, never in what it is, and removed", async () => {
    await using app = await openTestApp();
    const path = await placeOf(app);
    const { id } = await add(app, path, { model: "llama", temperature: 1 });
    const changed = await app.admin("PUT", `${path}/${id}`, { temperature: null, priority: 5 });
    expect(changed.body["data"]).toMatchObject({
      model: "llama",
      temperature: null,
      priority: 5,
      lastFour: "WXYZ",
    });
    const other = await app.admin("PUT", `${path}/${id}`, { apiKey: "gsk-another-0123456789" });
    expect([other.status, other.body["code"]]).toEqual([400, "invalid_body"]);
    expect((await app.admin("DELETE", `${path}/${id}`)).body).toMatchObject({ action: "removed" });
    expect(await list(app, path)).toEqual([]);
  });

  test("comes in the order in which keys are asked", async () => {
    await using app = await openTestApp();
    const path = await placeOf(app);
    const [last, first] = [
      await add(app, path, { priority: 2 }),
      await add(app, path, { provider: "openai" }),
    ];
    expect((await list(app, path)).map(({ id }) => id)).toEqual([first.id, last.id]);
  });

  test.each([
    ["provider", { provider: undefined }],
    ["provider", { provider: "other" }],
    ["provider", { provider: ["groq"] }],
    ["apiKey", { apiKey: undefined }],
    ["apiKey", { apiKey: "short12" }],
    ["apiKey", { apiKey: "x".repeat(501) }],
    ["apiKey", { apiKey: "with a space 0123" }],
    ["apiKey", { apiKey: "with-a-line\n0123" }],
    ["apiKey", { apiKey: "clé-0123456789" }],
    ["apiKey", { apiKey: 12_345_678 }],
    ["temperature", { temperature: 2.1 }],
    ["temperature", { temperature: -0.1 }],
    ["temperature", { temperature: "1" }],
    ["priority", { priority: 1.5 }],
    ["priority", { priority: -1 }],
    ["priority", { priority: 1_001 }],
    ["model", { model: "x".repeat(201) }],
    ["model", { model: 5 }],
  ])("with a wrong %s is refused: %j", async (field, wanted) => {
    await using app = await openTestApp();
    const path = await placeOf(app);
    const { status, body } = await app.admin("POST", path, { provider: "groq", apiKey: KEY, ...wanted });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(String(body["error"])).toStartWith(field);
    expect(await list(app, path)).toEqual([]);
  });
});

test("keys of 8 and of 500 characters are keys", async () => {
  await using app = await openTestApp();
  for (const apiKey of ["12345678", "x".repeat(500)]) await add(app, "/ai-keys", { apiKey });
  expect(await list(app, "/ai-keys")).toHaveLength(2);
});

describe("keys that rest", () => {
  const FIRST = "gsk_refused-at-first-0123456789";
  const restsOf = async (app: TestApp, path: string) =>
    (await list(app, path)).map(({ restedUntil, restReason }) => [restedUntil, restReason]);

  test("show until when and why, and are asked again once an admin wakes them all", async () => {
    await using app = await openTestApp({ hasModel: false });
    const ana = `/users/${await addUser(app, "Ana")}/ai-keys`;
    for (const path of ["/ai-keys", ana]) await add(app, path, { apiKey: FIRST });
    const token = await addToken(app, "chat");
    await addNumber(app, ana.split("/")[2] ?? "", "+5511987654321");
    const asked = { text: "oi", phoneNumber: "+5511987654321" };
    expect((await chat(app, token, asked)).status).toBe(500);
    const resting = [["2026-06-18T14:00:00.000Z", "unauthorized"]];
    expect([await restsOf(app, ana), await restsOf(app, "/ai-keys")]).toEqual([resting, resting]);
    app.ai.addKey(FIRST);
    expect((await chat(app, token, asked)).body["credential"]).not.toBe("user");

    const woken = await app.admin("POST", "/ai-keys/wake");
    expect(woken).toEqual({ status: 200, body: { success: true, action: "woken" } });
    expect([await restsOf(app, ana), await restsOf(app, "/ai-keys")]).toEqual([
      [[null, null]],
      [[null, null]],
    ]);
    expect((await chat(app, token, asked)).body).toMatchObject({ response: "ok", credential: "user" });
  });

  test("are woken by nobody but an admin", async () => {
    await using app = await openTestApp();
    const wake = { method: "POST", path: "/admin/ai-keys/wake" };
    expect((await call(app, wake, await addToken(app, "service"))).status).toBe(403);
    expect(app.events.filter(({ fields }) => fields["action"] === "key.wake")).toEqual([]);
  });
});

test("every change of a key is told in the log by action and id", async () => {
  await using app = await openTestApp();
  const { id } = await add(app, "/ai-keys");
  await app.admin("PUT", `/ai-keys/${id}`, { priority: 1 });
  await app.admin("DELETE", `/ai-keys/${id}`);
  await app.admin("POST", "/ai-keys/wake");
  const changes = app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields);
  const ofOne = ["key.add", "key.change", "key.remove"].map((action) => ({ action, id }));
  expect(changes).toEqual([...ofOne, { action: "key.wake", id: undefined }]);
});
