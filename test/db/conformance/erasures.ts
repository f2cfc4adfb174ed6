// Erasures and their receipts, as the store keeps them: whose rows go, what waits, and when it is over.
import { expect, test } from "bun:test";
import type { Person } from "../../../src/db/store-erasures.ts";
import { CONVERSATION, message } from "../arrivals.ts";
import { addUser, NUMBER } from "../identified.ts";
import { must, only, type OpenScene, type Scene } from "../scene.ts";

const ANA = 71;
const FACTS = { contactId: ANA, contactPhone: NUMBER, contactName: "Ana" };
const OTHER = CONVERSATION + 1;

const contact = (scene: Scene): Person => ({ kind: "contact", connectionKey: scene.here, contactId: ANA });
const anaWrites = (scene: Scene, messageId: number) => scene.receive(message(messageId, { facts: FACTS }));

async function erase(scene: Scene, person: Person) {
  const id = must(await scene.first.erase(person, scene.now));
  return { id, running: only(await scene.first.runningErasures()) };
}

export function erasureConformance(open: OpenScene): void {
  test("a contact's rows go, another's stay", async () => {
    await using scene = await open();
    await anaWrites(scene, 10);
    await scene.receive(message(11, { facts: { conversationId: OTHER, contactId: 72, contactName: "Bia" } }));
    const kinds = scene.first.personalKinds(contact(scene));
    const rowsOf = async (person: Person) =>
      (await Promise.all(kinds.map((kind) => scene.first.personalRows(person, kind, -1, 10)))).flat();
    expect(JSON.stringify(await rowsOf(contact(scene)))).toContain("message 10");
    const { running } = await erase(scene, contact(scene));
    expect(running.person).toEqual(contact(scene));
    expect(await scene.second.continueErasure(running, scene.now)).toBe(true);
    expect(JSON.stringify(await rowsOf(contact(scene)))).not.toContain("message 10");
    const other = { ...contact(scene), contactId: 72 } as Person;
    expect(JSON.stringify(await rowsOf(other))).toContain("message 11");
  });

  test("a receipt counts what went, and is done when it is finished", async () => {
    await using scene = await open();
    await anaWrites(scene, 10);
    const { id, running } = await erase(scene, contact(scene));
    expect(await scene.first.erasure(id)).toMatchObject({
      kind: "contact",
      connection: "here",
      subjectId: "71",
      state: "running",
      doneAt: null,
    });
    await scene.first.finishErasure(running, scene.now + 5);
    const receipt = must(await scene.second.erasure(id));
    expect(receipt).toMatchObject({ state: "done", doneAt: scene.now + 5 });
    expect(JSON.parse(String(receipt["counts"]))).toMatchObject({
      conversations: 1,
      messages: 1,
      objects: 0,
    });
    expect(await scene.first.runningErasures()).toEqual([]);
    await scene.first.finishErasure(running, scene.now + 9);
    expect(await scene.first.erasure(id)).toMatchObject({ doneAt: scene.now + 5 });
  });

  test("it waits for a turn that is under way, and takes out what that wrote", async () => {
    await using scene = await open();
    await anaWrites(scene, 10);
    const turn = await scene.turn();
    const { running } = await erase(scene, contact(scene));
    expect(await scene.first.continueErasure(running, scene.now)).toBe(false);
    await scene.first.keepAnswer(turn, "key", '{"content":"to Ana"}');
    await scene.reply(turn);
    expect(await scene.first.continueErasure(running, scene.now)).toBe(true);
    const turns = await scene.first.personalRows(contact(scene), "turns", -1, 10);
    expect(turns).toMatchObject([{ answer: null, status: "completed", reason: "deleted" }]);
  });

  test("what waits to be sent is cancelled; what is being sent is settled first", async () => {
    await using scene = await open();
    await anaWrites(scene, 10);
    await scene.reply(await scene.turn(), ["one", "two"]);
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    const { running } = await erase(scene, contact(scene));
    expect(await scene.first.continueErasure(running, scene.now)).toBe(false);
    await scene.first.settleDelivery(claim, { to: "sent", messageId: 90 }, scene.now);
    expect(await scene.first.continueErasure(running, scene.now)).toBe(true);
    expect(await scene.first.personalRows(contact(scene), "history", -1, 10)).toEqual([]);
    expect(await scene.first.personalRows(contact(scene), "deliveries", -1, 10)).toEqual([]);
  });

  test("a user is erased once; whom nobody knows is not", async () => {
    await using scene = await open();
    const userId = await addUser(scene);
    const user: Person = { kind: "user", userId };
    await erase(scene, user);
    expect(await scene.first.erase(user, scene.now)).toBeNull();
    expect(await scene.first.erase({ ...contact(scene), contactId: 9 } as Person, scene.now)).toBeNull();
    expect(await scene.first.listErasures({ limit: 5, cursor: null, state: "done" })).toMatchObject({
      data: [],
    });
    expect(await scene.first.listErasures({ limit: 5, cursor: null, state: "running" })).toMatchObject({
      data: [{ kind: "user", subjectId: userId, connection: null }],
    });
  });
}
