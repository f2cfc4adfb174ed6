// Replies on their way: parts in order, one claim at a time, every settlement.
import { expect, test } from "bun:test";
import type { DeliverySettlement } from "../../../src/db/store-deliveries.ts";
import { LEASE_MS, ME, OTHER, type OpenScene, SECOND, type Scene, must, only } from "../scene.ts";

export function deliveryConformance(open: OpenScene): void {
  test("a claim tells what to send where", async () => {
    await using scene = await open();
    const [replyId] = await scene.answered([10]);
    const createdAt = scene.now;
    scene.pass(SECOND);
    expect(await scene.delivery()).toEqual({
      deliveryKey: expect.any(Number),
      replyId: must(replyId),
      claim: 1,
      state: "intent",
      connectionKey: scene.here,
      conversationId: 458,
      kind: "reply",
      isAnswer: true,
      part: 0,
      text: "answer",
      template: null,
      pauseMs: 0,
      anchorMessageId: 10,
      sends: 0,
      looks: 0,
      unknownSince: null,
      createdAt,
      silenceEndedAt: createdAt,
    });
  });

  test("parts go out in order, each after the one before it is settled", async () => {
    await using scene = await open();
    await scene.answered([10], ["one", "two", "three"]);
    const texts: string[] = [];
    for (const messageId of [90, 91, 92]) {
      const { text } = await scene.send(messageId);
      texts.push(text);
    }
    expect(texts).toEqual(["one", "two", "three"]);
    expect(await scene.deliveries()).toEqual([]);
  });

  test("two handles never claim the same delivery, nor a part behind one that is claimed", async () => {
    await using scene = await open();
    await scene.answered([10], ["one", "two"]);
    const races = [scene.deliveries(ME, scene.first), scene.deliveries(OTHER, scene.second)];
    expect((await Promise.all(races)).flat()).toHaveLength(1);
  });

  test("equal conversations of two connections are sent side by side", async () => {
    await using scene = await open();
    await scene.say(10);
    await scene.say(10, { connection: scene.there });
    scene.pass(60 * SECOND);
    await scene.close();
    for (const claim of await scene.claims()) await scene.reply(claim);
    const deliveries = await scene.deliveries();
    const connections = deliveries.map((delivery) => delivery.connectionKey);
    expect(connections).toHaveLength(2);
    expect(new Set(connections)).toEqual(new Set([scene.here, scene.there]));
  });

  test("no more are claimed than asked for", async () => {
    await using scene = await open();
    for (const conversationId of [1, 2]) await scene.say(conversationId, { conversationId });
    scene.pass(60 * SECOND);
    await scene.close();
    for (const claim of await scene.claims()) await scene.reply(claim);
    expect(await scene.first.claimDeliveries(1, ME, scene.now + LEASE_MS, scene.now)).toHaveLength(1);
    expect(await scene.deliveries(OTHER, scene.second)).toHaveLength(1);
  });

  test("a reply that went out answers its messages and is history", async () => {
    await using scene = await open();
    const turn = await scene.turn(10, 11);
    await scene.reply(turn);
    const { replyId } = await scene.send(90);
    expect(await scene.deliveryRow(replyId)).toMatchObject({
      state: "sent",
      messageId: 90,
      sends: 1,
      settledAt: scene.now,
    });
    expect(await scene.outcomes(turn.bufferId)).toEqual([
      [10, "answered", null, replyId],
      [11, "answered", null, replyId],
    ]);
    expect(await scene.turnRow(turn.jobId)).toMatchObject({ outcome: "answered", reason: null });
  });

  test("the first part answers the messages, later parts add nothing to that", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two"]);
    const { replyId } = await scene.send(90);
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, replyId]]);
    await scene.send(91);
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, replyId]]);
  });

  test.each<[string, DeliverySettlement, Record<string, string>]>([
    ["failed", { to: "failed", reason: "refused" }, { outcome: "failed", reason: "refused" }],
    [
      "cancelled",
      { to: "cancelled", reason: "human_active" },
      { outcome: "silenced", reason: "human_active" },
    ],
  ])("a reply that is %s takes its other parts along and tells turn and messages", async (state, to, end) => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two", "three"]);
    expect(await scene.first.settleDelivery(await scene.delivery(), to, scene.now)).toBe(true);
    const { deliveries } = must(await scene.second.turn(turn.jobId));
    const { reason = "" } = end;
    expect(deliveries.map((part) => [part["state"], part["reason"]])).toEqual(Array(3).fill([state, reason]));
    expect(await scene.turnRow(turn.jobId)).toMatchObject({ state: "completed", ...end });
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, end["outcome"], reason, null]]);
    expect(await scene.deliveries()).toEqual([]);
  });

  test("a later part that fails takes the rest along and leaves the messages answered", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.reply(turn, ["one", "two", "three"]);
    const { replyId } = await scene.send(90);
    const second = await scene.delivery();
    await scene.first.settleDelivery(second, { to: "failed", reason: "refused" }, scene.now);
    const { deliveries } = must(await scene.second.turn(turn.jobId));
    expect(deliveries.map((part) => part["state"])).toEqual(["sent", "failed", "failed"]);
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "answered", null, replyId]]);
  });

  test("an unknown reply is looked at again when it is due and remembers since when", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const sent = await scene.delivery();
    expect(await scene.first.beginSend(sent)).toBe(true);
    const since = scene.now;
    await settleUnknown(scene, sent, 0);
    expect(await scene.second.nextDeliveryAt(scene.now)).toBe(since + 10 * SECOND);
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(10 * SECOND);
    const looked = await scene.delivery(OTHER, scene.second);
    expect(looked).toMatchObject({ state: "unknown", sends: 1, looks: 0, unknownSince: since, claim: 2 });
    await settleUnknown(scene, looked, 1);
    scene.pass(10 * SECOND);
    expect(await scene.delivery()).toMatchObject({ state: "unknown", looks: 1, unknownSince: since });
  });

  test("a reply that is put back waits until it is due and is as good as new", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    await settleUnknown(scene, claim, 0);
    scene.pass(10 * SECOND);
    const back = { to: "intent", reason: "not_found", dueAt: scene.now + SECOND } as const;
    expect(await scene.first.settleDelivery(await scene.delivery(), back, scene.now)).toBe(true);
    expect(await scene.deliveries()).toEqual([]);
    expect(await scene.first.nextDeliveryAt(scene.now)).toBe(scene.now + SECOND);
    scene.pass(SECOND);
    const again = await scene.delivery();
    expect(again).toMatchObject({ state: "intent", sends: 1, looks: 0, unknownSince: null });
    await scene.first.beginSend(again);
    expect(await scene.deliveryRow(again.replyId)).toMatchObject({ state: "sending", sends: 2 });
  });

  test("the next due moment is that of an unclaimed delivery that is not due yet", async () => {
    await using scene = await open();
    expect(await scene.first.nextDeliveryAt(scene.now)).toBeNull();
    await scene.answered([10]);
    expect(await scene.first.nextDeliveryAt(scene.now)).toBeNull();
    expect(await scene.first.nextDeliveryAt(scene.now - 1)).toBe(scene.now);
    only(await scene.deliveries());
    expect(await scene.first.nextDeliveryAt(scene.now - 1)).toBeNull();
  });
}

function settleUnknown(scene: Scene, claim: Awaited<ReturnType<Scene["delivery"]>>, looks: number) {
  const dueAt = scene.now + 10 * SECOND;
  return scene.first.settleDelivery(claim, { to: "unknown", reason: "timeout", dueAt, looks }, scene.now);
}
