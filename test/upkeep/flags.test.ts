// Flags in memory over the store: defaults, what was set, and what the environment locks.
import { expect, test } from "bun:test";
import type { FlagRow, SettingsStore } from "../../src/db/store.ts";
import type { AppError } from "../../src/errors.ts";
import { Flags } from "../../src/upkeep/flags.ts";

/** The store's part that flags use, in memory. */
function memoryStore(): SettingsStore {
  const rows = new Map<string, FlagRow>();
  const settings = new Map<string, string>();
  const store: Partial<SettingsStore> = {
    ensureFlags: async (flags) => {
      for (const flag of flags) if (!rows.has(flag.name)) rows.set(flag.name, { ...flag });
    },
    flags: async () => [...rows.values()].map((row) => ({ ...row })),
    saveFlag: async (name, isEnabled) => {
      const row = rows.get(name);
      if (row !== undefined) rows.set(name, { ...row, isEnabled });
      return row !== undefined;
    },
    setting: async (name) => settings.get(name) ?? null,
    saveSetting: async (name, value) => void settings.set(name, value),
  };
  return store as SettingsStore;
}

async function openFlags(store: SettingsStore, locked: Record<string, boolean> = {}): Promise<Flags> {
  const flags = new Flags(store, locked);
  await flags.load(0);
  return flags;
}

test("flags begin with their defaults, and processing is on", async () => {
  const flags = await openFlags(memoryStore());
  expect([flags.isOn("message_buffering"), flags.isOn("typing_indicators"), flags.isProcessingOn()]).toEqual([
    true,
    true,
    true,
  ]);
});

test("what was set is read again by the next start, not the default", async () => {
  const store = memoryStore();
  const before = await openFlags(store);
  await before.set("message_buffering", false, 1);
  await before.setProcessing(false, 1);
  const after = await openFlags(store);
  expect([after.isOn("message_buffering"), after.isProcessingOn()]).toEqual([false, false]);
  expect(after.isOn("typing_indicators")).toBe(true);
});

test("the environment wins over what was set, and gives it back when it lets go", async () => {
  const store = memoryStore();
  await (await openFlags(store)).set("message_buffering", false, 1);
  const locked = await openFlags(store, { message_buffering: true });
  expect(locked.isOn("message_buffering")).toBe(true);
  expect(locked.list().find(({ name }) => name === "message_buffering")).toMatchObject({
    isEnabled: true,
    isLocked: true,
  });
  expect((await openFlags(store)).isOn("message_buffering")).toBe(false);
});

test("a locked flag and one that is none cannot be set", async () => {
  const flags = await openFlags(memoryStore(), { message_buffering: true });
  const codes: unknown[] = [];
  for (const name of ["message_buffering", "nonsense", "toString"])
    codes.push(await flags.set(name, true, 1).catch((error: unknown) => (error as AppError).code));
  expect(codes).toEqual(["conflict", "not_found", "not_found"]);
});

test("a switch that cannot be stored does not take effect", async () => {
  const store = memoryStore();
  const flags = await openFlags({ ...store, saveSetting: () => Promise.reject(new Error("no room")) });
  const failure = await flags.setProcessing(false, 1).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: "no room" });
  expect(flags.isProcessingOn()).toBe(true);
});
