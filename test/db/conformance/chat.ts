// Messages of the chat API: kept before anything is known, marked, remembered by number, answered.
import { expect, test } from "bun:test";
import type { ChatMessageRow } from "../../../src/db/store-chat.ts";
import { ALL, NUMBER, OTHER_NUMBER, addUsers, ids, verified } from "../identified.ts";
import { message } from "../arrivals.ts";
import { type OpenScene, type Scene, must } from "../scene.ts";

const BY_LAYER = { layer: "profiles", isVerified: true } as const;
const NO_NUMBER = { phoneNumber: null, phoneKey: null, keyVersion: null };
const NOBODY = { userId: null, layer: null, isVerified: false };

export function chatConformance(open: OpenScene): void {
  test("a message is kept under a public id before anybody is known", async () => {
    await using scene = await open();
    const messageId = await keep(scene, "oi");
    expect(ids((await scene.second.unidentifiedMessages(0, ALL)).data)).toEqual([messageId]);
    expect(await keep(scene, "oi")).not.toBe(messageId);
  });

  test("history is what was said with the number before, in order, the message itself left out", async () => {
    await using scene = await open();
    const first = await keep(scene, "one");
    await scene.first.keepChatAnswer(first, "answer one", scene.now);
    const second = await keep(scene, "two");
    const third = await keep(scene, "three");
    await scene.first.keepChatAnswer(second, "answer two", scene.now);
    expect(await scene.second.chatHistory(third, 10)).toEqual([
      { sender: "user", content: "one" },
      { sender: "bot", content: "answer one" },
      { sender: "user", content: "two" },
    ]);
    expect(await history(scene, third, 2)).toEqual(["answer one", "two"]);
    expect(await history(scene, first)).toEqual([]);
    expect(await history(scene, third, 0)).toEqual([]);
    expect(await history(scene, "nothing")).toEqual([]);
  });

  test("history is of the same number in the same connection alone", async () => {
    await using scene = await open();
    await keep(scene, "here");
    await keep(scene, "there", { connectionKey: scene.there });
    await keep(scene, "other number", { phoneNumber: OTHER_NUMBER, phoneKey: OTHER_NUMBER });
    await keep(scene, "no number", NO_NUMBER);
    expect(await history(scene, await keep(scene, "last"))).toEqual(["here"]);
    expect(await history(scene, await keep(scene, "last", { connectionKey: scene.there }))).toEqual([
      "there",
    ]);
  });

  test("a message without a number has no history", async () => {
    await using scene = await open();
    await keep(scene, "first", NO_NUMBER);
    expect(await history(scene, await keep(scene, "last", NO_NUMBER))).toEqual([]);
  });

  test("what was said in Chatwoot under the same number is no history of the chat", async () => {
    await using scene = await open();
    await scene.receive(message(10, { facts: { contactPhone: NUMBER } }));
    await scene.lull();
    const last = await keep(scene, "last");
    expect(await scene.first.identityFigures(0)).toMatchObject({ customerMessages: 2 });
    expect(await history(scene, last)).toEqual([]);
  });

  test("a number that changed hands does not tell what its former owner said", async () => {
    await using scene = await open();
    const [ana = "", bia = ""] = await addUsers(scene, 2);
    const ofAna = await keep(scene, "of Ana");
    await scene.first.markChatSender(ofAna, { userId: ana, ...BY_LAYER });
    await scene.first.keepChatAnswer(ofAna, "to Ana", scene.now);
    const unknown = await keep(scene, "unknown");
    await scene.first.keepChatAnswer(unknown, "to unknown", scene.now);
    const last = await keep(scene, "last");
    expect(await history(scene, last)).toEqual(["unknown", "to unknown"]);
    await scene.first.markChatSender(last, { userId: bia, ...BY_LAYER });
    expect(await history(scene, last)).toEqual(["unknown", "to unknown"]);
    await scene.first.markChatSender(last, { userId: ana, ...BY_LAYER });
    expect(await history(scene, last)).toEqual(["of Ana", "to Ana", "unknown", "to unknown"]);
    await scene.first.markChatSender(last, NOBODY);
    expect(await history(scene, last)).toEqual(["unknown", "to unknown"]);
  });

  test("a marked message proves who is behind its number", async () => {
    await using scene = await open();
    const [ana = ""] = await addUsers(scene, 1);
    const messageId = await keep(scene, "oi");
    await scene.first.markChatSender(messageId, { userId: ana, ...BY_LAYER });
    expect(await named(scene)).toEqual([verified(ana)]);
    await scene.first.markChatSender(messageId, { userId: ana, layer: "profiles", isVerified: false });
    expect(await named(scene)).toEqual([{ userId: ana, isVerified: false }]);
    expect(await scene.first.identityFigures(0)).toMatchObject({ byLayer: { profiles: 1 } });
  });

  test("an answer proves nothing of who is behind the number, nor is it a customer's message", async () => {
    await using scene = await open();
    const [ana = ""] = await addUsers(scene, 1);
    const messageId = await keep(scene, "oi");
    await scene.first.markChatSender(messageId, { userId: ana, ...BY_LAYER });
    await scene.first.keepChatAnswer(messageId, "olá", scene.now);
    await scene.first.markChatSender(messageId, NOBODY);
    expect(await named(scene)).toEqual([]);
    expect(await scene.first.identityFigures(0)).toMatchObject({
      customerMessages: 1,
      identifiedMessages: 0,
    });
  });

  test("an answer has a public id of its own, and goes with its question when that is erased", async () => {
    await using scene = await open();
    const messageId = await keep(scene, "oi");
    const answerId = await scene.second.keepChatAnswer(messageId, "olá", scene.now);
    expect(answerId).not.toBe(messageId);
    expect(await history(scene, answerId)).toEqual(["oi"]);
    const orphanId = await scene.first.keepChatAnswer("erased", "not kept", scene.now);
    expect(await history(scene, orphanId)).toEqual([]);
    expect(await history(scene, await keep(scene, "e agora?"))).toEqual(["oi", "olá"]);
  });
}

function keep(scene: Scene, text: string, rest: Partial<ChatMessageRow> = {}): Promise<string> {
  const number = { phoneNumber: NUMBER, phoneKey: NUMBER, keyVersion: "1/test" };
  return scene.first.keepChatMessage(
    { connectionKey: scene.here, source: "whatsapp", text, ...number, ...rest },
    scene.now,
  );
}

async function history(scene: Scene, messageId: string, limit = 10): Promise<string[]> {
  return (await scene.second.chatHistory(messageId, limit)).map(({ content }) => content);
}

async function named(scene: Scene) {
  return must(await scene.second.findings(scene.here, [NUMBER])).customer_conversations;
}
