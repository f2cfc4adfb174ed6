// Meeting notes of users: kept, listed, removed, refused with the name of the field that is wrong.
import { describe, expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";
import { addUser } from "../harness/tenants.ts";
import { NOBODY } from "../routes/table.ts";

const NUMBER = "+55 11 98765-4321";

type Row = Record<string, unknown>;

async function openWithUser() {
  const app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const path = `/users/${userId}/meeting-notes`;
  const add = async (note: Row): Promise<string> => {
    const { status, body } = await app.admin("POST", path, note);
    expect(status).toBe(200);
    return (body["data"] as { id: string }).id;
  };
  const list = async (query = "") => {
    const { status, body } = await app.admin("GET", `${path}${query}`);
    expect(status).toBe(200);
    return body as { data: Row[]; nextCursor: string | null };
  };
  const whose = async (number: string) =>
    (await app.admin("GET", `/identity?number=${encodeURIComponent(number)}`)).body["data"];
  return { app, userId, path, add, list, whose, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

test("a note is kept with whom it was, whose messages are then known as the user's", async () => {
  await using scene = await openWithUser();
  const id = await scene.add({
    content: "line one\nline two",
    title: "First talk",
    contactName: "Bia",
    contactPhone: NUMBER,
    metAt: "2026-06-18T10:00:00-03:00",
  });
  expect(await scene.list()).toMatchObject({
    data: [
      {
        id,
        title: "First talk",
        content: "line one\nline two",
        contactName: "Bia",
        contactPhone: NUMBER,
        metAt: "2026-06-18T13:00:00.000Z",
      },
    ],
    nextCursor: null,
  });
  expect(await scene.whose(NUMBER)).toMatchObject({ userId: scene.userId, matchedBy: "meeting_notes" });
});

test("notes come page by page, newest first, each once", async () => {
  await using scene = await openWithUser();
  for (const content of ["one", "two", "three", "four", "five"]) await scene.add({ content });
  const seen: unknown[] = [];
  let cursor = "";
  for (const count of [2, 2, 1]) {
    const { data, nextCursor } = await scene.list(`?limit=2${cursor}`);
    expect(data).toHaveLength(count);
    seen.push(...data.map(({ content }) => content));
    cursor = `&cursor=${nextCursor}`;
  }
  expect([seen, cursor]).toEqual([["five", "four", "three", "two", "one"], "&cursor=null"]);
});

test("a note needs its content alone; once removed it is gone, and names nobody any more", async () => {
  await using scene = await openWithUser();
  const kept = await scene.add({ content: "noted" });
  const id = await scene.add({ content: "noted, too", contactPhone: NUMBER });
  expect((await scene.app.admin("DELETE", `${scene.path}/${id}`)).body).toEqual({
    success: true,
    action: "removed",
  });
  expect((await scene.list()).data).toMatchObject([{ id: kept, title: null, contactPhone: null }]);
  expect(await scene.whose(NUMBER)).toMatchObject({ userId: null });
  expect((await scene.app.admin("DELETE", `${scene.path}/${id}`)).status).toBe(404);
});

test("a note is its user's alone: of another user it is neither shown nor removed", async () => {
  await using scene = await openWithUser();
  const id = await scene.add({ content: "of Ana" });
  const others = `/users/${await addUser(scene.app, "Bia")}/meeting-notes`;
  expect((await scene.app.admin("GET", others)).body["data"]).toEqual([]);
  const foreign = await scene.app.admin("DELETE", `${others}/${id}`);
  expect([foreign.status, foreign.body["code"]]).toEqual([404, "not_found"]);
  expect((await scene.list()).data).toMatchObject([{ id }]);
});

test.each([
  ["GET", undefined],
  ["POST", { content: "noted" }],
])("%s of the notes of nobody is 404", async (method, body) => {
  await using app = await openTestApp();
  const answer = await app.admin(method, `/users/${NOBODY}/meeting-notes`, body);
  expect([answer.status, answer.body["code"]]).toEqual([404, "not_found"]);
});

describe("a note is refused, and nothing kept,", () => {
  test.each([
    ["content", {}],
    ["content", { content: " " }],
    ["content", { content: "x".repeat(50_001) }],
    ["title", { content: "x", title: "x".repeat(501) }],
    ["contactName", { content: "x", contactName: 5 }],
    ["contactPhone", { content: "x", contactPhone: 5_511_987_654_321 }],
    ["metAt", { content: "x", metAt: "yesterday" }],
    ["metAt", { content: "x", metAt: "2026-06-18" }],
    ["metAt", { content: "x", metAt: "2026-13-18T10:00:00Z" }],
    ["metAt", { content: "x", metAt: 1_781_000_000_000 }],
  ])("with a wrong %s: %#", async (field, wanted) => {
    await using scene = await openWithUser();
    const { status, body } = await scene.app.admin("POST", scene.path, wanted);
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(String(body["error"])).toStartWith(field);
    expect((await scene.list()).data).toEqual([]);
  });

  test("with a field that is not known", async () => {
    await using scene = await openWithUser();
    const { status, body } = await scene.app.admin("POST", scene.path, { content: "x", phone: NUMBER });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect((await scene.list()).data).toEqual([]);
  });

  test.each(["12", "98765-4321", "Bia"])("with a contact's number that is none: %p", async (contactPhone) => {
    await using scene = await openWithUser();
    const { status, body } = await scene.app.admin("POST", scene.path, { content: "x", contactPhone });
    expect([status, body["code"], typeof body["reason"]]).toEqual([422, "invalid_number", "string"]);
    expect(body["error"]).not.toContain(contactPhone);
    expect((await scene.list()).data).toEqual([]);
  });
});

test("whatever becomes of a note is told in the log by action and id", async () => {
  await using scene = await openWithUser();
  const id = await scene.add({ content: "noted" });
  await scene.app.admin("DELETE", `${scene.path}/${id}`);
  const changes = scene.app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields);
  expect(changes.slice(1)).toEqual([
    { action: "note.add", id },
    { action: "note.remove", id },
  ]);
});
