// How lull behaves in each inbox, as an admin sees it and changes it; what was changed holds from then on.
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { addUser } from "../harness/tenants.ts";

type Listed = { connection: string; inboxId: number; id: string | null; defaults: string[] };

async function inboxes(app: TestApp): Promise<Listed[]> {
  return (await app.admin("GET", "/inboxes")).body["data"] as Listed[];
}

/** The inbox that the double's conversations come in by. */
async function ownInbox(app: TestApp): Promise<string> {
  await app.receive("oi");
  await app.clock.tick(30_010);
  const [inbox] = await inboxes(app);
  return `/inboxes/default/${inbox?.inboxId}`;
}

test("an inbox is listed from its first message on, with all that holds there by default", async () => {
  await using app = await openTestApp({
    env: { CHATWOOT_INBOX_MODE: "watch", MESSAGE_BUFFER_DURATION_MS: "5000" },
  });
  expect(await inboxes(app)).toEqual([]);
  await app.receive("oi");
  const [inbox] = await inboxes(app);
  expect(inbox).toMatchObject({
    connection: "default",
    id: null,
    userId: null,
    settings: { mode: "watch", window: { silenceMs: null }, hours: null, groups: "ignore" },
    waits: { silenceMs: 5_000, sizeMax: 50 },
    createdAt: null,
  });
  expect(inbox?.defaults).toContain("mode");
});

test("a change is shown, told in the log, and outlives a restart", async () => {
  await using app = await openTestApp();
  const path = await ownInbox(app);
  const change = { mode: "watch", window: { silenceMs: 10_000 }, lists: { block: ["+1*"] } };
  const { status, body } = await app.admin("PUT", path, change);
  expect(status).toBe(200);
  const { id } = body["data"] as Listed;
  expect(app.events.findLast(({ name }) => name === "admin.changed")?.fields).toEqual({
    action: "inbox.change",
    id,
  });
  await app.crash();
  await app.start();
  const shown = (await app.admin("GET", path)).body["data"] as Listed;
  expect(shown).toMatchObject({ id, settings: change, waits: { silenceMs: 10_000, ageMaxMs: 300_000 } });
  expect(shown.defaults).not.toContain("window");
});

test("an inbox may be set before its first message, and shows its one owner", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Ana");
  await app.admin("POST", `/users/${userId}/whatsapp-configs`, { inboxId: 77 });
  expect((await app.admin("GET", "/inboxes/default/77")).status).toBe(404);
  expect((await app.admin("PUT", "/inboxes/default/77", { mode: "off" })).status).toBe(200);
  expect(await inboxes(app)).toMatchObject([{ inboxId: 77, userId, settings: { mode: "off" } }]);
});

test("two changes at once both hold", async () => {
  await using app = await openTestApp();
  const path = "/inboxes/default/5";
  await Promise.all([app.admin("PUT", path, { mode: "watch" }), app.admin("PUT", path, { urgencyMin: 9 })]);
  expect((await app.admin("GET", path)).body["data"]).toMatchObject({
    settings: { mode: "watch", urgencyMin: 9 },
  });
});

test("the wait of an inbox holds for its next buffer", async () => {
  await using app = await openTestApp();
  await app.admin("PUT", await ownInbox(app), { window: { silenceMs: 1_000 } });
  await app.receive("e agora?");
  await app.clock.tick(1_010);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(2);
});

test("a mistake changes nothing and names its field", async () => {
  await using app = await openTestApp();
  const path = await ownInbox(app);
  const { status, body } = await app.admin("PUT", path, { mode: "off", window: { silenceMs: 1 } });
  expect([status, body["code"]]).toEqual([400, "invalid_body"]);
  expect(body["error"]).toBe("window.silenceMs must be a whole number from 100 to 600000.");
  expect(await inboxes(app)).toMatchObject([{ id: null, settings: { mode: "answer" } }]);
  for (const [address, code] of [
    ["/inboxes/nowhere/1", 404],
    ["/inboxes/default/0", 400],
    ["/inboxes/default/x", 400],
  ] as const)
    expect((await app.admin("PUT", address, { mode: "off" })).status).toBe(code);
});
