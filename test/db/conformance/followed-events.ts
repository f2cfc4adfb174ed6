// Events as they are followed: onwards from one, by what is asked for, and how far was looked.
import { expect, test } from "bun:test";
import type { OpenScene, Scene } from "../scene.ts";

/** Makes events in a conversation: a buffer that is dropped. */
async function happen(scene: Scene, conversationId: number): Promise<void> {
  const { bufferId } = await scene.say(conversationId, { conversationId });
  await scene.first.cancelBuffer(bufferId, "operator", scene.now);
}

export function followedEventConformance(open: OpenScene): void {
  test("events come in order from after the last one seen, at most as many as asked for", async () => {
    await using scene = await open();
    for (const conversationId of [1, 2, 3]) await happen(scene, conversationId);
    const all = await scene.second.eventsAfter(0, {}, 100);
    const eventIds = all.events.map(({ id }) => Number(id));
    expect(eventIds.length).toBe(3);
    expect(eventIds).toEqual(eventIds.toSorted((one, other) => one - other));
    expect(await scene.second.eventSpan()).toEqual({
      firstId: eventIds[0] ?? 0,
      lastId: eventIds.at(-1) ?? 0,
    });
    const first = await scene.second.eventsAfter(0, {}, 2);
    expect(first).toEqual({ events: all.events.slice(0, 2), throughId: eventIds[1] ?? 0 });
    const rest = await scene.second.eventsAfter(first.throughId, {}, 100);
    expect(rest.events).toEqual(all.events.slice(2));
  });

  test("where none is of what is asked for, all was looked through all the same", async () => {
    await using scene = await open();
    await happen(scene, 1);
    await happen(scene, 2);
    const lastId = (await scene.second.eventSpan())?.lastId ?? 0;
    const none = await scene.second.eventsAfter(0, { name: "nothing" }, 100);
    expect(none).toEqual({ events: [], throughId: lastId });
    const one = await scene.second.eventsAfter(0, { conversationId: 2, name: "buffer.cancelled" }, 100);
    expect(one.events).toMatchObject([{ conversationId: 2, happenedAt: scene.now }]);
    expect((await scene.second.eventsAfter(0, { connection: "another" }, 100)).events).toEqual([]);
  });

  test("before anything happened there is nothing to span", async () => {
    await using scene = await open();
    expect(await scene.first.eventSpan()).toBeNull();
    expect(await scene.first.eventsAfter(7, {}, 10)).toEqual({ events: [], throughId: 7 });
  });
}
