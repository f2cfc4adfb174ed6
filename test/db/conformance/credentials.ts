// AI keys: whose they are, in which order they are asked, how they rest, and that nobody reaches another's.
import { expect, test } from "bun:test";
import { credential } from "../calls.ts";
import { addUser, addUsers, ids, refusal } from "../identified.ts";
import { type OpenScene, SECOND, type Scene, must, only } from "../scene.ts";

export function credentialConformance(open: OpenScene): void {
  test("a key is what was added, and has neither rested nor been used", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const key = credential("one", ana, { provider: "openai", model: "big", temperature: 0.3, priority: 2 });
    expect(await scene.first.addCredential(key, scene.now)).toBe(true);
    const unused = { restedUntil: null, restReason: null, lastUsedAt: null };
    expect(await scene.second.credentials(ana)).toEqual([{ ...key, ...unused }]);
  });

  test("a list for people has no box to open", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await scene.first.addCredential(credential("one", ana, { model: "big" }), scene.now);
    const listed = await scene.second.listCredentials(ana);
    expect(listed).toEqual([
      {
        id: "one",
        provider: "groq",
        lastFour: "1234",
        model: "big",
        temperature: null,
        priority: 0,
        restedUntil: null,
        restReason: null,
        lastUsedAt: null,
        createdAt: scene.now,
      },
    ]);
    expect(JSON.stringify(listed)).not.toContain("box");
  });

  test("a key of a user who is not there is not kept", async () => {
    await using scene = await open();
    expect(await scene.first.addCredential(credential("one", "nobody"), scene.now)).toBe(false);
    expect(await scene.first.credentials("nobody")).toEqual([]);
    expect(await scene.first.credentials(null)).toEqual([]);
  });

  test("an id that is taken is a conflict", async () => {
    await using scene = await open();
    await scene.first.addCredential(credential("one", null), scene.now);
    const again = scene.second.addCredential(credential("one", await addUser(scene)), scene.now);
    expect(await refusal(again)).toMatchObject({ name: "StoreError", kind: "conflict" });
  });

  test("each user has their own keys, and the system has its own", async () => {
    await using scene = await open();
    const [ana, bia] = await twoWithKeys(scene);
    for (const [owner, id] of [
      [ana, "of-ana"],
      [bia, "of-bia"],
      [null, "of-system"],
    ] as const) {
      expect(ids(await scene.second.listCredentials(owner))).toEqual([id]);
      expect((await scene.second.credentials(owner)).map((key) => [key.id, key.userId])).toEqual([
        [id, owner],
      ]);
    }
  });

  test("keys come by priority, then those never used, then the least recently used, then the oldest", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    for (const [id, priority] of [
      ["late", 9],
      ["recent", 1],
      ["older", 1],
      ["unused", 1],
      ["also-unused", 1],
      ["first", -1],
    ] as const)
      await scene.first.addCredential(credential(id, ana, { priority }), scene.now);
    for (const id of ["first", "older", "recent"]) {
      scene.pass(SECOND);
      await scene.first.markCredentialUsed(id, scene.now);
    }
    const order = ["first", "unused", "also-unused", "older", "recent", "late"];
    expect((await scene.second.credentials(ana)).map(({ id }) => id)).toEqual(order);
    expect(ids(await scene.second.listCredentials(ana))).toEqual(order);
  });

  test("a key that rests says until when and why, even when that has passed", async () => {
    await using scene = await open();
    await scene.first.addCredential(credential("one", null), scene.now);
    const until = scene.now + SECOND;
    await scene.first.restCredential("one", until, "rate_limited", scene.now);
    scene.pass(5 * SECOND);
    const rested = { restedUntil: until, restReason: "rate_limited", lastUsedAt: null };
    expect(only(await scene.second.credentials(null))).toMatchObject(rested);
    expect(only(await scene.second.listCredentials(null))).toMatchObject(rested);
  });

  test("a key that answered has rested, was used now, and leaves the others as they are", async () => {
    await using scene = await open();
    for (const id of ["one", "two"]) {
      await scene.first.addCredential(credential(id, null), scene.now);
      await scene.first.restCredential(id, scene.now + SECOND, "billing", scene.now);
    }
    scene.pass(SECOND);
    await scene.second.markCredentialUsed("one", scene.now);
    const keys = await scene.first.credentials(null);
    expect(keys.map((key) => [key.id, key.restedUntil, key.restReason, key.lastUsedAt])).toEqual([
      ["two", scene.now, "billing", null],
      ["one", null, null, scene.now],
    ]);
  });

  test("all keys can be woken at once", async () => {
    await using scene = await open();
    for (const id of ["one", "two"]) {
      await scene.first.addCredential(credential(id, null), scene.now);
      await scene.first.restCredential(id, scene.now + SECOND, "billing", scene.now);
    }
    await scene.second.wakeCredentials(scene.now);
    const keys = await scene.first.credentials(null);
    expect(keys.map((key) => [key.restedUntil, key.restReason])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  test("a change changes what it names and nothing else", async () => {
    await using scene = await open();
    const key = credential("one", null, { model: "big", temperature: 1, priority: 2 });
    await scene.first.addCredential(key, scene.now);
    const change = { temperature: 0, priority: 0 };
    expect(await scene.second.changeCredential(null, "one", change, scene.now)).toBe(true);
    expect(only(await scene.first.credentials(null))).toMatchObject({ ...key, ...change });
    expect(await scene.second.changeCredential(null, "one", { model: null }, scene.now)).toBe(true);
    expect(only(await scene.first.credentials(null))).toMatchObject({ ...key, ...change, model: null });
    expect(await scene.second.changeCredential(null, "other", change, scene.now)).toBe(false);
  });

  test("nobody changes or removes a key of another, nor the system one of a user", async () => {
    await using scene = await open();
    const [ana, bia] = await twoWithKeys(scene);
    const before = await allKeys(scene, ana, bia);
    for (const [owner, others] of [
      [ana, ["of-bia", "of-system"]],
      [bia, ["of-ana", "of-system"]],
      [null, ["of-ana", "of-bia"]],
    ] as const)
      for (const id of others) {
        expect(await scene.first.changeCredential(owner, id, { priority: 7 }, scene.now)).toBe(false);
        expect(await scene.second.removeCredential(owner, id)).toBe(false);
      }
    expect(await allKeys(scene, ana, bia)).toEqual(before);
  });

  test("a removed key is gone, once", async () => {
    await using scene = await open();
    const [ana, bia] = await twoWithKeys(scene);
    expect(await scene.first.removeCredential(ana, "of-ana")).toBe(true);
    expect(await scene.second.removeCredential(ana, "of-ana")).toBe(false);
    expect(await scene.second.removeCredential(null, "of-system")).toBe(true);
    expect((await allKeys(scene, ana, bia)).map(({ id }) => id)).toEqual(["of-bia"]);
  });
}

async function twoWithKeys(scene: Scene): Promise<[ana: string, bia: string]> {
  const [ana, bia] = await addUsers(scene, 2);
  await scene.first.addCredential(credential("of-ana", must(ana)), scene.now);
  await scene.first.addCredential(credential("of-bia", must(bia)), scene.now);
  await scene.first.addCredential(credential("of-system", null), scene.now);
  return [must(ana), must(bia)];
}

async function allKeys(scene: Scene, ...userIds: string[]) {
  const all = await Promise.all([...userIds, null].map((userId) => scene.second.credentials(userId)));
  return all.flat();
}
