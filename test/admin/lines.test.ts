// Lines: inboxes and numbers that messages come in on, and whose they are.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addUser } from "../harness/tenants.ts";
import { NOBODY } from "../routes/table.ts";

type Row = Record<string, unknown>;

async function add(app: TestApp, path: string, body: Row): Promise<{ id: string }> {
  const answer = await app.admin("POST", path, body);
  expect(answer.status).toBe(200);
  return answer.body["data"] as { id: string };
}

async function list(app: TestApp, path: string): Promise<Row[]> {
  const answer = await app.admin("GET", path);
  expect(answer.status).toBe(200);
  return answer.body["data"] as Row[];
}

test("a line is listed with its user and among all, active and confirmed by an admin's word", async () => {
  await using app = await openTestApp();
  const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
  const { id } = await add(app, "/whatsapp-configs", {
    userId: ana,
    inboxId: 7,
    phoneNumberId: "1098",
    phoneNumber: "+55 11 3333-4444",
    connection: "default",
  });
  await add(app, `/users/${bia}/whatsapp-configs`, { inboxId: 8, active: false, verified: false });
  const line = {
    id,
    userId: ana,
    connection: "default",
    phoneNumberId: "1098",
    inboxId: 7,
    phoneNumber: "+55 11 3333-4444",
    isActive: true,
    isVerified: true,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  };
  expect(await list(app, `/users/${ana}/whatsapp-configs`)).toEqual([line]);
  expect(await list(app, "/whatsapp-configs")).toMatchObject([
    { userId: bia, inboxId: 8, connection: "default", isActive: false, isVerified: false },
    line,
  ]);
  const page = await app.admin("GET", "/whatsapp-configs?limit=1");
  expect(page.body["nextCursor"]).toBeString();
});

test("a line's owner is who the store names, once it is confirmed and while it is active", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const { id } = await add(app, `/users/${userId}/whatsapp-configs`, { inboxId: 7, verified: false });
  const here = await app.store().ensureConnection("default", app.clock.now());
  const owners = () => app.store().lineOwners(here, { inboxId: 7, phoneNumberId: null });
  expect(await owners()).toEqual([]);
  expect((await app.admin("PUT", `/whatsapp-configs/${id}`, { verified: true })).status).toBe(200);
  expect(await owners()).toEqual([userId]);
  await app.admin("PUT", `/users/${userId}/whatsapp-configs/${id}`, { active: false });
  expect(await owners()).toEqual([]);
});

test("a line is changed field by field, confirmed and told apart in one step, and removed", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  const path = `/users/${userId}/whatsapp-configs`;
  const { id } = await add(app, path, { inboxId: 7, phoneNumber: "+551133334444", verified: false });
  await app.admin("PUT", `${path}/${id}`, {
    verified: true,
    inboxId: 9,
    phoneNumber: null,
    connection: "default",
  });
  expect(await list(app, path)).toMatchObject([
    { inboxId: 9, phoneNumber: null, connection: "default", isVerified: true, isActive: true },
  ]);
  expect((await app.admin("DELETE", `/whatsapp-configs/${id}`)).body).toMatchObject({ action: "removed" });
  expect(await list(app, path)).toEqual([]);
});

describe("refused is", () => {
  test.each([
    ["a line that names nothing", {}, 400, "invalid_body"],
    ["an inbox that is no id", { inboxId: 0 }, 400, "invalid_body"],
    ["an inbox by halves", { inboxId: 1.5 }, 400, "invalid_body"],
    ["an inbox as text", { inboxId: "7" }, 400, "invalid_body"],
    ["what is no number", { phoneNumber: "3333-4444" }, 422, "invalid_number"],
    ["a connection that is not there", { inboxId: 7, connection: "elsewhere" }, 404, "not_found"],
    ["a switch that is none", { inboxId: 7, active: "yes" }, 400, "invalid_body"],
  ])("%s", async (_what, wanted, status, code) => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    for (const answer of [
      await app.admin("POST", `/users/${userId}/whatsapp-configs`, wanted),
      await app.admin("POST", "/whatsapp-configs", { userId, ...wanted }),
    ])
      expect([answer.status, answer.body["code"]]).toEqual([status, code]);
    expect(await list(app, "/whatsapp-configs")).toEqual([]);
  });

  test("an inbox without the connection that it is of, when a line is changed", async () => {
    await using app = await openTestApp();
    const path = `/users/${await addUser(app, "Ana")}/whatsapp-configs`;
    const { id } = await add(app, path, { phoneNumberId: "1098" });
    expect(await list(app, path)).toMatchObject([{ connection: null }]);
    const { status, body } = await app.admin("PUT", `${path}/${id}`, { inboxId: 7 });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(String(body["error"])).toStartWith("connection is needed");
    expect((await app.admin("PUT", `${path}/${id}`, { inboxId: 7, connection: "default" })).status).toBe(200);
  });

  test("taking away all that a line is named by", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const path = `/users/${userId}/whatsapp-configs`;
    const { id } = await add(app, path, { inboxId: 7 });
    const { status, body } = await app.admin("PUT", `${path}/${id}`, { inboxId: null });
    expect([status, body["code"]]).toEqual([400, "invalid_body"]);
    expect(await list(app, path)).toMatchObject([{ inboxId: 7 }]);
  });

  test("a line for nobody, and for somebody who is not there", async () => {
    await using app = await openTestApp();
    expect((await app.admin("POST", "/whatsapp-configs", { inboxId: 7 })).body["code"]).toBe("invalid_body");
    expect((await app.admin("POST", "/whatsapp-configs", { inboxId: 7, userId: NOBODY })).status).toBe(404);
  });
});
