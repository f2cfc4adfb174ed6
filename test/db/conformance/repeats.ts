// Requests with a key of their own: one has it, its answer is kept, and after a while the key is free again.
import { expect, test } from "bun:test";
import type { OpenScene } from "../scene.ts";

const REQUEST = { actor: "admin", idempotencyKey: "key-1", requestHash: "hash-1", claimedBy: "boot-1" };
const SEALED = { box: "box", keyVersion: 1 };

export function repeatConformance(open: OpenScene): void {
  test("the first that names a key has it, and every later one is told of the first", async () => {
    await using scene = await open();
    const first = await scene.first.claimRequest(REQUEST, 0, scene.now);
    expect(first).toMatchObject({ isNew: true, requestHash: "hash-1", answer: null });
    const other = { ...REQUEST, requestHash: "hash-2", claimedBy: "boot-2" };
    const second = await scene.second.claimRequest(other, 0, scene.now);
    expect(second).toEqual({ ...first, isNew: false });
  });

  test("an answer stays with its key, and keys of two callers are two", async () => {
    await using scene = await open();
    const { id } = await scene.first.claimRequest(REQUEST, 0, scene.now);
    await scene.first.answerRequest(id, 200, SEALED);
    expect(await scene.second.claimRequest(REQUEST, 0, scene.now)).toMatchObject({
      id,
      isNew: false,
      answer: { statusCode: 200, sealed: SEALED },
    });
    const other = await scene.second.claimRequest({ ...REQUEST, actor: "socket" }, 0, scene.now);
    expect(other).toMatchObject({ isNew: true, answer: null });
  });

  test("a key that was dropped, or is older than it may be, is free", async () => {
    await using scene = await open();
    const { id } = await scene.first.claimRequest(REQUEST, 0, 100);
    await scene.second.dropRequest(id);
    const next = await scene.first.claimRequest(REQUEST, 0, 100);
    expect(next.isNew).toBe(true);
    await scene.first.answerRequest(next.id, 200, SEALED);
    expect(await scene.second.claimRequest(REQUEST, 100, 200)).toMatchObject({ isNew: false });
    expect(await scene.second.claimRequest(REQUEST, 101, 200)).toMatchObject({ isNew: true, answer: null });
  });
}
