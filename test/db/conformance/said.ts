// What was said and is not archived yet: lines of customers, of lull, of people and of the chat API, each once, in order.
import { expect, test } from "bun:test";
import type { Attachment } from "../../../src/chatwoot/arrival.ts";
import { CONVERSATION, deletion, humanReply, message } from "../arrivals.ts";
import { NUMBER, addUser } from "../identified.ts";
import { chatLine, unarchived } from "../kept.ts";
import { type OpenScene, type Scene, must, only } from "../scene.ts";

const CONTACT = {
  contactId: 5,
  contactPhone: NUMBER,
  contactSourceId: "5511987654321",
  contactIdentifier: "5511987654321@s.whatsapp.net",
};
const CUSTOMER = {
  contactId: 5,
  phone: NUMBER,
  sourceId: "5511987654321",
  identifier: "5511987654321@s.whatsapp.net",
};
const VOICE: Attachment = {
  id: 7,
  kind: "audio",
  url: "http://chatwoot.test/voice.ogg",
  contentType: "audio/ogg",
  sizeBytes: 10,
  title: "voice.ogg",
  transcript: "quero dois",
};

export function saidConformance(open: OpenScene): void {
  test("a message stands there once its buffer is closed, with its sender and what it brought along", async () => {
    await using scene = await open();
    await scene.receive(
      message(10, { facts: CONTACT, messageKind: "audio", content: "oi", attachments: [VOICE] }),
    );
    const saidAt = scene.now;
    expect(await unarchived(scene)).toEqual([]);
    await scene.lull();
    expect(only(await unarchived(scene))).toEqual({
      key: expect.any(Number),
      connectionKey: scene.here,
      connectionName: "here",
      conversationId: CONVERSATION,
      placeId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      messageId: 10,
      replyId: null,
      writer: "user",
      source: "whatsapp",
      content: "oi\nquero dois",
      kind: "audio",
      attachments: [VOICE],
      saidAt,
      customer: CUSTOMER,
    });
  });

  test("a reply of lull's and one of a person's are the customer's, too", async () => {
    await using scene = await open();
    await scene.receive(message(10, { facts: CONTACT }));
    await scene.lull();
    await scene.reply(await scene.claim());
    const { replyId } = await scene.send(90);
    await scene.receive(humanReply(91, "Sou eu, a Ana."));
    const [asked, answered, said] = await unarchived(scene);
    const placeId = must(asked).placeId;
    const bot = { writer: "bot", content: "answer", messageId: 90, replyId, kind: null, attachments: [] };
    expect(answered).toMatchObject({ ...bot, placeId, customer: CUSTOMER });
    const human = { writer: "human", content: "Sou eu, a Ana.", messageId: 91, replyId: null };
    expect(said).toMatchObject({ ...human, placeId, customer: CUSTOMER });
  });

  test("a person's reply where the customer wrote nothing yet is the contact's, as far as it is known", async () => {
    await using scene = await open();
    await scene.receive(humanReply(91, "Bom dia!", { contactId: 5 }));
    expect(only(await unarchived(scene))).toMatchObject({
      writer: "human",
      customer: { contactId: 5, phone: null, sourceId: null, identifier: null },
    });
  });

  test("a line of the chat API stands under its own id, and its answer beside it", async () => {
    await using scene = await open();
    const asked = await chatLine(scene, "quanto custa?");
    expect(asked).toMatchObject({
      conversationId: null,
      messageId: null,
      writer: "user",
      source: "api",
      content: "quanto custa?",
      kind: null,
      attachments: [],
      customer: { contactId: null, phone: NUMBER, sourceId: null, identifier: null },
    });
    const answerId = await scene.first.keepChatAnswer(asked.placeId, "dez", scene.now);
    const [, answered] = await unarchived(scene);
    expect(answered).toMatchObject({
      writer: "bot",
      content: "dez",
      placeId: answerId,
      customer: asked.customer,
    });
  });

  test("messages with one id in two connections are two, each with what it brought along", async () => {
    await using scene = await open();
    await scene.receive(message(10, { facts: CONTACT, attachments: [VOICE] }));
    await scene.receive(message(10, { facts: { contactId: 6 } }), { connection: scene.there });
    scene.pass(30_000);
    await scene.close();
    const lines = (await unarchived(scene)).map(({ connectionName, attachments, customer }) => [
      connectionName,
      [attachments.length, customer.contactId],
    ]);
    expect(Object.fromEntries(lines)).toEqual({ here: [1, 5], there: [0, 6] });
  });

  test("lines come in order, as many as are asked for, from where the archive is", async () => {
    await using scene = await open();
    const keys: number[] = [];
    for (const nth of [1, 2, 3, 4]) keys.push((await chatLine(scene, `line ${nth}`)).key);
    expect(keys).toEqual(keys.toSorted((a, b) => a - b));
    expect(await texts(scene, 2)).toEqual(["line 1", "line 2"]);
    await archive(scene, must(keys[1]));
    expect(await texts(scene, 1)).toEqual(["line 3"]);
    expect(await texts(scene)).toEqual(["line 3", "line 4"]);
  });

  test("a message that was deleted before is not there, and neither is what it brought along", async () => {
    await using scene = await open();
    await scene.receive(message(10, { attachments: [VOICE] }));
    await scene.say(11);
    await scene.receive(deletion(10));
    await scene.lull();
    await scene.receive(message(12, { attachments: [VOICE] }));
    await scene.lull();
    await scene.receive(deletion(12));
    expect(await texts(scene)).toEqual(["message 11"]);
  });

  test("what is said after the newest lines were deleted is not taken for archived", async () => {
    await using scene = await open();
    await scene.say(10);
    await scene.lull();
    await scene.say(11);
    await scene.lull();
    await archive(scene, must((await unarchived(scene)).at(-1)).key);
    for (const messageId of [10, 11]) await scene.receive(deletion(messageId));
    await chatLine(scene, "after it");
    expect(await texts(scene)).toEqual(["after it"]);
  });

  test("nor is what is said after a user went with all that was said", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const { key, placeId } = await chatLine(scene);
    await scene.first.markChatSender(placeId, { userId: ana, layer: "profiles", isVerified: true });
    await archive(scene, key);
    await scene.first.deleteUser(ana, scene.now);
    await chatLine(scene, "after it");
    expect(await texts(scene)).toEqual(["after it"]);
  });
}

function archive(scene: Scene, throughKey: number): Promise<boolean> {
  return scene.first.spoolSaid({ texts: [], wanted: [], places: [] }, throughKey, scene.now);
}

async function texts(scene: Scene, limit = 100): Promise<string[]> {
  return (await scene.second.saidUnarchived(limit)).map(({ content }) => content);
}
