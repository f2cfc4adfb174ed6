// Connections that operators added: sealed as they came, changed under their id, removed without their secrets.
import { expect, test } from "bun:test";
import type { NewConnection } from "../../../src/db/store-connections.ts";
import { message } from "../arrivals.ts";
import { must, only, type OpenScene, SECOND, START } from "../scene.ts";

const SEALED = { apiToken: "box-a", userToken: null, webhookSecret: "box-w", pathSecret: null };
const SHOP: NewConnection = {
  id: "id-of-shop",
  name: "shop",
  baseUrl: "https://chat.example.com",
  accountId: 7,
  sealed: SEALED,
  keyVersion: 1,
};

export function connectionConformance(open: OpenScene): void {
  test("one of the environment is not among those that were added, and keeps its name", async () => {
    await using scene = await open();
    expect(await scene.first.storedConnections()).toEqual([]);
    expect(await scene.first.saveConnection({ ...SHOP, name: "here" }, scene.now)).toBe(false);
    expect(await scene.second.removeConnection("here", scene.now)).toBe(false);
    expect(await scene.first.storedConnections()).toEqual([]);
  });

  test("what was added is read by any handle, and saved again under its id replaced", async () => {
    await using scene = await open();
    expect(await scene.first.saveConnection(SHOP, scene.now)).toBe(true);
    const added = only(await scene.second.storedConnections());
    expect(added).toEqual({ ...SHOP, key: added.key, createdAt: START, updatedAt: START, removedAt: null });
    scene.pass(SECOND);
    const changed = {
      ...SHOP,
      baseUrl: "https://other.example.com",
      sealed: { ...SEALED, userToken: "box-u" },
    };
    expect(await scene.second.saveConnection(changed, scene.now)).toBe(true);
    expect(only(await scene.first.storedConnections())).toEqual({
      ...added,
      ...changed,
      updatedAt: START + SECOND,
    });
  });

  test("a name that another row has is not taken over", async () => {
    await using scene = await open();
    await scene.first.saveConnection(SHOP, scene.now);
    expect(await scene.second.saveConnection({ ...SHOP, id: "another" }, scene.now)).toBe(false);
    expect(only(await scene.first.storedConnections())).toMatchObject({ id: SHOP.id });
  });

  test("one that is removed keeps its row and loses its secrets, once; saved again it is back under its key", async () => {
    await using scene = await open();
    await scene.first.saveConnection(SHOP, scene.now);
    const { key } = only(await scene.first.storedConnections());
    expect(await scene.second.removeConnection("shop", scene.now)).toBe(true);
    expect(await scene.first.removeConnection("shop", scene.now)).toBe(false);
    const nothing = { apiToken: null, userToken: null, webhookSecret: null, pathSecret: null };
    expect(only(await scene.first.storedConnections())).toMatchObject({
      key,
      sealed: nothing,
      removedAt: START,
    });
    expect(await scene.first.saveConnection(SHOP, scene.now)).toBe(true);
    expect(only(await scene.first.storedConnections())).toMatchObject({
      key,
      sealed: SEALED,
      removedAt: null,
    });
  });

  test("its open buffers are dropped some at a time, and nobody else's", async () => {
    await using scene = await open();
    for (const conversationId of [1, 2, 3])
      await scene.receive(message(conversationId, { facts: { conversationId } }));
    await scene.receive(message(4), { connection: scene.there });
    expect(await scene.second.cancelBuffersOf(scene.here, 2, scene.now)).toBe(2);
    expect(await scene.second.cancelBuffersOf(scene.here, 2, scene.now)).toBe(1);
    expect(await scene.first.cancelBuffersOf(scene.here, 2, scene.now)).toBe(0);
    const { data } = await scene.first.listBuffers({ limit: 10, cursor: null, state: "cancelled" });
    expect(data.map(({ connection, cancelReason }) => [connection, cancelReason])).toEqual(
      Array.from({ length: 3 }, () => ["here", "operator"]),
    );
    expect(must(await scene.first.openBuffers(0, 10))).toHaveLength(1);
  });
}
