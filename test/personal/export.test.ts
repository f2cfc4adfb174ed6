// Everything that is kept of one person as a ZIP: rows by kind, objects as they are, secrets never.
import { expect, test } from "bun:test";
import { listZip, unzip } from "../../src/knowledge/zip.ts";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addToken, addUser, chat } from "../harness/tenants.ts";

const CONTACT = { id: 71, name: "Zoraide", phoneNumber: "+5511987654321" };
const BYTES_MAX = 1_000_000;

async function exportOf(
  app: TestApp,
  path: string,
): Promise<{ status: number; files: Map<string, string>; objects: string }> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await app.handle(new Request(`http://localhost/admin${path}`, { headers }));
  const bytes = await response.bytes();
  const files = new Map<string, string>();
  for (const member of listZip(bytes) ?? [])
    files.set(member.name, new TextDecoder().decode(unzip(bytes, member, BYTES_MAX)));
  // Longer names are cut by the reader.
  return { status: response.status, files, objects: new TextDecoder().decode(bytes) };
}

function rowsIn(text: string | undefined): Record<string, unknown>[] {
  return (text ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a contact's export holds what they said, were answered and sent, and nobody else's", async () => {
  await using app = await openTestApp();
  app.ai.answerWith("Lamento muito");
  await app.receive("meu gato fugiu", { contact: CONTACT });
  await app.receive("bom dia", {
    contact: { id: 72, name: "Otávio", phoneNumber: "+5521999998888" },
    conversationId: 9,
  });
  await app.clock.tick(31_000);
  await chat(app, await addToken(app, "chat"), { text: "e agora?", phoneNumber: CONTACT.phoneNumber });
  await app.clock.tick(60_000);
  const { status, files, objects } = await exportOf(app, "/contacts/71/export");
  expect(status).toBe(200);
  expect(JSON.parse(files.get("about.json") ?? "")).toMatchObject({ kind: "contact", contactId: 71 });
  expect(rowsIn(files.get("messages.jsonl"))).toMatchObject([
    { content: "meu gato fugiu", received_at: "2026-06-18T13:00:00.000Z" },
  ]);
  expect(rowsIn(files.get("history.jsonl")).map(({ content }) => content)).toEqual([
    "meu gato fugiu",
    "Lamento muito",
    "e agora?",
    "Lamento muito",
  ]);
  expect(objects).toContain('"content":"meu gato fugiu","saidAt"');
  expect(objects).not.toContain("bom dia");
});

test("a user's export holds what is theirs, without what opens anything", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide", { email: "zoraide@q.example" });
  await addNumber(app, userId, CONTACT.phoneNumber);
  await addKey(app, userId, "gsk_0123456789abcdef");
  await app.receive("meu gato fugiu", { contact: CONTACT });
  await app.clock.tick(90_000);
  const { files } = await exportOf(app, `/users/${userId}/export`);
  expect(rowsIn(files.get("user.jsonl"))).toMatchObject([{ name: "Zoraide", email: "zoraide@q.example" }]);
  expect(rowsIn(files.get("numbers.jsonl"))).toMatchObject([{ whatsapp_number: CONTACT.phoneNumber }]);
  expect(rowsIn(files.get("ai_keys.jsonl"))).toMatchObject([{ last_four: "cdef" }]);
  expect(rowsIn(files.get("messages.jsonl"))).toMatchObject([{ content: "meu gato fugiu" }]);
  expect([...files.values()].join()).not.toMatch(/sealed_key|token_hash|gsk_/);
});

test("an export of thousands of rows is whole, however many come in one go", async () => {
  await using app = await openTestApp();
  const userId = await addUser(app, "Zoraide");
  const rows = Array.from({ length: 200 }, (_, nth) => ({
    line: nth,
    values: { user_id: userId, content: `line ${nth}`, sender: "user", created_at: "2025-09-01" },
  }));
  for (let part = 0; part < 6; part++)
    await app.admin("POST", "/import", {
      table: "customer_conversations",
      rows: rows.map(({ line, values }) => ({
        line,
        values: { ...values, content: `${part} ${values.content}` },
      })),
    });
  const { files } = await exportOf(app, `/users/${userId}/export`);
  const contents = rowsIn(files.get("history.jsonl")).map(({ content }) => content);
  expect(contents).toHaveLength(1_200);
  expect(new Set(contents).size).toBe(1_200);
});

test("nobody is given out whom lull does not know", async () => {
  await using app = await openTestApp();
  expect((await app.admin("GET", "/contacts/71/export")).status).toBe(404);
  expect((await app.admin("GET", "/users/nobody/export")).status).toBe(404);
  expect((await app.admin("GET", "/contacts/71/export?connection=nowhere")).status).toBe(404);
});
