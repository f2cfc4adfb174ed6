// Flags and their overrides, as the store keeps them.
import { expect, test } from "bun:test";
import { StoreError } from "../../../src/db/store.ts";
import { type OpenScene, type Scene, START } from "../scene.ts";

const FLAGS = [
  { name: "alpha", isEnabled: true, description: "first" },
  { name: "beta", isEnabled: false, description: "second" },
];
const OFF = { isEnabled: false, rolloutPercent: 100 };
const QUARTER = { isEnabled: true, rolloutPercent: 25 };

export function flagConformance(open: OpenScene): void {
  test("new flags are added, known ones keep what was set and take the new description", async () => {
    await using scene = await openWithFlags(open);
    expect(await scene.first.flags()).toEqual(FLAGS.map((flag) => ({ ...flag, rolloutPercent: 100 })));
    expect(await scene.second.saveFlag("alpha", { kind: "all" }, { ...OFF, rolloutPercent: 7 }, START)).toBe(
      true,
    );
    const gamma = { name: "gamma", isEnabled: true, description: "third" };
    const renamed = FLAGS.slice(0, 1).map((flag) => ({ ...flag, description: "renamed" }));
    await scene.first.ensureFlags([...renamed, gamma], START);
    expect(await scene.second.flags()).toEqual([
      { name: "alpha", isEnabled: false, rolloutPercent: 7, description: "renamed" },
      { name: "beta", isEnabled: false, rolloutPercent: 100, description: "second" },
      { ...gamma, rolloutPercent: 100 },
    ]);
  });

  test("a flag that is not there cannot be set, for nobody", async () => {
    await using scene = await open();
    const scopes = [{ kind: "all" }, { kind: "connection", connectionKey: scene.here }] as const;
    for (const scope of scopes) expect(await scene.first.saveFlag("nothing", scope, OFF, START)).toBe(false);
    expect([await scene.first.flags(), await scene.first.flagOverrides()]).toEqual([[], []]);
  });

  test("an override is one of its connection or user, is changed in its place and taken away", async () => {
    await using scene = await openWithFlags(open);
    const userId = await scene.first.addUser({ name: "Ana", email: null, connectionKey: null }, START);
    const connection = { kind: "connection", connectionKey: scene.here } as const;
    const user = { kind: "user", userId } as const;
    for (const setting of [OFF, QUARTER]) await scene.first.saveFlag("alpha", connection, setting, START);
    await scene.second.saveFlag("alpha", user, OFF, START);
    expect(await scene.second.flagOverrides()).toEqual([
      { name: "alpha", connectionKey: scene.here, connection: "here", userId: null, ...QUARTER },
      { name: "alpha", connectionKey: null, connection: null, userId, ...OFF },
    ]);
    expect(await scene.first.dropFlagOverride("alpha", connection)).toBe(true);
    expect(await scene.first.dropFlagOverride("alpha", connection)).toBe(false);
    expect(await scene.first.dropFlagOverride("beta", user)).toBe(false);
    expect(await scene.first.flagOverrides()).toHaveLength(1);
  });

  test("a user takes their overrides along, and one of nobody is refused", async () => {
    await using scene = await openWithFlags(open);
    const userId = await scene.first.addUser({ name: "Ana", email: null, connectionKey: null }, START);
    await scene.first.saveFlag("alpha", { kind: "user", userId }, OFF, START);
    await scene.first.deleteUser(userId, START);
    expect(await scene.first.flagOverrides()).toEqual([]);
    const again = scene.first.saveFlag("alpha", { kind: "user", userId }, OFF, START);
    expect(await again.catch((error: unknown) => error)).toBeInstanceOf(StoreError);
  });
}

async function openWithFlags(open: OpenScene): Promise<Scene> {
  const scene = await open();
  await scene.first.ensureFlags(FLAGS, START);
  return scene;
}
