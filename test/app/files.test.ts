// A user's files as those who may see them send, list, fetch, change and delete them, over the whole app.
import { describe, expect, test } from "bun:test";
import { unavailable } from "../../src/storage/failure.ts";
import {
  formOf,
  json,
  jsonOf,
  objectsOf,
  OLD_ADDRESS,
  openFiles,
  OWN,
  rowIn,
  spooled,
  TEXT,
} from "../harness/files.ts";

const ISO = expect.stringMatching(/^2026-06-18T13:0\d:\d\d\.\d{3}Z$/);
const TEN_MINUTES_MS = 10 * 60_000;

describe("a file sent as a form", () => {
  test("is answered as its row, and is in the list from then on", async () => {
    await using files = await openFiles();
    files.app.objects.failure = unavailable("the store is away");
    const row = await files.add();
    expect(row).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: "preços.txt",
      kind: "txt",
      contentType: "text/plain",
      audience: "owner",
      sizeBytes: TEXT.length,
      state: "reading",
      reason: null,
      pageCount: null,
      passageCount: 0,
      isTruncated: false,
      isStored: false,
      createdAt: ISO,
      updatedAt: ISO,
    });
    files.app.objects.failure = null;
    await files.until(async () => (await files.row(row.id))["state"] === "read");
    await files.app.clock.tick(TEN_MINUTES_MS);
    await files.atRest();
    expect(await files.rows()).toEqual([
      { ...row, state: "read", passageCount: 1, isStored: true, updatedAt: expect.any(String) },
    ]);
  });

  test.each([
    ["before its bytes", { before: { name: "tabela.txt", audience: "customers" } }],
    ["after its bytes", { after: { name: "tabela.txt", audience: "customers" } }],
    ["around its bytes", { before: { audience: "customers" }, after: { name: "tabela.txt" } }],
  ])("is called and shown as is said %s", async (_where, form) => {
    await using files = await openFiles();
    expect(await files.add(form)).toMatchObject({ name: "tabela.txt", audience: "customers" });
  });

  test("may be sent and seen by the operator and by programs, too", async () => {
    await using files = await openFiles();
    const { userId } = files;
    for (const [ask, path] of [
      [files.asAdmin, `/admin/users/${userId}/files`],
      [files.asService, `/v1/knowledge/${userId}/files`],
      [files.asAdmin, `/v1/knowledge/${userId}/files`],
    ] as const) {
      const { id } = rowIn(await jsonOf(ask(path, { method: "POST", body: formOf({}) })));
      expect((await jsonOf(ask(path))).body).toMatchObject({ data: [{ id }], nextCursor: null });
      expect(await (await ask(`${path}/${id}`)).text()).toBe(TEXT);
      const next = formOf({ content: "outro" });
      expect(rowIn(await jsonOf(ask(`${path}/${id}`, { method: "PUT", body: next }))).id).toBe(id);
      const changed = await jsonOf(ask(`${path}/${id}`, json({ name: "b.txt" }, "PATCH")));
      expect(rowIn(changed)["name"]).toBe("b.txt");
      expect((await jsonOf(ask(`${path}/${id}`, { method: "DELETE" }))).body).toEqual({
        success: true,
        action: "removed",
      });
      expect((await ask(`${path}/${id}`)).status).toBe(404);
    }
    expect(await files.rows()).toEqual([]);
  });
});

test("the list comes newest first, page by page", async () => {
  await using files = await openFiles();
  const ids: string[] = [];
  for (const content of ["um", "dois", "três"]) ids.unshift((await files.add({ content })).id);
  const first = (await jsonOf(files.asUser(`${OWN}?limit=2`))).body;
  const last = (await jsonOf(files.asUser(`${OWN}?limit=2&cursor=${String(first["nextCursor"])}`))).body;
  const listed = [first, last].flatMap(({ data }) => data as { id: string }[]);
  expect(listed.map(({ id }) => id)).toEqual(ids);
  expect(last["nextCursor"]).toBeNull();
  for (const query of ["limit=0", "limit=201", "cursor=x", "state=read"])
    expect(await jsonOf(files.asUser(`${OWN}?${query}`))).toMatchObject({
      status: 400,
      body: { code: "invalid_query" },
    });
});

describe("a download", () => {
  test("is to be kept and never shown, and says what it is", async () => {
    await using files = await openFiles();
    const { id } = await files.add({
      content: "<!doctype html><script>alert(1)</script><p>oi",
      fileName: "olá.html",
    });
    const answer = await files.asUser(`${OWN}/${id}`);
    const { status, headers } = answer;
    expect(await answer.text()).toContain("<script>");
    expect([
      status,
      ...["content-type", "content-disposition", "x-content-type-options"].map((name) => headers.get(name)),
    ]).toEqual([
      200,
      "text/html",
      `attachment; filename="ol_.html"; filename*=UTF-8''ol%C3%A1.html`,
      "nosniff",
    ]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).toContain("sandbox");
    expect(headers.get("cache-control")).toBe("private, no-store");
  });

  test.each([
    ["bytes=2-6", 206, "bytes 2-6/18", "metro"],
    ["bytes=-4", 206, "bytes 14-17/18", "dez."],
    ["bytes=8-", 206, "bytes 8-17/18", "custa dez."],
    ["bytes=18-", 416, "bytes */18", ""],
    ["lines=1-2", 200, null, TEXT],
  ])("of %s is %d", async (range, status, contentRange, text) => {
    await using files = await openFiles();
    const { id } = await files.add();
    for (const isStored of [false, true]) {
      if (isStored) await files.atRest();
      const answer = await files.asUser(`${OWN}/${id}`, { headers: { range } });
      expect([answer.status, answer.headers.get("content-range"), await answer.text()]).toEqual([
        status,
        contentRange,
        text,
      ]);
    }
  });

  test("is not sent again to who has it, and HEAD tells what it would be", async () => {
    await using files = await openFiles();
    const { id } = await files.add();
    const head = await files.asUser(`${OWN}/${id}`, { method: "HEAD" });
    const etag = head.headers.get("etag") ?? "";
    expect([head.status, head.headers.get("accept-ranges"), await head.text()]).toEqual([200, "bytes", ""]);
    const same = await files.asUser(`${OWN}/${id}`, { headers: { "if-none-match": etag } });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    await files.asUser(`${OWN}/${id}`, { method: "PUT", body: formOf({ content: "outro" }) });
    const other = await files.asUser(`${OWN}/${id}`, { headers: { "if-none-match": etag } });
    expect([other.status, await other.text()]).toEqual([200, "outro"]);
  });

  test("gives the same bytes whether they have reached the bucket or not", async () => {
    await using files = await openFiles();
    files.app.objects.failure = unavailable("the store is away");
    const { id } = await files.add();
    expect(spooled(files.app)).toEqual([id]);
    const whileSpooled = await (await files.asUser(`${OWN}/${id}`)).text();
    files.app.objects.failure = null;
    await files.app.clock.tick(TEN_MINUTES_MS);
    await files.atRest();
    expect(spooled(files.app)).toEqual([]);
    expect([whileSpooled, await (await files.asUser(`${OWN}/${id}`)).text()]).toEqual([TEXT, TEXT]);
  });

  test("of what the bucket cannot give is refused as something to try again", async () => {
    await using files = await openFiles();
    const { id } = await files.add();
    await files.atRest();
    files.app.objects.failure = unavailable("the store is away");
    expect(await jsonOf(files.asUser(`${OWN}/${id}`))).toMatchObject({
      status: 503,
      body: { code: "storage_unavailable", retryable: true },
    });
    expect((await files.asUser(`${OWN}/${id}`, { method: "HEAD" })).status).toBe(200);
  });
});

describe("a file in its bucket", () => {
  test("is there once, as it was sent, though the store was away at first", async () => {
    await using files = await openFiles();
    files.app.objects.failure = unavailable("the store is away");
    const { id } = await files.add({ fileName: "preços de \u{1F6D2}.txt" });
    await files.app.clock.tick(TEN_MINUTES_MS);
    expect(await files.row(id)).toMatchObject({ isStored: false });
    files.app.objects.failure = null;
    await files.app.clock.tick(TEN_MINUTES_MS);
    await files.atRest();
    const bucket = expect.stringMatching(/^lull-user-[0-9a-f]{32}$/);
    const metadata = { kind: "file", originalName: "preços de \u{1F6D2}.txt" };
    expect(objectsOf(files.app)).toMatchObject([{ bucket, text: TEXT, contentType: "text/plain", metadata }]);
    expect(spooled(files.app)).toEqual([]);
  });

  test("is not put there twice when the same bytes come again for it, and gives way to its next version", async () => {
    await using files = await openFiles();
    const { id } = await files.add();
    await files.atRest();
    const put = (form: FormData) => jsonOf(files.asUser(`${OWN}/${id}`, { method: "PUT", body: form }));
    const again = rowIn(await put(formOf({ after: { name: "b.txt" } })));
    expect(again).toMatchObject({ id, name: "b.txt", isStored: true });
    expect([objectsOf(files.app).length, spooled(files.app)]).toEqual([1, []]);
    expect(rowIn(await put(formOf({ content: "outro", fileName: "c.txt" })))).toMatchObject({
      id,
      name: "c.txt",
    });
    expect(await files.rows()).toHaveLength(1);
    await files.atRest();
    await files.until(() => objectsOf(files.app).length === 1);
    expect(objectsOf(files.app)).toMatchObject([{ text: "outro" }]);
  });

  test("goes when it is deleted, be it there by then or not", async () => {
    await using files = await openFiles();
    const stored = await files.add();
    await files.atRest();
    files.app.objects.failure = unavailable("the store is away");
    const waiting = await files.add({ content: "nunca" });
    for (const { id } of [stored, waiting]) {
      expect((await files.asUser(`${OWN}/${id}`, { method: "DELETE" })).status).toBe(200);
      expect((await files.asUser(`${OWN}/${id}`, { method: "DELETE" })).status).toBe(404);
    }
    expect(await files.rows()).toEqual([]);
    files.app.objects.failure = null;
    await files.app.clock.tick(TEN_MINUTES_MS);
    await files.until(() => objectsOf(files.app).length === 0 && spooled(files.app).length === 0);
  });

  test("goes with its user, for all who could see it", async () => {
    await using files = await openFiles();
    const { id } = await files.add();
    await files.atRest();
    expect((await files.app.admin("DELETE", `/users/${files.userId}`)).status).toBe(200);
    for (const [ask, path, status] of [
      [files.asAdmin, `/admin/users/${files.userId}/files`, 404],
      [files.asService, `/v1/knowledge/${files.userId}/files`, 404],
      [files.asUser, OWN, 401],
    ] as const) {
      const answers = await Promise.all([
        ask(path),
        ask(`${path}/${id}`),
        ask(path, { method: "POST", body: formOf({}) }),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
    }
    const old = await jsonOf(
      files.asService(OLD_ADDRESS, json({ action: "download", userId: files.userId, fileId: id })),
    );
    expect(old.status).toBe(404);
    await files.app.clock.tick(TEN_MINUTES_MS);
    await files.until(() => objectsOf(files.app).length === 0);
  });
});

test("name and audience change by themselves, and nothing else does", async () => {
  await using files = await openFiles();
  const row = await files.add();
  await files.atRest();
  const change = (body: unknown) => jsonOf(files.asUser(`${OWN}/${row.id}`, json(body, "PATCH")));
  expect(rowIn(await change({ name: "b.txt" }))).toMatchObject({
    name: "b.txt",
    audience: "owner",
    state: "read",
  });
  expect(rowIn(await change({ audience: "customers" }))).toMatchObject({
    name: "b.txt",
    audience: "customers",
  });
  for (const body of [{ audience: "all" }, { nome: "c" }, { name: " " }, { name: 7 }, { state: "read" }])
    expect(await change(body)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
  await files.atRest();
  expect(await files.row(row.id)).toMatchObject({ name: "b.txt", audience: "customers", state: "read" });
  const { headers } = await files.asUser(`${OWN}/${row.id}`, { method: "HEAD" });
  expect(headers.get("content-disposition")).toContain('filename="b.txt"');
});
