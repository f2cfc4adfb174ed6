// The typed client as another program has it: by the name of the package, against the app itself.
import { expect, test } from "bun:test";
import { openLullClient, type LullClient, type Schemas } from "lull/client";
import { clientTypes } from "../../scripts/client.ts";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { addToken } from "../harness/tenants.ts";

const clientOf = (app: TestApp, token = ADMIN_TOKEN): LullClient =>
  openLullClient({ baseUrl: "http://lull.test", token, fetch: (request) => app.handle(request) });

test("the types that stand in the repository are those of the document", async () => {
  const kept = await Bun.file(new URL("../../src/client/api.d.ts", import.meta.url)).text();
  // Else: npm run client.
  expect(kept === (await clientTypes())).toBe(true);
});

test("chats with a token of its own", async () => {
  await using app = await openTestApp();
  const client = clientOf(app, await addToken(app, "chat"));
  const { data, error } = await client.POST("/v1/chat", {
    body: { text: "oi", phoneNumber: "+5511987654321" },
  });
  expect(error).toBeUndefined();
  expect(data?.response).toBe("ok");
  expect(data?.credential).toBe("system");
});

test("adds a user, finds them in the list, and reads the list page by page", async () => {
  await using app = await openTestApp();
  const client = clientOf(app);
  for (const name of ["Ana", "Bia", "Caio"]) {
    const { data } = await client.POST("/admin/users", { body: { name } });
    expect(data?.data.name).toBe(name);
  }
  const users: Schemas["User"][] = [];
  let cursor: string | undefined;
  do {
    const { data } = await client.GET("/admin/users", {
      params: { query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } },
    });
    users.push(...(data?.data ?? []));
    cursor = data?.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(users.map(({ name }) => name)).toEqual(["Caio", "Bia", "Ana"]);
});

test("does what the page about it shows, as it stands there", async () => {
  const page = await Bun.file(new URL("../../docs/api.md", import.meta.url)).text();
  const [, example = ""] = /^```ts\n([\s\S]*?)^```/m.exec(page) ?? [];
  await using app = await openTestApp({ env: { PORT: "0" } });
  const address = await app.listen();
  const program = Bun.spawn([process.execPath, "--no-env-file", "-e", example], {
    cwd: new URL("../..", import.meta.url).pathname,
    env: { LULL: address, LULL_TOKEN: ADMIN_TOKEN },
    stdout: "pipe",
    stderr: "pipe",
  });
  expect([await program.stdout.text(), await program.stderr.text()]).toEqual(["ok true\n", ""]);
});

test("turns a flag on", async () => {
  await using app = await openTestApp();
  const { data } = await clientOf(app).PUT("/admin/flags/{name}", {
    params: { path: { name: "split_replies" } },
    body: { enabled: true },
  });
  expect(data?.success).toBe(true);
});

test("is told in the words of the envelope what was refused", async () => {
  await using app = await openTestApp();
  const client = clientOf(app);
  const { data, error, response } = await client.POST("/admin/users", { body: { name: "" } });
  expect([data, response.status, error?.code, error?.error]).toEqual([
    undefined,
    400,
    "invalid_body",
    "name is needed.",
  ]);
  const stranger = await clientOf(app, "wrong").GET("/admin/stats");
  expect(stranger.error?.fix).toContain("Bearer");
});

test("does not let what the API does not know be asked", () => {
  const client = openLullClient({ baseUrl: "http://lull.test", token: "none" });
  const wrong = (): unknown[] => [
    // @ts-expect-error there is no such address
    client.GET("/admin/nothing"),
    // @ts-expect-error a name is needed
    client.POST("/admin/users", { body: {} }),
    // @ts-expect-error a chat needs its text as text
    client.POST("/v1/chat", { body: { text: 1 } }),
  ];
  expect(wrong).toBeFunction();
});
