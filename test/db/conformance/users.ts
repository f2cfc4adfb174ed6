// Users: added, listed, changed, limited.
import { expect, test } from "bun:test";
import { ALL, addUser, addUsers, ids, profile, refusal } from "../identified.ts";
import { type OpenScene, SECOND } from "../scene.ts";

const NO_LIMITS = { requestsPerMinuteMax: null, tokensPerDayMax: null, spendPerMonthMaxMicroUsd: null };
const LIMITS = { requestsPerMinuteMax: 10, tokensPerDayMax: 5_000, spendPerMonthMaxMicroUsd: 2_000_000 };

export function userConformance(open: OpenScene): void {
  test("a user is what was added, with the name of its connection", async () => {
    await using scene = await open();
    const ana = await scene.first.addUser(
      { name: "Ana", email: "ana@example.org", connectionKey: null },
      scene.now,
    );
    const bia = await addUser(scene, scene.there, "Bia");
    const moments = { createdAt: scene.now, updatedAt: scene.now };
    expect(await scene.second.user(ana)).toEqual({
      id: ana,
      name: "Ana",
      email: "ana@example.org",
      connection: null,
      retentionDays: null,
      ...NO_LIMITS,
      ...moments,
    });
    expect(await scene.second.user(bia)).toMatchObject({ name: "Bia", email: null, connection: "there" });
    expect(await scene.second.user("nobody")).toBeNull();
  });

  test("a user is called by the full name of their profile, else by their own", async () => {
    await using scene = await open();
    const ana = await addUser(scene, null, "Ana");
    expect(await scene.second.nameOf(ana)).toBe("Ana");
    await profile(scene, ana, { fullName: null });
    expect(await scene.second.nameOf(ana)).toBe("Ana");
    await profile(scene, ana, { fullName: "Ana Lima" });
    expect(await scene.second.nameOf(ana)).toBe("Ana Lima");
    expect(await scene.second.nameOf("nobody")).toBeNull();
  });

  test("a user's own connection has a name, and a user of all connections none", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene, scene.there)];
    expect(await scene.second.connectionNameOf(ana)).toBeNull();
    expect(await scene.second.connectionNameOf(bia)).toBe("there");
    expect(await scene.second.connectionNameOf("nobody")).toBeNull();
  });

  test("an e-mail that is taken is a conflict, in whatever case it is written", async () => {
    await using scene = await open();
    const ana = { name: "Ana", email: "ana@example.org", connectionKey: null };
    await scene.first.addUser(ana, scene.now);
    const again = scene.second.addUser({ ...ana, email: "ANA@example.org" }, scene.now);
    expect(await refusal(again)).toMatchObject({ name: "StoreError", kind: "conflict" });
    const other = await addUser(scene);
    const taken = scene.first.changeUser(other, { email: "Ana@Example.org" }, scene.now);
    expect(await refusal(taken)).toMatchObject({ kind: "conflict" });
  });

  test("many users may have no e-mail", async () => {
    await using scene = await open();
    expect(new Set(await addUsers(scene, 3)).size).toBe(3);
  });

  test("a user of a connection that is not there is a conflict", async () => {
    await using scene = await open();
    expect(await refusal(addUser(scene, 999))).toMatchObject({ kind: "conflict" });
  });

  test("users are listed newest first, page by page", async () => {
    await using scene = await open();
    const [one, two, three] = await addUsers(scene, 3);
    const first = await scene.second.listUsers({ ...ALL, limit: 2 });
    expect(ids(first.data)).toEqual([three, two]);
    expect(Object.keys(first.data[0] ?? {})).not.toContain("key");
    const rest = await scene.second.listUsers({ ...ALL, limit: 2, cursor: first.nextCursor });
    expect(ids(rest.data)).toEqual([one]);
    expect(rest.nextCursor).toBeNull();
  });

  test("a change touches what it names alone", async () => {
    await using scene = await open();
    const ana = await scene.first.addUser({ name: "Ana", email: "a@b.c", connectionKey: null }, scene.now);
    const createdAt = scene.now;
    scene.pass(SECOND);
    expect(await scene.first.changeUser(ana, { name: "Anna" }, scene.now)).toBe(true);
    const renamed = { name: "Anna", email: "a@b.c", createdAt, updatedAt: scene.now };
    expect(await scene.second.user(ana)).toMatchObject(renamed);
    await scene.first.changeUser(ana, { email: null }, scene.now);
    expect(await scene.second.user(ana)).toMatchObject({ name: "Anna", email: null });
    expect(await scene.first.changeUser("nobody", { name: "Anna" }, scene.now)).toBe(false);
  });

  test("limits are none until they are set, and may be lifted again", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const bia = await addUser(scene);
    expect(await scene.second.limits(ana)).toEqual(NO_LIMITS);
    expect(await scene.first.setLimits(ana, LIMITS, scene.now)).toBe(true);
    expect(await scene.second.limits(ana)).toEqual(LIMITS);
    expect(await scene.second.user(ana)).toMatchObject(LIMITS);
    expect(await scene.second.limits(bia)).toEqual(NO_LIMITS);
    await scene.first.setLimits(ana, { ...LIMITS, tokensPerDayMax: null }, scene.now);
    expect(await scene.second.limits(ana)).toEqual({ ...LIMITS, tokensPerDayMax: null });
    expect(await scene.first.setLimits("nobody", LIMITS, scene.now)).toBe(false);
    expect(await scene.first.limits("nobody")).toBeNull();
  });

  test("a limit of nothing is a conflict", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const limits = { ...NO_LIMITS, requestsPerMinuteMax: 0 };
    expect(await refusal(scene.first.setLimits(ana, limits, scene.now))).toMatchObject({ kind: "conflict" });
  });
}
