// Messages to customers that answer nothing: whom they can go to, and that one request makes one of them.
import { expect, test } from "bun:test";
import type { NewNotification } from "../../../src/db/store-notifications.ts";
import { CONVERSATION, humanReply, message } from "../arrivals.ts";
import { addUser, map, NUMBER, OTHER_NUMBER, profile } from "../identified.ts";
import { LIMITS, must, type OpenScene, type Scene, SECOND } from "../scene.ts";

const REQUEST = { key: "token/order-7", hash: "digest" };
const OTHER = CONVERSATION + 1;

const notification = (scene: Scene, rest: Partial<NewNotification> = {}): NewNotification => ({
  connectionKey: scene.here,
  conversationId: CONVERSATION,
  text: "told",
  template: null,
  anchorMessageId: 10,
  isAnswer: false,
  request: null,
  ...rest,
});

/** Somebody writes from a number. */
const write = (scene: Scene, messageId: number, conversationId = CONVERSATION, phone = NUMBER) =>
  scene.receive(message(messageId, { facts: { conversationId, contactPhone: phone } }));

export function notificationConformance(open: OpenScene): void {
  test("a notification is a delivery without a turn, sent like any other and kept as lull's word", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(90);
    const template = JSON.stringify({ name: "shipped", language: "en" });
    const kept = await scene.first.addNotification(notification(scene, { template }), 0, scene.now);
    expect(kept).toEqual({ deliveryId: expect.any(String), isNew: true, requestHash: null });
    const claim = await scene.send(91);
    expect(claim).toMatchObject({ replyId: kept.deliveryId, kind: "notification", text: "told", template });
    expect(claim.isAnswer).toBe(false);
    expect(claim.silenceEndedAt).toBeNull();
    expect(await scene.deliveryRow(kept.deliveryId)).toMatchObject({
      state: "sent",
      kind: "notification",
      turnId: null,
    });
    const { jobKey } = await scene.turn(100);
    expect((await scene.first.turnMaterial(jobKey, 10)).history).toContainEqual({
      sender: "bot",
      content: "told",
      userId: null,
      messageId: 91,
    });
  });

  test("one that is an answer all the same is claimed as one", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(90);
    await scene.first.addNotification(notification(scene, { isAnswer: true }), 0, scene.now);
    expect(await scene.delivery()).toMatchObject({ kind: "notification", isAnswer: true });
  });

  test("one that failed can be tried again, and is alone in it", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.send(90);
    const { deliveryId } = await scene.first.addNotification(notification(scene), 0, scene.now);
    const claim = await scene.delivery();
    await scene.first.settleDelivery(claim, { to: "failed", reason: "http_422" }, scene.now);
    expect(await scene.first.retryDelivery(deliveryId, scene.now)).toBe(true);
    expect((await scene.delivery()).replyId).toBe(deliveryId);
  });

  test("a request makes one delivery as long as it is known, and another one after that", async () => {
    await using scene = await open();
    await scene.say(10);
    const asked = notification(scene, { request: REQUEST });
    const first = await scene.first.addNotification(asked, scene.now - SECOND, scene.now);
    const again = { deliveryId: first.deliveryId, isNew: false, requestHash: REQUEST.hash };
    const other = { ...asked, request: { ...REQUEST, hash: "another" } };
    expect(await scene.second.addNotification(other, scene.now - SECOND, scene.now)).toEqual(again);
    expect(await scene.second.notificationOf(REQUEST.key, scene.now - SECOND)).toEqual(again);
    expect(await scene.second.notificationOf("token/order-8", 0)).toBeNull();
    scene.pass(2 * SECOND);
    expect(await scene.second.notificationOf(REQUEST.key, scene.now - SECOND)).toBeNull();
    expect((await scene.first.addNotification(other, scene.now - SECOND, scene.now)).isNew).toBe(true);
  });

  test("a conversation tells what its rules and its anchor need; one that nobody wrote in is none", async () => {
    await using scene = await open();
    const facts = { inboxId: 12, channel: "Channel::Api", canReply: false, contactId: 71 };
    await scene.receive(message(10, { facts }));
    const saidAt = scene.now;
    scene.pass(LIMITS.silenceMs);
    await scene.close();
    await scene.receive(message(14, { facts: { contactId: 71, contactPhone: NUMBER } }));
    await scene.receive(humanReply(15));
    const { contactId, ...known } = facts;
    const sender = { contactId, phone: NUMBER, sourceId: null, identifier: null };
    const told = { connectionKey: scene.here, conversationId: CONVERSATION, ...known, sender };
    const lastMessageAt = saidAt + LIMITS.silenceMs;
    expect(await scene.second.conversationToNotify(scene.here, CONVERSATION)).toEqual({
      ...told,
      lastMessageAt,
      anchorMessageId: 15,
    });
    await scene.receive(humanReply(20, "first", { conversationId: OTHER }));
    expect(await scene.second.conversationToNotify(scene.here, OTHER)).toBeNull();
    expect(await scene.second.conversationToNotify(scene.there, CONVERSATION)).toBeNull();
  });

  test("a number's conversations are those it wrote in, the newest first, waiting or not, of one connection", async () => {
    await using scene = await open();
    await write(scene, 10);
    await scene.lull();
    scene.pass(SECOND);
    await write(scene, 11, OTHER);
    await write(scene, 12, OTHER + 1, OTHER_NUMBER);
    expect(await scene.second.conversationsOf(scene.here, [NUMBER], 10)).toEqual([OTHER, CONVERSATION]);
    expect(await scene.second.conversationsOf(scene.here, [NUMBER], 1)).toEqual([OTHER]);
    expect(await scene.second.conversationsOf(scene.there, [NUMBER], 10)).toEqual([]);
    expect(await scene.second.conversationsOf(scene.here, [], 10)).toEqual([]);
  });

  test("a user's own addresses are the proven ones that hold in the connection", async () => {
    await using scene = await open();
    const userId = await addUser(scene);
    await map(scene, userId, { key: "+551", connectionKey: scene.here });
    await map(scene, userId, { key: "+552", connectionKey: scene.there });
    await map(scene, userId, { key: "+553", isVerified: false });
    await map(scene, await addUser(scene), { key: "+555" });
    await profile(scene, userId, { key: "+554" });
    expect((await scene.second.provenKeysOf(userId, scene.here, 10)).toSorted()).toEqual(["+551", "+554"]);
  });

  test("what waits for a user who goes is cancelled, and no word of it or of what was sent is left", async () => {
    await using scene = await open();
    const userId = await addUser(scene);
    const turn = await scene.turn(10);
    await scene.first.markSender(turn.jobKey, { userId, layer: "profiles", isVerified: true });
    const add = () => scene.first.addNotification(notification(scene, { template: "{}" }), 0, scene.now);
    const { deliveryId: sent } = await add();
    await scene.send(90);
    const { deliveryId: underWay } = await add();
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    const { deliveryId: waiting } = await add();
    await scene.first.deleteUser(userId, scene.now);
    expect(await scene.deliveryRow(sent)).toMatchObject({ state: "sent" });
    expect(await scene.deliveryRow(waiting)).toMatchObject({ state: "cancelled", reason: "deleted" });
    const lookAt = { to: "unknown", reason: "timeout", dueAt: scene.now, looks: 0 } as const;
    expect(await scene.first.settleDelivery(claim, lookAt, scene.now)).toBe(true);
    expect(must(await scene.delivery())).toMatchObject({ replyId: underWay, text: "", template: null });
  });
}
