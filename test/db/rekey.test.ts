// Numbers whose keys older rules made, or that have none yet, and what a newer lull makes of them.
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Database } from "bun:sqlite";
import { KEY_VERSION } from "../../src/identity/phone.ts";
import { openRaw, openStore, tempFolder } from "./sqlite-pair.ts";

const NOW = Date.UTC(2026, 10, 21);

function keysOf(path: string, table: string): [string | null, string | null][] {
  const db = openRaw(path);
  const rows = db.query<{ k: string; v: string }, []>(
    `SELECT phone_key AS k, key_version AS v FROM ${table} ORDER BY id`,
  );
  const keys = rows.all().map(({ k, v }): [string | null, string | null] => [k, v]);
  db.close();
  return keys;
}

test("history that was kept before there were keys gets them, and only once", async () => {
  using folder = tempFolder();
  const old = new Database(folder.path, { create: true, strict: true });
  old.run(readFileSync(`${import.meta.dir}/versions/1.sql`, "utf8"));
  old.run("PRAGMA user_version = 1");
  old.run(`INSERT INTO customer_conversations (connection_id, conversation_id, phone_number, content, sender, source,
    chatwoot_message_id, created_at) VALUES (1, 1, '+551187654321', 'oi', 'user', 'whatsapp', 1, 1),
    (1, 1, NULL, 'olá', 'bot', 'whatsapp', 2, 2), (1, 1, '+1234567890', 'oi', 'user', 'whatsapp', 3, 3)`);
  old.close();
  const store = openStore(folder.path);
  expect(await store.rekeyNumbers(NOW)).toBe(2);
  expect(await store.rekeyNumbers(NOW)).toBe(0);
  await store.close();
  expect(keysOf(folder.path, "customer_conversations")).toEqual([
    ["+5511987654321", KEY_VERSION],
    [null, null],
    [null, null],
  ]);
});

test("keys of older rules are made anew; what stands for digits or a LID stays", async () => {
  using folder = tempFolder();
  const store = openStore(folder.path);
  await store.rekeyNumbers(NOW);
  const userId = await store.addUser({ name: "Ana", email: null, connectionKey: null }, NOW);
  const kept = ["+551187654321", "exact:1234567890", "lid:123456789012345"];
  for (const key of kept) {
    const number = { number: key, key, keyVersion: "0/old" };
    const mapping = { userId, connectionKey: null, number, isVerified: true, source: "admin" as const };
    await store.addMapping(mapping, null, NOW);
  }
  const raw = openRaw(folder.path);
  raw.run("UPDATE settings SET value = '0/old' WHERE name = 'phone_key_version'");
  raw.close();
  const version = store.identityVersion();
  expect(await store.rekeyNumbers(NOW)).toBe(3);
  expect(store.identityVersion()).toBeGreaterThan(version);
  await store.close();
  expect(keysOf(folder.path, "whatsapp_user_mapping")).toEqual([
    ["+5511987654321", KEY_VERSION],
    ["exact:1234567890", KEY_VERSION],
    ["lid:123456789012345", KEY_VERSION],
  ]);
});

test("two spellings of one user that have become one number do not stop a start", async () => {
  using folder = tempFolder();
  const store = openStore(folder.path);
  const userId = await store.addUser({ name: "Ana", email: null, connectionKey: null }, NOW);
  for (const key of ["+551187654321", "+5511987654321"]) {
    const number = { number: key, key, keyVersion: "0/old" };
    const mapping = { userId, connectionKey: null, number, isVerified: true, source: "admin" as const };
    await store.addMapping(mapping, null, NOW);
  }
  expect(await store.rekeyNumbers(NOW)).toBe(2);
  const connectionKey = await store.ensureConnection("default", NOW);
  const found = await store.findings(connectionKey, ["+5511987654321"]);
  expect(found.whatsapp_user_mapping).toEqual([{ userId, isVerified: true }]);
  await store.close();
});
