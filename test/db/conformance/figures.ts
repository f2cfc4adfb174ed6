// How well customers are known and users are served: counted from a moment on, listed without texts and numbers.
import { expect, test } from "bun:test";
import { FAILURE, credential, letThrough, settlement } from "../calls.ts";
import { ALL, NUMBER, addUser, addUsers, said } from "../identified.ts";
import { type OpenScene, SECOND, type Scene, must } from "../scene.ts";

const PAGE = { ...ALL, limit: 2 };

export function figureConformance(open: OpenScene): void {
  test("of nothing there are no figures", async () => {
    await using scene = await open();
    expect(await scene.first.identityFigures(0)).toEqual({
      customerMessages: 0,
      identifiedMessages: 0,
      byLayer: {},
      users: 0,
      usersWithKey: 0,
      callsBySource: {},
    });
  });

  test("customers' messages are counted by the layer that named their user", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await said(scene, ana, { layer: "whatsapp_user_mapping" });
    const since = (scene.now += SECOND);
    await said(scene, ana, { layer: "whatsapp_user_mapping" });
    await said(scene, ana, { layer: "profiles", isVerified: false });
    const answered = await said(scene, ana, { layer: "profiles" });
    await scene.first.keepChatAnswer(answered, "answer", scene.now);
    await anonymous(scene);
    await scene.answered([10]);
    await scene.send(11);
    expect(await scene.second.identityFigures(since)).toMatchObject({
      customerMessages: 5,
      identifiedMessages: 3,
      byLayer: { whatsapp_user_mapping: 1, profiles: 2 },
    });
  });

  test("a message with a user but no layer is counted apart", async () => {
    await using scene = await open();
    const messageId = await anonymous(scene);
    const sender = { userId: await addUser(scene), layer: null, isVerified: false };
    await scene.first.markChatSender(messageId, sender);
    expect(await scene.second.identityFigures(0)).toMatchObject({
      identifiedMessages: 1,
      byLayer: { unknown: 1 },
    });
  });

  test("users are counted, and those who have a key, however many keys that is", async () => {
    await using scene = await open();
    const [ana = "", bia = ""] = await addUsers(scene, 3);
    for (const [id, userId] of [
      ["one", ana],
      ["two", ana],
      ["three", bia],
      ["four", null],
    ] as const)
      await scene.first.addCredential(credential(id, userId), scene.now);
    expect(await scene.second.identityFigures(scene.now + SECOND)).toMatchObject({
      users: 3,
      usersWithKey: 2,
    });
  });

  test("calls that answered are counted by whose key it was", async () => {
    await using scene = await open();
    const answer = async (credentialSource: "user" | "owner" | "system", told = settlement()) =>
      scene.first.settleUsage(await letThrough(scene, null, { credentialSource }), told, scene.now);
    await answer("system");
    const since = (scene.now += SECOND);
    await answer("user");
    await answer("user");
    await answer("owner");
    await answer("owner", FAILURE);
    await letThrough(scene, null, { credentialSource: "system" });
    const { callsBySource } = await scene.second.identityFigures(since);
    expect(callsBySource).toEqual({ user: 2, owner: 1 });
  });

  test("unidentified messages are listed newest first, page by page, without text or number", async () => {
    await using scene = await open();
    await anonymous(scene);
    const since = (scene.now += SECOND);
    const chatted = await anonymous(scene);
    await said(scene, await addUser(scene));
    await scene.first.keepChatAnswer(chatted, "answer", scene.now);
    await scene.say(10, { conversationId: 7 });
    const saidAt = scene.now;
    await scene.lull();
    const newest = await anonymous(scene, scene.there);
    const first = await scene.second.unidentifiedMessages(since, PAGE);
    const second = await scene.first.unidentifiedMessages(since, { ...PAGE, cursor: first.nextCursor });
    expect([...first.data, ...second.data]).toEqual([
      { id: newest, connection: "there", conversationId: null, createdAt: scene.now },
      { id: "10", connection: "here", conversationId: 7, createdAt: saidAt },
      { id: chatted, connection: "here", conversationId: null, createdAt: since },
    ]);
    expect([first.data.length, second.nextCursor]).toEqual([2, null]);
  });

  test("users without a key are listed, page by page, however many with one came after", async () => {
    await using scene = await open();
    const names = ["Ana", "Bia", "Eva", "Zoe"];
    const [ana = "", bia = "", eva = "", zoe = ""] = await Promise.all(
      names.map((name) => addUser(scene, null, name)),
    );
    for (const [id, userId] of [
      ["one", zoe],
      ["two", zoe],
      ["three", null],
    ] as const)
      await scene.first.addCredential(credential(id, userId), scene.now);
    const first = await scene.second.usersWithoutKey(PAGE);
    expect(first.data).toEqual([
      { id: eva, name: "Eva" },
      { id: bia, name: "Bia" },
    ]);
    const second = await scene.second.usersWithoutKey({ ...PAGE, cursor: must(first.nextCursor) });
    expect(second).toEqual({ data: [{ id: ana, name: "Ana" }], nextCursor: null });
  });
}

/** A message of somebody whom nobody knows. */
function anonymous(scene: Scene, connectionKey = scene.here): Promise<string> {
  const number = { phoneNumber: NUMBER, phoneKey: NUMBER, keyVersion: "1/test" };
  return scene.first.keepChatMessage({ connectionKey, source: "whatsapp", text: "oi", ...number }, scene.now);
}
