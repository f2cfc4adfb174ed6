// Two users with the same kinds of rows, and every address that names one: neither reaches what is the other's.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addToken, addUser } from "../harness/tenants.ts";
import { call, NOBODY, ROUTES, type Route } from "../routes/table.ts";

/** By the noun in the address: a body that would be right, were the row one's own. */
const BODIES: Readonly<Record<string, Record<string, unknown>>> = {
  users: { name: "Taken" },
  numbers: { number: "+5511900000001" },
  profile: { fullName: "Taken" },
  "whatsapp-configs": { phoneNumberId: "66" },
  "whatsapp-config": { phoneNumberId: "66" },
  "meeting-notes": { content: "taken" },
  "webhook-links": { webhookUrl: "https://taken.example" },
  "ai-keys": { provider: "groq", apiKey: "gsk-taken-0123456789" },
  limits: { tokensPerDay: 1 },
  bucket: { bucketName: "lull-user-taken" },
  files: { name: "taken.txt", audience: "customers" },
};
/** What is different when a row is changed. */
const CHANGES: Readonly<Record<string, Record<string, unknown>>> = { ...BODIES, "ai-keys": { priority: 9 } };

interface Person {
  userId: string;
  token: string;
  /** In every text of theirs. */
  mark: string;
  /** The id of a row by its noun. */
  rows: Record<string, string>;
}

async function addPerson(app: TestApp, mark: string, number: string): Promise<Person> {
  const userId = await addUser(app, `${mark} name`, { email: `${mark}@example.com` });
  const add = async (noun: string, body: Record<string, unknown>): Promise<string> => {
    const answer = await app.admin("POST", `/users/${userId}/${noun}`, body);
    expect(answer).toMatchObject({ status: 200 });
    return String((answer.body["data"] as Record<string, unknown>)["id"]);
  };
  const line = await add("whatsapp-configs", { phoneNumberId: `${mark} line` });
  const rows = {
    numbers: await add("numbers", { number }),
    "whatsapp-configs": line,
    "whatsapp-config": line,
    "meeting-notes": await add("meeting-notes", { content: `${mark} content` }),
    "ai-keys": await addKey(app, userId, `gsk-${mark}-0123456789`, { model: `${mark} model` }),
    files: await addFile(app, userId, `${mark} text`, `${mark}.txt`),
  };
  await app.admin("PUT", `/users/${userId}/profile`, { fullName: `${mark} full name` });
  await app.admin("PUT", `/users/${userId}/webhook-links`, { webhookUrl: `https://${mark}.example` });
  return { userId, token: await addToken(app, `user:${userId}`), mark, rows };
}

async function openTwo() {
  const app = await openTestApp();
  const ana = await addPerson(app, "ana", "+5511911111111");
  const bia = await addPerson(app, "bia", "+5511922222222");
  return { app, ana, bia, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function addFile(app: TestApp, userId: string, text: string, name: string): Promise<string> {
  const address = { method: "POST", path: `/admin/users/${userId}/files` };
  const { body } = await call(app, address, ADMIN_TOKEN, formOf(text, name));
  return String((body["data"] as Record<string, unknown>)["id"]);
}

function formOf(text: string, name: string): FormData {
  const form = new FormData();
  form.append("file", new File([text], name));
  return form;
}

/** What of a file its user alone changes: it is read and stored meanwhile. */
const OF_FILES =
  "SELECT public_id, user_id, name, audience, sha256, created_at, deleted_at FROM knowledge_files";

/** Every row of every table that is about people. */
function everything(app: TestApp): unknown[] {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  const tables = [
    "users",
    "whatsapp_user_mapping",
    "user_whatsapp_config",
    "profiles",
    "meeting_notes",
    "webhook_api_links",
    "ai_credentials",
    "api_tokens",
  ];
  const rows = tables.map((table) => db.query(`SELECT * FROM ${table} ORDER BY id`).all());
  const files = db.query(`${OF_FILES} ORDER BY id`).all();
  db.close();
  return [...rows, files];
}

/** The last word of an address that is no parameter. */
function nounOf({ path }: Route): string {
  return path.split("/").findLast((part) => part !== "" && !part.startsWith(":")) ?? "";
}

function bodyFor(route: Route): Record<string, unknown> | FormData | undefined {
  if (nounOf(route) === "files" && /POST|PUT/.test(route.method)) return formOf("taken", "taken.txt");
  const bodies = route.method === "PUT" ? CHANGES : BODIES;
  const body = bodies[nounOf(route)];
  if (body === undefined && /POST|PUT|PATCH/.test(route.method))
    throw new Error(`no body is known for ${route.path}`);
  return body;
}

const OWN_ROWS = ROUTES.filter(({ path }) => /^\/v1\/me\/.+\/:id$/.test(path));
const ROWS_OF_USERS = ROUTES.filter(({ path }) => /^\/admin\/users\/:id\/.+\/:rowId$/.test(path));
const ROWS_FOR_PROGRAMS = ROUTES.filter(({ path }) => path === "/v1/knowledge/:userId/files/:fileId");
const FOR_PROGRAMS = ROUTES.filter(({ path }) => path.startsWith("/v1/knowledge/:userId"));
const OF_USERS = ROUTES.filter(({ path }) => path.startsWith("/admin/users/:id"));
const ROWS_OF_ALL = ROUTES.filter(({ path }) =>
  /^\/admin\/(ai-keys|whatsapp-configs|tokens)\/:rowId$/.test(path),
);

test("there are such addresses", () => {
  expect([OWN_ROWS.length, ROWS_OF_USERS.length, ROWS_OF_ALL.length]).toEqual([10, 13, 7]);
  expect([ROWS_FOR_PROGRAMS.length, FOR_PROGRAMS.length]).toEqual([5, 7]);
  expect(OF_USERS.length).toBeGreaterThanOrEqual(23);
});

/** `path`: the address of the route with ids in it. */
async function expectUntouched(app: TestApp, route: Route, path: string, token: string): Promise<void> {
  const before = everything(app);
  const { status, body } = await call(app, { ...route, path }, token, bodyFor(route));
  expect([path, status, body["code"]]).toEqual([
    path,
    404,
    route.method === "HEAD" ? undefined : "not_found",
  ]);
  expect(everything(app)).toEqual(before);
}

describe("a user who names another's row finds nothing and changes nothing:", () => {
  test.each(OWN_ROWS)("$method $path", async (route) => {
    await using two = await openTwo();
    for (const [one, other] of [
      [two.ana, two.bia],
      [two.bia, two.ana],
    ] as const) {
      const path = route.path.replace(":id", other.rows[nounOf(route)] ?? "none");
      await expectUntouched(two.app, route, path, one.token);
    }
  });
});

describe("a row is found under its own user alone:", () => {
  test.each(ROWS_OF_USERS)("$method $path", async (route) => {
    await using two = await openTwo();
    const path = route.path
      .replace(":id", two.ana.userId)
      .replace(":rowId", two.bia.rows[nounOf(route)] ?? "none");
    await expectUntouched(two.app, route, path, ADMIN_TOKEN);
  });
});

describe("a program that names one user finds no row of another's:", () => {
  test.each(ROWS_FOR_PROGRAMS)("$method $path", async (route) => {
    await using two = await openTwo();
    const path = route.path
      .replace(":userId", two.ana.userId)
      .replace(":fileId", two.bia.rows[nounOf(route)] ?? "none");
    await expectUntouched(two.app, route, path, await addToken(two.app, "service"));
  });
});

describe("nobody has nothing:", () => {
  test.each([...OF_USERS, ...ROWS_OF_ALL])("$method $path", async (route) => {
    await using two = await openTwo();
    const path = route.path.replace(":id", NOBODY).replace(":rowId", NOBODY);
    await expectUntouched(two.app, route, path, ADMIN_TOKEN);
  });
});

describe("nobody has nothing for programs:", () => {
  test.each(FOR_PROGRAMS)("$method $path", async (route) => {
    await using two = await openTwo();
    const path = route.path.replaceAll(/:\w+/g, NOBODY);
    await expectUntouched(two.app, route, path, await addToken(two.app, "service"));
  });
});

test("a user's key is none of the system's", async () => {
  await using two = await openTwo();
  for (const route of ROWS_OF_ALL.filter(({ path }) => path.includes("ai-keys"))) {
    const path = route.path.replace(":rowId", two.ana.rows["ai-keys"] ?? "none");
    await expectUntouched(two.app, route, path, ADMIN_TOKEN);
  }
});

test.each(ROUTES.filter(({ method, path }) => method === "GET" && path.startsWith("/v1/me/")))(
  "GET $path tells of nobody but the one who asks, whatever is asked for beside it",
  async ({ method, path }) => {
    await using two = await openTwo();
    const { ana, bia } = two;
    const own = path.replace(":id", ana.rows[nounOf({ method, path })] ?? "none");
    const ask = (query: string) => call(two.app, { method, path: own + query }, ana.token);
    const asked = await ask(`?userId=${bia.userId}&id=${bia.userId}&limit=200`);
    // A list refuses what it does not know.
    const { status, text } = asked.body["code"] === "invalid_query" ? await ask("?limit=200") : asked;
    expect(status).toBe(200);
    expect(asked.text).not.toContain(bia.userId);
    for (const foreign of [bia.userId, bia.mark, "22222222", ...Object.values(bia.rows)])
      expect(text).not.toContain(foreign);
    if (path !== "/v1/me/usage" && path !== "/v1/me/numbers") expect(text).toContain(ana.mark);
  },
);

test("what a user writes is theirs, whoever else the body names", async () => {
  await using two = await openTwo();
  const { app, ana, bia } = two;
  for (const [path, body] of [
    ["/v1/me/whatsapp-config", { inboxId: 5, userId: bia.userId }],
    ["/v1/me/ai-keys", { provider: "groq", apiKey: "gsk-0123456789", userId: bia.userId }],
    ["/v1/me/numbers", { number: "+5511933333333", userId: bia.userId }],
  ] as const) {
    const before = everything(app);
    expect((await call(app, { method: "POST", path }, ana.token, body)).body["code"]).toBe("invalid_body");
    expect(everything(app)).toEqual(before);
  }
  const [before, form] = [everything(app), formOf("taken", "taken.txt")];
  form.append("userId", bia.userId);
  const asked = await call(app, { method: "POST", path: "/v1/me/files" }, ana.token, form);
  expect(asked.body["code"]).toBe("invalid_body");
  expect(everything(app)).toEqual(before);
});
