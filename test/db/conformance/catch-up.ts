// What the store knows of looks at Chatwoot, and what becomes of messages that somebody answered before lull heard of them.
import { expect, test } from "bun:test";
import type { Answered } from "../../../src/db/store-intake.ts";
import type { Scene } from "../scene.ts";
import { humanReply, message, news, ownReply } from "../arrivals.ts";
import { type OpenScene, SECOND, START } from "../scene.ts";

const PLACE = "https://chatwoot.example 3";
const FACTS = news();

function lostReply(replyId: string, messageId: number, answersTo: number | null) {
  return { kind: "lost_reply", facts: FACTS, messageId, replyId, answersTo, content: "an answer" } as const;
}

async function receiveAnswered(scene: Scene, messageId: number, answered: Answered) {
  const intake = {
    connectionKey: scene.here,
    arrival: message(messageId),
    isImmediate: false,
    isSigned: false,
  };
  const [receipt] = await scene.first.receive([{ ...intake, answered }], scene.intakeRules(), scene.now);
  return receipt;
}

async function messages(scene: Scene) {
  const { messages: counts, buffers } = await scene.first.counts();
  return { messages: counts, buffers };
}

export function catchUpConformance(open: OpenScene): void {
  test("a mark begins with the first look, moves with each that ends, and stays where one breaks off", async () => {
    await using scene = await open();
    const { first, second, here } = scene;
    expect(await first.lookState(here)).toBeNull();
    expect(await first.beginLook(here, PLACE, START)).toEqual({ since: START, messageId: null });
    expect(await second.beginLook(here, PLACE, START + SECOND)).toEqual({ since: START, messageId: null });
    await first.endLook(here, { since: START, messageId: 70 }, START + 2 * SECOND);
    await second.breakOffLook(here, "chatwoot_unreachable");
    expect(await first.lookState(here)).toEqual({
      lookedAt: START + 2 * SECOND,
      reason: "chatwoot_unreachable",
    });
    expect(await second.beginLook(here, PLACE, START + 3 * SECOND)).toEqual({ since: START, messageId: 70 });
    expect(await first.beginLook(scene.there, PLACE, START)).toEqual({ since: START, messageId: null });
  });

  test("all begins anew where the connection leads to another Chatwoot", async () => {
    await using scene = await open();
    const { first, here } = scene;
    await first.beginLook(here, PLACE, START);
    await first.endLook(here, { since: START, messageId: 70 }, START);
    const elsewhere = { since: START + SECOND, messageId: null };
    expect(await first.beginLook(here, "https://other.example 3", START + SECOND)).toEqual(elsewhere);
    expect(await first.lookState(here)).toEqual({ lookedAt: null, reason: null });
  });

  test("a beginning moves with a clock that is set right, and never with one that slept", async () => {
    await using scene = await open();
    const { first, second, here } = scene;
    const sinceOf = async (now: number) => (await first.beginLook(here, PLACE, now)).since;
    expect(await sinceOf(START)).toBe(START);
    await second.shiftMoments(5 * SECOND);
    expect(await sinceOf(START + 9 * SECOND)).toBe(START + 5 * SECOND);
    await first.endLook(here, { since: START + 5 * SECOND, messageId: 70 }, START + 9 * SECOND);
    await second.shiftMoments(5 * SECOND);
    expect(await sinceOf(START + 14 * SECOND)).toBe(START + 5 * SECOND);
    await second.shiftMoments(-4 * SECOND);
    expect(await sinceOf(START + 10 * SECOND)).toBe(START + SECOND);
    // While lull was down, which therefore knows of no jump.
    expect(await sinceOf(START)).toBe(START);
  });

  test("what is unheard of is what no row of this connection knows, whoever wrote it", async () => {
    await using scene = await open();
    const [replyId = ""] = await scene.answered([10]);
    await scene.receive(ownReply(replyId, 12));
    await scene.receive(humanReply(14));
    const listed = { messageIds: [10, 11, 12, 13, 14], replyIds: [replyId, "lost"] };
    expect(await scene.second.unheard(scene.here, FACTS, listed)).toEqual({
      messageIds: [11, 13],
      replyIds: ["lost"],
      hasNews: false,
    });
    expect(await scene.second.unheard(scene.there, FACTS, listed)).toMatchObject({
      messageIds: listed.messageIds,
    });
    const resolved = { ...FACTS, status: "resolved" };
    expect(await scene.second.unheard(scene.here, resolved, listed)).toMatchObject({ hasNews: true });
  });

  test("conversations are those of the latest messages, the last first, as many as asked for", async () => {
    await using scene = await open();
    for (const [index, conversationId] of [1, 2, 1, 3].entries()) {
      await scene.receive(message(10 + index, { facts: { conversationId } }));
      scene.pass(SECOND);
    }
    await scene.receive(message(99, { facts: { conversationId: 9 } }), { connection: scene.there });
    expect(await scene.first.talkedIn(scene.here, START, 10)).toEqual([3, 1, 2]);
    expect(await scene.first.talkedIn(scene.here, START, 2)).toEqual([3, 1]);
    expect(await scene.first.talkedIn(scene.here, scene.now - SECOND, 10)).toEqual([3]);
  });

  test("a message that a person answered is kept, opens nothing, and comes once", async () => {
    await using scene = await open();
    const receipt = await receiveAnswered(scene, 10, { by: "human" });
    expect(receipt).toMatchObject({ action: "skipped", reason: "human_reply", silence: "human_active" });
    expect(await messages(scene)).toEqual({ messages: { cancelled: 1 }, buffers: { cancelled: 1 } });
    expect(await scene.receive(message(10))).toEqual({ action: "duplicate" });
    expect(await scene.first.openBuffers(0, 10)).toEqual([]);
  });

  test("one that a lost reply answered says so, beside an open buffer that it does not touch", async () => {
    await using scene = await open();
    await scene.receive(message(20));
    const receipt = await receiveAnswered(scene, 10, { by: "reply", replyId: "lost" });
    expect(receipt).toMatchObject({ action: "skipped", reason: "own_reply", silence: null });
    expect(await messages(scene)).toEqual({
      messages: { answered: 1, waiting: 1 },
      buffers: { active: 1, completed: 1 },
    });
  });

  test("a lost reply takes what it answered out of an open buffer, and leaves the rest its deadline", async () => {
    await using scene = await open();
    for (const messageId of [10, 11, 13]) await scene.receive(message(messageId));
    const before = await scene.first.openBuffers(0, 10);
    await scene.receive(lostReply("lost", 12, 11));
    expect(await scene.first.openBuffers(0, 10)).toEqual(before);
    expect(await messages(scene)).toEqual({
      messages: { answered: 2, waiting: 1 },
      buffers: { active: 1, completed: 1 },
    });
    const turn = await scene.turn(14);
    const { messages: batch, history } = await scene.first.turnMaterial(turn.jobKey, 10);
    expect(batch.map(({ messageId }) => messageId)).toEqual([13, 14]);
    expect(history.map(({ content }) => content)).toEqual(["message 10", "message 11", "an answer"]);
  });

  test("an open buffer of which nothing is left is dropped; a turn of which nothing is left has nothing to read", async () => {
    await using scene = await open();
    await scene.receive(message(10));
    expect(await scene.receive(lostReply("lost", 12, 10))).toMatchObject({ silence: "superseded" });
    expect(await messages(scene)).toEqual({
      messages: { answered: 1 },
      buffers: { cancelled: 1, completed: 1 },
    });
    const turn = await scene.turn(20);
    await scene.receive(lostReply("lost too", 22, 20));
    const { messages: batch } = await scene.first.turnMaterial(turn.jobKey, 10);
    expect(batch).toEqual([]);
  });

  test("one that answers nothing is no more than said", async () => {
    await using scene = await open();
    await scene.receive(message(10));
    await scene.receive(lostReply("lost", 12, null));
    await scene.receive(lostReply("lost", 12, null));
    expect(await messages(scene)).toEqual({ messages: { waiting: 1 }, buffers: { active: 1 } });
  });
}
