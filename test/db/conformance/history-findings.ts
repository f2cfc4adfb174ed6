// Whom history names: what was said by somebody known lets them be known again, until the number is theirs no more.
import { expect, test } from "bun:test";
import { message } from "../arrivals.ts";
import {
  NUMBER,
  OTHER_NUMBER,
  addUser,
  configure,
  map,
  meet,
  named,
  numberOf,
  profile,
  said,
  verified,
} from "../identified.ts";
import type { OpenScene, Scene } from "../scene.ts";

export function historyFindingConformance(open: OpenScene): void {
  test("history names users in the connection that it was said in alone", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await said(scene, ana, { connection: scene.there });
    expect(await history(scene)).toEqual([]);
    expect(await named(scene, "customer_conversations", [NUMBER], scene.there)).toEqual([verified(ana)]);
  });

  test.each([
    ["whatsapp_user_mapping", true],
    ["user_whatsapp_config", true],
    ["profiles", true],
    ["meeting_notes", true],
    ["customer_conversations", false],
  ] as const)("what was known by %s names a user again: %p", async (layer, isNamed) => {
    await using scene = await open();
    const ana = await addUser(scene);
    await said(scene, ana, { layer });
    expect(await history(scene)).toEqual(isNamed ? [verified(ana)] : []);
  });

  test("history is proven once any of it was, and proven users stand first", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    for (const isVerified of [false, true, false]) await said(scene, bia, { isVerified });
    await said(scene, ana, { isVerified: false });
    expect(await history(scene)).toEqual([verified(bia), { userId: ana, isVerified: false }]);
  });

  test("a user who was proven under one form of an address is proven under all of it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await said(scene, ana, { isVerified: true });
    await said(scene, ana, { key: OTHER_NUMBER, isVerified: false });
    for (const keys of [
      [NUMBER, OTHER_NUMBER],
      [OTHER_NUMBER, NUMBER],
    ]) {
      expect(await named(scene, "customer_conversations", keys)).toEqual([verified(ana)]);
    }
  });

  test("proof in another connection proves nothing here", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await said(scene, ana, { isVerified: false });
    await said(scene, ana, { connection: scene.there });
    expect(await history(scene)).toEqual([{ userId: ana, isVerified: false }]);
  });

  test("a turn's sender becomes history that identifies", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const turn = await turnFrom(scene, NUMBER);
    expect(await history(scene)).toEqual([]);
    await scene.first.markSender(turn, { userId: ana, layer: "profiles", isVerified: true });
    expect(await history(scene)).toEqual([verified(ana)]);
    await scene.second.markSender(turn, { userId: null, layer: null, isVerified: false });
    expect(await history(scene)).toEqual([]);
  });

  test.each<[string, (scene: Scene, userId: string) => Promise<() => Promise<unknown>>]>([
    [
      "a mapping is taken away",
      async (scene, userId) => {
        const id = await map(scene, userId);
        return () => scene.first.removeMapping(userId, id);
      },
    ],
    [
      "a line is taken away",
      async (scene, userId) => {
        const id = await configure(scene, userId);
        return () => scene.first.removeLineConfig(userId, id);
      },
    ],
    ["a line gets another number", withLine({ number: numberOf(OTHER_NUMBER) })],
    ["a line loses its number", withLine({ number: null, phoneNumberId: "meta-1" })],
    ["a line is switched off", withLine({ isActive: false })],
    ["a line is not confirmed any more", withLine({ isVerified: false })],
    ["a profile gets another number", withProfile({ number: numberOf(OTHER_NUMBER) })],
    ["a profile loses its number", withProfile({ number: null })],
    ["a profile's number is not proven any more", withProfile({ isVerified: false })],
    [
      "a meeting note is taken away",
      async (scene, userId) => {
        const id = await meet(scene, userId);
        return () => scene.first.removeMeetingNote(userId, id);
      },
    ],
  ])("what a user said names them no more, from whatever number, when %s", async (_what, put) => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const takeAway = await put(scene, ana);
    for (const connection of [scene.here, scene.there]) await said(scene, ana, { connection });
    await said(scene, ana, { key: "+5511900000000" });
    await said(scene, bia);
    await takeAway();
    expect(await history(scene)).toEqual([verified(bia)]);
    expect(await named(scene, "customer_conversations", [NUMBER], scene.there)).toEqual([]);
    expect(await named(scene, "customer_conversations", ["+5511900000000"])).toEqual([]);
  });

  test("history stays when a line or a profile changes in what has nothing to do with its number", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const id = await configure(scene, ana);
    await profile(scene, ana);
    await said(scene, ana);
    await scene.first.changeLineConfig(ana, id, { phoneNumberId: "meta-1" }, scene.now);
    await profile(scene, ana, { fullName: "Ana Lima" });
    expect(await history(scene)).toEqual([verified(ana)]);
  });

  test("digits kept as they stand take the history of their number along", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const id = await map(scene, ana, { key: `exact:${NUMBER.slice(1)}` });
    await said(scene, ana);
    await scene.first.removeMapping(ana, id);
    expect(await history(scene)).toEqual([]);
  });
}

function history(scene: Scene) {
  return named(scene, "customer_conversations");
}

async function turnFrom(scene: Scene, phone: string): Promise<number> {
  await scene.receive(message(10, { facts: { contactPhone: phone } }));
  return (await scene.turn()).jobKey;
}

type Put = (scene: Scene, userId: string) => Promise<() => Promise<unknown>>;

function withLine(change: Parameters<Scene["first"]["changeLineConfig"]>[2]): Put {
  return async (scene, userId) => {
    const id = await configure(scene, userId);
    return () => scene.first.changeLineConfig(userId, id, change, scene.now);
  };
}

function withProfile(change: Parameters<typeof profile>[2]): Put {
  return async (scene, userId) => {
    await profile(scene, userId);
    return () => profile(scene, userId, change);
  };
}
