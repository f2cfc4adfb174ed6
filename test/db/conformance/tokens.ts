// Tokens of the API: known by their hash, listed without it.
import { expect, test } from "bun:test";
import { ALL, addUser, ids, refusal } from "../identified.ts";
import type { OpenScene } from "../scene.ts";

export function tokenConformance(open: OpenScene): void {
  test("a token is known by its hash, with what it may do and whose it is", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const admin = { name: "desk", scope: "admin", userId: null, tokenHash: "hash-1" } as const;
    const own = { name: "phone", scope: "user", userId: ana, tokenHash: "hash-2" } as const;
    const adminId = await scene.first.addToken(admin, scene.now);
    const ownId = await scene.first.addToken(own, scene.now);
    expect(await scene.second.token("hash-1")).toEqual({ id: adminId, scope: "admin", userId: null });
    expect(await scene.second.token("hash-2")).toEqual({ id: ownId, scope: "user", userId: ana });
    expect(await scene.second.token("hash-3")).toBeNull();
  });

  test("tokens are listed newest first, page by page, without their hash", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const base = { name: "desk", scope: "service", userId: null } as const;
    const older = await scene.first.addToken({ ...base, tokenHash: "hash-1" }, scene.now);
    const own = { name: "phone", scope: "user", userId: ana, tokenHash: "hash-2" } as const;
    const newer = await scene.first.addToken(own, scene.now);
    const first = await scene.second.listTokens({ ...ALL, limit: 1 });
    expect(first.data).toEqual([{ id: newer, name: "phone", scope: `user:${ana}`, createdAt: scene.now }]);
    const rest = await scene.second.listTokens({ ...ALL, limit: 1, cursor: first.nextCursor });
    expect(rest).toMatchObject({ data: [{ id: older, scope: "service" }], nextCursor: null });
  });

  test("a token that was taken away opens nothing", async () => {
    await using scene = await open();
    const token = { name: "desk", scope: "chat", userId: null, tokenHash: "hash-1" } as const;
    const tokenId = await scene.first.addToken(token, scene.now);
    expect(await scene.second.removeToken(tokenId)).toBe(true);
    expect(await scene.first.token("hash-1")).toBeNull();
    expect(await scene.first.removeToken(tokenId)).toBe(false);
  });

  test.each([
    ["of an unknown user", { scope: "user", userId: "nobody" }],
    ["of a user's scope without a user", { scope: "user", userId: null }],
  ] as const)("a token %s is a conflict", async (_what, whose) => {
    await using scene = await open();
    const token = scene.first.addToken({ name: "x", tokenHash: "hash-1", ...whose }, scene.now);
    expect(await refusal(token)).toMatchObject({ name: "StoreError", kind: "conflict" });
    expect(ids((await scene.second.listTokens(ALL)).data)).toEqual([]);
  });

  test("a hash that is there already is a conflict", async () => {
    await using scene = await open();
    const token = { name: "desk", scope: "chat", userId: null, tokenHash: "hash-1" } as const;
    await scene.first.addToken(token, scene.now);
    expect(await refusal(scene.second.addToken(token, scene.now))).toMatchObject({ kind: "conflict" });
  });
}
