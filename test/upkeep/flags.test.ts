// Flags in memory over the store: defaults, what was set and for whom, and what the environment locks.
import { expect, test } from "bun:test";
import type { FlagOverride, FlagRow, FlagStore, FlagSubject } from "../../src/db/store-flags.ts";
import type { SettingsStore } from "../../src/db/store-settings.ts";
import type { AppError } from "../../src/errors.ts";
import { Flags } from "../../src/upkeep/flags.ts";

type FlagsStore = FlagStore & Pick<SettingsStore, "setting" | "saveSetting">;

/** The store's part that flags use, in memory. */
function memoryStore(): FlagsStore {
  const rows = new Map<string, FlagRow>();
  const overrides = new Map<string, FlagOverride>();
  const settings = new Map<string, string>();
  return {
    ensureFlags: async (flags) => {
      for (const flag of flags)
        if (!rows.has(flag.name)) rows.set(flag.name, { ...flag, rolloutPercent: 100 });
    },
    flags: async () => [...rows.values()].map((row) => ({ ...row })),
    flagOverrides: async () => [...overrides.values()],
    saveFlag: async (name, scope, setting) => {
      const row = rows.get(name);
      if (row === undefined) return false;
      const { connectionKey = null, userId = null } = { ...scope } as Partial<FlagOverride>;
      const connection = connectionKey === null ? null : "default";
      if (scope.kind === "all") rows.set(name, { ...row, ...setting });
      else
        overrides.set(`${name} ${JSON.stringify(scope)}`, {
          name,
          connectionKey,
          connection,
          userId,
          ...setting,
        });
      return true;
    },
    dropFlagOverride: async (name, scope) => overrides.delete(`${name} ${JSON.stringify(scope)}`),
    setting: async (name) => settings.get(name) ?? null,
    saveSetting: async (name, value) => void settings.set(name, value),
  };
}

async function openFlags(store: FlagsStore, locked: Record<string, boolean> = {}): Promise<Flags> {
  const flags = new Flags(store, locked);
  await flags.load(0);
  return flags;
}

const ALL = { kind: "all" } as const;
const OFF = { isEnabled: false, rolloutPercent: null };
const ON = { isEnabled: true, rolloutPercent: null };
/** Ana's conversation in the first connection. */
const ANAS: FlagSubject = { connectionKey: 1, conversationId: 458, userId: "ana" };

test("flags begin with their defaults, and processing is on", async () => {
  const flags = await openFlags(memoryStore());
  expect([flags.isOn("message_buffering", ANAS), flags.isOn("split_replies", ANAS)]).toEqual([true, false]);
  expect(flags.isProcessingOn()).toBe(true);
});

test("what was set is read again by the next start, not the default", async () => {
  const store = memoryStore();
  const before = await openFlags(store);
  await before.set("message_buffering", ALL, OFF, 1);
  await before.setProcessing(false, 1);
  const after = await openFlags(store);
  expect([after.isOn("message_buffering", ANAS), after.isProcessingOn()]).toEqual([false, false]);
  expect(after.isOn("typing_indicators", ANAS)).toBe(true);
});

test("the user's setting counts before the connection's, and that before the one for all", async () => {
  const flags = await openFlags(memoryStore());
  const others = { ...ANAS, userId: "bia" };
  const elsewhere = { ...others, connectionKey: 2 };
  const answers = () => [ANAS, others, elsewhere].map((subject) => flags.isOn("message_buffering", subject));
  await flags.set("message_buffering", { kind: "connection", connectionKey: 1 }, OFF, 1);
  expect(answers()).toEqual([false, false, true]);
  await flags.set("message_buffering", { kind: "user", userId: "ana" }, ON, 1);
  expect(answers()).toEqual([true, false, true]);
  await flags.set("message_buffering", ALL, OFF, 1);
  expect(answers()).toEqual([true, false, false]);
  await flags.unset("message_buffering", { kind: "user", userId: "ana" });
  expect(answers()).toEqual([false, false, false]);
});

test("a flag that is switched off comes back with the share it had", async () => {
  const flags = await openFlags(memoryStore());
  await flags.set("message_buffering", ALL, { isEnabled: true, rolloutPercent: 25 }, 1);
  await flags.set("message_buffering", ALL, OFF, 1);
  expect(flags.stateOf("message_buffering", ANAS)).toBe("off");
  await flags.set("message_buffering", ALL, ON, 1);
  expect((await flags.show("message_buffering")).set).toEqual({ isEnabled: true, rolloutPercent: 25 });
});

test("without a conversation a flag is on once its rollout leaves nothing out", async () => {
  const flags = await openFlags(memoryStore());
  const nowhere = { connectionKey: 1, conversationId: null, userId: null };
  await flags.set("knowledge_base", ALL, { isEnabled: true, rolloutPercent: 99 }, 1);
  expect(flags.isOn("knowledge_base", nowhere)).toBe(false);
  await flags.set("knowledge_base", ALL, { isEnabled: true, rolloutPercent: 100 }, 1);
  expect(flags.isOn("knowledge_base", nowhere)).toBe(true);
});

test("a rollout leaves some out as long as any setting that may hold there does", async () => {
  const flags = await openFlags(memoryStore());
  const leaves = () => [1, 2].map((connectionKey) => flags.leavesSome("message_buffering", connectionKey));
  const share = { isEnabled: true, rolloutPercent: 25 };
  expect(leaves()).toEqual([false, false]);
  await flags.set("message_buffering", { kind: "connection", connectionKey: 1 }, share, 1);
  expect(leaves()).toEqual([true, false]);
  await flags.set("message_buffering", { kind: "user", userId: "ana" }, share, 1);
  expect(leaves()).toEqual([true, true]);
  await flags.set("message_buffering", { kind: "user", userId: "ana" }, OFF, 1);
  await flags.set("message_buffering", { kind: "connection", connectionKey: 1 }, OFF, 1);
  expect(leaves()).toEqual([false, false]);
});

test("the environment wins over what was set for anybody, and gives it back when it lets go", async () => {
  const store = memoryStore();
  const before = await openFlags(store);
  await before.set("message_buffering", ALL, { isEnabled: false, rolloutPercent: 10 }, 1);
  await before.set("message_buffering", { kind: "user", userId: "ana" }, OFF, 1);
  const locked = await openFlags(store, { message_buffering: true });
  expect(locked.isOn("message_buffering", ANAS)).toBe(true);
  expect(locked.leavesSome("message_buffering", 1)).toBe(false);
  expect(await locked.show("message_buffering")).toMatchObject({
    default: true,
    isEnabled: true,
    rolloutPercent: 100,
    isLocked: true,
    set: { isEnabled: false, rolloutPercent: 10 },
    overrides: { "user:ana": { isEnabled: false, rolloutPercent: 100 } },
  });
  expect((await openFlags(store)).isOn("message_buffering", ANAS)).toBe(false);
});

test("a locked flag and one that is none cannot be set", async () => {
  const flags = await openFlags(memoryStore(), { message_buffering: true });
  const failures: unknown[] = [];
  for (const name of ["message_buffering", "nonsense", "toString"])
    failures.push(await flags.set(name, ALL, ON, 1).catch((error: unknown) => error));
  expect(failures.map((error) => (error as AppError).code)).toEqual(["conflict", "not_found", "not_found"]);
  expect((failures[0] as AppError).fix).toContain("LULL_FLAG_MESSAGE_BUFFERING");
});

test("a switch that cannot be stored does not take effect", async () => {
  const store = memoryStore();
  const flags = await openFlags({ ...store, saveSetting: () => Promise.reject(new Error("no room")) });
  const failure = await flags.setProcessing(false, 1).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: "no room" });
  expect(flags.isProcessingOn()).toBe(true);
});
