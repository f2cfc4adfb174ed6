// A user is erased: nothing of theirs is left in any file or object, what is on its way to their bucket included.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { unavailable } from "../../src/storage/failure.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { openFiles } from "../harness/files.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";
import { tracesOf } from "./traces.ts";

const PHONE = "+5511987654321";
const TEXTS = ["Zoraide", "zoraide@q.example", "5511987654321", "Xerxes", "Kick-off com Otávio"];

async function receiptOf(app: TestApp, id: unknown): Promise<unknown> {
  return (await app.admin("GET", `/erasures/${String(id)}`)).body["data"];
}

async function settle(app: TestApp): Promise<void> {
  for (let minute = 0; minute < 12; minute++) await app.clock.tick(60_000);
}

test("rows, history, keys, notes and objects go, and the receipt counts them", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide Quintela", { email: "zoraide@q.example" });
  await addNumber(app, userId, PHONE);
  await addKey(app, userId, "gsk_0123456789abcdef");
  await app.admin("PUT", `/users/${userId}/profile`, { fullName: "Zoraide Q.", whatsappNumber: PHONE });
  await app.admin("PUT", `/users/${userId}`, { name: "Zoraide Q. Silva" });
  const note = { title: "Kick-off com Otávio", content: "sobre o Xerxes", contactPhone: "+5521999998888" };
  await app.admin("POST", `/users/${userId}/meeting-notes`, note);
  await app.receive("meu gato Xerxes fugiu", { contact: { id: 71, name: "Zoraide", phoneNumber: PHONE } });
  await app.clock.tick(90_000);
  expect(tracesOf(app, TEXTS).length).toBeGreaterThan(5);

  const { body } = await app.admin("DELETE", `/users/${userId}`);
  const { id } = body["data"] as { id: string };
  await settle(app);
  expect(await receiptOf(app, id)).toMatchObject({
    kind: "user",
    subjectId: userId,
    state: "done",
    counts: { user: 1, profile: 1, numbers: 1, ai_keys: 1, meeting_notes: 1, messages: 1, history: 2 },
  });
  expect(tracesOf(app, TEXTS)).toEqual([]);
});

test("what a colleague said to them is not taken anew from Chatwoot's list after a start", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide Quintela");
  await addNumber(app, userId, PHONE);
  await app.receive("oi", { contact: { id: 71, name: "Zoraide", phoneNumber: PHONE } });
  await app.clock.tick(90_000);
  await app.deliver(app.chatwoot.humanSays(CONVERSATION, "O Xerxes voltou?"));
  await app.admin("DELETE", `/users/${userId}`);
  await settle(app);
  await app.stop();
  await app.start();
  await settle(app);
  expect(tracesOf(app, ["Xerxes"])).toEqual([]);
});

test("files that wait in the spool go, too", async () => {
  await using files = await openFiles();
  const { app, userId } = files;
  app.objects.failure = unavailable("the store is away");
  await files.add({ before: { name: "Xerxes.txt" } });
  const spool = (): string[] => readdirSync(join(app.dataDir, "spool"));
  expect(spool()).toHaveLength(1);
  await app.admin("DELETE", `/users/${userId}`);
  expect(spool()).toEqual([]);
  app.objects.failure = null;
  await settle(app);
  expect(tracesOf(app, ["Xerxes"])).toEqual([]);
});

test("what is in their bucket may be left to the operator", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide");
  const { body } = await app.admin("DELETE", `/users/${userId}?objects=keep`);
  expect(body).toEqual({ success: true, action: "removed" });
  expect((await app.admin("GET", "/erasures")).body["data"]).toEqual([]);
  expect((await app.admin("DELETE", `/users/${userId}?objects=some`)).status).toBe(400);
  expect((await app.admin("DELETE", `/users/${userId}`)).status).toBe(404);
});

test("who was erased does not come back with an import", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide");
  await app.admin("DELETE", `/users/${userId}`);
  const rows = [{ line: 2, values: { id: userId, email: "zoraide@q.example" } }];
  const { body } = await app.admin("POST", "/import", { table: "users", rows });
  expect(body["data"]).toMatchObject({ added: 0, refused: [{ line: 2, id: userId, reason: "erased" }] });
});

test("how long what a user said is kept is set, shown and taken back", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide");
  const set = (retentionDays: unknown) => app.admin("PUT", `/users/${userId}`, { retentionDays });
  expect((await set(7)).body["data"]).toMatchObject({ retentionDays: 7, name: "Zoraide" });
  expect((await set(null)).body["data"]).toMatchObject({ retentionDays: null });
  for (const wrong of [0, 1.5, "7", 3_651])
    expect((await set(wrong)).body["error"]).toStartWith("retentionDays must be");
});

test("the words of a file that was read go, out of the index as well", async () => {
  await using files = await openFiles();
  const { app, userId } = files;
  await files.add({ content: "O Xerxes mora com a Zoraide." });
  await files.atRest();
  expect(tracesOf(app, ["Xerxes", "xerxes"]).length).toBeGreaterThan(1);
  const { body } = await app.admin("DELETE", `/users/${userId}`);
  await settle(app);
  expect(await receiptOf(app, (body["data"] as { id: string }).id)).toMatchObject({ state: "done" });
  expect(tracesOf(app, ["Xerxes", "xerxes", "Zoraide", "zoraide"])).toEqual([]);
});
