// The admin token: made once, shown once, and never kept but as a hash.
import { Database } from "bun:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import type { SettingsStore } from "../../src/db/store-settings.ts";
import { ensureAdminToken, hashToken } from "../../src/upkeep/admin-token.ts";
import { ADMIN_TOKEN, openTestApp } from "../harness/app.ts";
import { seededRandom } from "../harness/random.ts";

function memoryStore(): { store: SettingsStore; kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const store: Partial<SettingsStore> = {
    setting: async (name) => kept.get(name) ?? null,
    saveSetting: async (name, value) => void kept.set(name, value),
  };
  return { store: store as SettingsStore, kept };
}

describe("when none is given", () => {
  test("one of 256 bits is made at the first start and told then alone", async () => {
    const { store, kept } = memoryStore();
    const first = await ensureAdminToken(store, null, seededRandom(), 0);
    expect(first.made).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(first.hash).toBe(hashToken(first.made ?? ""));
    expect([...kept.values()]).toEqual([first.hash]);
    const second = await ensureAdminToken(store, null, seededRandom(2), 0);
    expect(second).toEqual({ hash: first.hash, made: null });
  });
});

describe("when one is given", () => {
  test("it takes the place of an earlier one and stays when the environment no longer gives it", async () => {
    const { store } = memoryStore();
    const made = await ensureAdminToken(store, null, seededRandom(), 0);
    const given = await ensureAdminToken(store, ADMIN_TOKEN, seededRandom(), 0);
    expect(given).toEqual({ hash: hashToken(ADMIN_TOKEN), made: null });
    expect(given.hash).not.toBe(made.hash);
    expect(await ensureAdminToken(store, null, seededRandom(), 0)).toEqual(given);
  });
});

test("the token itself stands nowhere in the data folder, its hash does", async () => {
  await using app = await openTestApp();
  await app.admin("GET", "/stats");
  const entries = readdirSync(app.dataDir, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  expect(files.length).toBeGreaterThan(0);
  expect(files.some((bytes) => bytes.includes(ADMIN_TOKEN))).toBe(false);
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  const rows = db.query<{ value: string }, []>("SELECT value FROM settings").all();
  db.close();
  expect(rows.map(({ value }) => value)).toContain(hashToken(ADMIN_TOKEN));
});
