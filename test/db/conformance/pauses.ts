// Parts of a reply with pauses between them: when each is due, and what stops one.
import { expect, test } from "bun:test";
import { answerKeyOf } from "../../../src/turn/answer-key.ts";
import type { DeliveryClaim } from "../../../src/db/store-deliveries.ts";
import { deletion } from "../arrivals.ts";
import { type OpenScene, type Scene, SECOND } from "../scene.ts";

const PAUSES_MS = [0, 2 * SECOND, 3 * SECOND];

/** A turn is answered in three parts, of which the first is sent. */
async function firstPartSent(open: OpenScene, pausesMs: number[] = PAUSES_MS): Promise<Scene> {
  const scene = await open();
  const claim = await scene.turn(10);
  const { messages } = await scene.first.turnMaterial(claim.jobKey, 0);
  const reply = { kind: "reply", parts: ["a", "b", "c"], answerKey: answerKeyOf(messages) } as const;
  await scene.first.endTurn(claim, { ...reply, pausesMs }, scene.endRules(), scene.now);
  await scene.send(500);
  return scene;
}

async function isStopped(scene: Scene, claim: DeliveryClaim): Promise<boolean> {
  return (await scene.second.deliveryNews(claim, 2)).isStopped;
}

export function pauseConformance(open: OpenScene): void {
  test("a part is due its pause after the one before it was sent, however long that one took", async () => {
    await using scene = await firstPartSent(open);
    expect(await scene.first.nextDeliveryAt(scene.now)).toBe(scene.now + 2 * SECOND);
    scene.pass(2 * SECOND - 1);
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(1);
    const second = await scene.delivery();
    expect(second).toMatchObject({ part: 1, pauseMs: 2 * SECOND });
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(20 * SECOND);
    await scene.first.beginSend(second);
    await scene.first.settleDelivery(second, { to: "sent", messageId: 501 }, scene.now);
    expect(await scene.deliveries()).toEqual([]);
    expect(await scene.first.nextDeliveryAt(scene.now)).toBe(scene.now + 3 * SECOND);
  });

  test("a part without a pause is due at once", async () => {
    await using scene = await firstPartSent(open, []);
    expect(await scene.delivery()).toMatchObject({ part: 1, pauseMs: 0 });
  });

  test("a part with a pause is stopped by what the customer writes, buffered or closed, until that is deleted", async () => {
    await using scene = await firstPartSent(open);
    scene.pass(2 * SECOND);
    const second = await scene.delivery();
    expect(await isStopped(scene, second)).toBe(false);
    await scene.say(11);
    expect(await isStopped(scene, second)).toBe(true);
    await scene.lull();
    expect(await isStopped(scene, second)).toBe(true);
    await using other = await firstPartSent(open);
    await other.say(11);
    await other.receive(deletion(11));
    other.pass(2 * SECOND);
    expect(await isStopped(other, await other.delivery())).toBe(false);
  });

  test("a part without a pause is not stopped, nor may either go back into the batch", async () => {
    for (const pausesMs of [[], PAUSES_MS]) {
      await using scene = await firstPartSent(open, pausesMs);
      await scene.say(11);
      scene.pass(2 * SECOND);
      const second = await scene.delivery();
      expect(await scene.second.deliveryNews(second, 2)).toMatchObject({
        isStopped: pausesMs.length > 0,
        mayRebatch: false,
      });
      expect(await scene.first.rebatch(second, scene.endRules(), scene.now)).toBeNull();
    }
  });

  test("a part that is stopped takes the rest with it and leaves the turn answered", async () => {
    await using scene = await firstPartSent(open);
    scene.pass(2 * SECOND);
    const second = await scene.delivery();
    await scene.first.settleDelivery(second, { to: "cancelled", reason: "superseded" }, scene.now);
    expect((await scene.first.counts()).deliveries).toEqual({ sent: 1, cancelled: 2 });
    const { data } = await scene.second.listTurns({ limit: 1, cursor: null, state: null });
    expect(data[0]).toMatchObject({ outcome: "answered", reason: null });
    expect((await scene.first.counts()).messages).toEqual({ answered: 1 });
  });
}
