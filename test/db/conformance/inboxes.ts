// How lull behaves in an inbox: saved whole, read whole, one row an inbox.
import { expect, test } from "bun:test";
import { message } from "../arrivals.ts";
import { type OpenScene, SECOND, START, only } from "../scene.ts";

export function inboxConformance(open: OpenScene): void {
  test("an inbox that was never saved has no row", async () => {
    await using scene = await open();
    expect(await scene.first.inboxes()).toEqual([]);
  });

  test("what is saved is read by any handle, and saving again replaces it under the same id", async () => {
    await using scene = await open();
    const first = await scene.first.saveInbox(scene.here, 7, { mode: "watch", urgencyMin: 9 }, scene.now);
    expect(first).toMatchObject({ connectionKey: scene.here, inboxId: 7, createdAt: START });
    scene.pass(SECOND);
    const second = await scene.second.saveInbox(scene.here, 7, { mode: "off" }, scene.now);
    expect(second).toEqual({ ...first, settings: { mode: "off" }, updatedAt: START + SECOND });
    expect(only(await scene.first.inboxes())).toEqual(second);
  });

  test("inboxes of two connections with one number are two", async () => {
    await using scene = await open();
    await scene.first.saveInbox(scene.here, 7, { mode: "off" }, scene.now);
    await scene.first.saveInbox(scene.there, 7, { mode: "watch" }, scene.now);
    const rows = await scene.second.inboxes();
    expect(rows.map(({ connectionKey, settings }) => [connectionKey, settings.mode])).toEqual([
      [scene.here, "off"],
      [scene.there, "watch"],
    ]);
  });

  test("an inbox is seen once it was saved or a conversation came in by it, and once only", async () => {
    await using scene = await open();
    await scene.first.saveInbox(scene.there, 3, { mode: "off" }, scene.now);
    await scene.first.saveInbox(scene.here, 7, { mode: "off" }, scene.now);
    const inboxes = [7, 9, 9, null];
    for (const [index, inboxId] of inboxes.entries())
      await scene.receive(message(index + 1, { facts: { inboxId, conversationId: index + 1 } }));
    expect(await scene.second.seenInboxes()).toEqual([
      { connectionKey: scene.here, inboxId: 7 },
      { connectionKey: scene.here, inboxId: 9 },
      { connectionKey: scene.there, inboxId: 3 },
    ]);
  });
}
