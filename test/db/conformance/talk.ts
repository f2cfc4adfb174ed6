// How a talk went lately, a pause that comes with a turn's end, and what a customer was told of closed doors.
import { expect, test } from "bun:test";
import { answerKeyOf } from "../../../src/turn/answer-key.ts";
import { CONVERSATION, message } from "../arrivals.ts";
import { LIMITS, type OpenScene, type Scene, SECOND, START } from "../scene.ts";

const HOUR = 3_600 * SECOND;

/** One turn that is answered and sent; `messageId` names its message, its reply is named by the next id. */
async function exchange(scene: Scene, messageId: number, content: string, parts: string[]): Promise<void> {
  await scene.say(messageId, { content });
  await scene.lull();
  await scene.reply(await scene.claim(), parts);
  for (const [index] of parts.entries()) await scene.send(messageId + index + 1);
}

async function talk(scene: Scene, since = START) {
  await scene.say(100);
  await scene.lull();
  const { jobKey } = await scene.claim();
  return scene.second.talkBefore(jobKey, since, 2);
}

export function talkConformance(open: OpenScene): void {
  test("a first message has no talk before it", async () => {
    await using scene = await open();
    expect(await talk(scene)).toMatchObject({
      answerCount: 0,
      lastReply: [],
      answered: [],
      awayToldAt: null,
    });
  });

  test("tells the answered turns before, the newest first, and the newest reply in its parts", async () => {
    await using scene = await open();
    await exchange(scene, 10, "um", ["first"]);
    await exchange(scene, 20, "dois", ["second"]);
    await exchange(scene, 30, "três", ["third", "and more"]);
    expect(await talk(scene)).toMatchObject({
      answerCount: 3,
      lastReply: ["third", "and more"],
      answered: [["três"], ["dois"]],
    });
  });

  test("leaves out what lies before the moment, what was not answered, and what is another conversation's", async () => {
    await using scene = await open();
    await exchange(scene, 10, "um", ["first"]);
    scene.pass(HOUR);
    const since = scene.now;
    await scene.first.endTurn(
      await scene.turn(20),
      { kind: "silence", reason: "model_silent" },
      scene.endRules(),
      scene.now,
    );
    await scene.say(40, { conversationId: CONVERSATION + 1 });
    await scene.lull();
    await scene.reply(await scene.claim());
    expect(await talk(scene, since)).toMatchObject({ answerCount: 0, lastReply: [], answered: [] });
  });

  test("knows who writes from what the same contact's earlier messages told, and no other's", async () => {
    await using scene = await open();
    const facts = { contactId: 5, contactPhone: "+5511987654321", contactSourceId: "5511987654321" };
    await scene.receive(message(10, { facts }));
    await scene.lull();
    await scene.reply(await scene.claim());
    await scene.send(11);
    await scene.receive(message(20, { facts: { contactId: 6, contactPhone: "+14155550123" } }));
    await scene.receive(message(21, { facts: { contactId: 5 } }));
    await scene.lull();
    const { jobKey } = await scene.claim();
    expect((await scene.second.talkBefore(jobKey, START, 2)).sender).toEqual({
      contactId: 5,
      phone: "+5511987654321",
      sourceId: "5511987654321",
      identifier: null,
    });
  });

  test("a turn that ends with a pause makes lull quiet in the same breath, unless people are at work by then", async () => {
    await using scene = await open();
    const pause = { by: "loop", byName: null, until: START + HOUR } as const;
    const ended = { kind: "silence", reason: "loop", pause } as const;
    const claim = await scene.turn(10);
    expect(await scene.first.endTurn(claim, ended, scene.endRules(), scene.now)).toEqual({
      kind: "silenced",
      reason: "loop",
    });
    const next = await scene.turn(20);
    const { conversation } = await scene.second.turnMaterial(next.jobKey, 0);
    expect(conversation).toMatchObject({ pausedBy: "loop", pausedUntil: START + HOUR });
    const taken = { ...scene.endRules(), gate: () => "human_assigned" as const };
    const other = { ...ended, pause: { ...pause, until: null } };
    expect(await scene.first.endTurn(next, other, taken, scene.now)).toEqual({
      kind: "silenced",
      reason: "human_assigned",
    });
    const last = await scene.turn(30);
    expect((await scene.second.turnMaterial(last.jobKey, 0)).conversation).toMatchObject({
      pausedUntil: START + HOUR,
    });
  });

  test("a notice counts as told once it is sent and not before; its turn keeps saying what it was", async () => {
    await using scene = await open();
    const claim = await scene.turn(10);
    const { messages } = await scene.first.turnMaterial(claim.jobKey, 0);
    const notice = {
      kind: "reply",
      parts: ["closed"],
      answerKey: answerKeyOf(messages),
      notice: "outside_hours",
    } as const;
    await scene.first.endTurn(claim, notice, scene.endRules(), scene.now);
    expect((await scene.second.talkBefore(claim.jobKey, START, 2)).awayToldAt).toBeNull();
    scene.pass(SECOND);
    await scene.send(11);
    expect((await scene.second.talkBefore(claim.jobKey, START, 2)).awayToldAt).toBe(
      START + LIMITS.silenceMs + SECOND,
    );
    expect(await scene.turnRow(claim.jobId)).toMatchObject({ outcome: "answered", reason: "outside_hours" });
  });
}
