// People and lull in one conversation: whose pause stands, what becomes of a handoff whose reply never goes out, and of
// what was decided together with an answer that is thrown away.
import { expect, test } from "bun:test";
import type { Errand } from "../../../src/db/store-errands.ts";
import type { DeliverySettlement } from "../../../src/db/store-deliveries.ts";
import type { Handoff, TurnClaim, TurnResult } from "../../../src/db/store-turns.ts";
import { answerKeyOf } from "../../../src/turn/answer-key.ts";
import { CONVERSATION, deletion, humanReply, ownReply } from "../arrivals.ts";
import { type OpenScene, type Scene, SECOND, only } from "../scene.ts";

const HANDOFF: Handoff = {
  reason: "words",
  errand: { kind: "handoff", note: "asked for a person", label: null, assigneeId: null, teamId: null },
};
const ACTIONS: Errand[] = [{ kind: "label", label: "order" }, { kind: "resolve" }];

export function takeoverConformance(open: OpenScene): void {
  test.each([
    ["longer one that an operator asked for", null, "operator", null],
    ["shorter one", 2 * SECOND, "human", 5 * SECOND],
  ])("a person's reply ends no pause early: of a %s", async (_which, forMs, by, leftMs) => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await pause(scene, forMs);
    await scene.receive(humanReply(11), { rules: { pauseMs: 5 * SECOND } });
    const until = leftMs === null ? null : scene.now + leftMs;
    expect(await conversation(scene, turn)).toMatchObject({ pausedBy: by, pausedUntil: until });
  });

  test("a pause that ran out stands in no one's way", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await pause(scene, 2 * SECOND);
    scene.pass(2 * SECOND);
    await scene.receive(humanReply(11), { rules: { pauseMs: SECOND } });
    expect(await conversation(scene, turn)).toMatchObject({
      pausedBy: "human",
      pausedUntil: scene.now + SECOND,
    });
  });

  test("who wrote while the reply of a handoff was on its way keeps lull quiet by their own name", async () => {
    await using scene = await open();
    const turn = await answered(scene, { handoff: HANDOFF });
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    await scene.receive(humanReply(11));
    await scene.first.settleDelivery(claim, { to: "sent", messageId: 12 }, scene.now);
    expect(await conversation(scene, turn)).toMatchObject({ pausedBy: "human", pausedUntil: null });
  });

  test.each<DeliverySettlement>([
    { to: "failed", reason: "chatwoot_refused" },
    { to: "cancelled", reason: "window_closed" },
  ])("a handoff is not lost with its reply that ended as $to, and is told once", async (settlement) => {
    await using scene = await open();
    const turn = await answered(scene, { handoff: HANDOFF });
    const claim = await scene.delivery();
    await scene.first.beginSend(claim);
    await scene.first.settleDelivery(claim, settlement, scene.now);
    const { key, errand } = only(await scene.first.dueErrands(10, scene.now));
    expect(errand).toEqual(HANDOFF.errand);
    expect(await conversation(scene, turn)).toMatchObject({ pausedBy: "handoff" });
    await scene.first.settleErrand(key, { to: "done" }, scene.now);
    await scene.receive(ownReply(claim.replyId, 12));
    expect(await scene.deliveryRow(claim.replyId)).toMatchObject({ state: "sent" });
    expect(await scene.first.dueErrands(10, scene.now)).toEqual([]);
  });

  test("what was decided with an answer that is thrown away for newer messages is not done", async () => {
    await using scene = await open();
    await answered(scene, { errands: ACTIONS });
    await scene.say(11);
    expect(await scene.first.rebatch(await scene.delivery(), scene.endRules(), scene.now)).not.toBeNull();
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
  });

  test("nor what was decided from messages of which one was deleted since", async () => {
    await using scene = await open();
    await answered(scene, { errands: ACTIONS });
    await scene.receive(deletion(10));
    expect(await scene.first.redoTurn(await scene.delivery(), scene.now)).toBe(true);
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
  });

  test("a conversation is not ended when the answer does not go out", async () => {
    await using scene = await open();
    await answered(scene, { errands: [{ kind: "resolve" }] });
    const claim = await scene.delivery();
    await scene.first.settleDelivery(claim, { to: "cancelled", reason: "human_assigned" }, scene.now);
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
  });

  test.each<[string, (scene: Scene) => Promise<unknown>]>([
    ["the customer writes on", (scene) => scene.say(20)],
    ["a person writes", (scene) => scene.receive(humanReply(20))],
  ])("a conversation is not ended when %s after the answer", async (_what, happen) => {
    await using scene = await open();
    await answered(scene, { errands: [{ kind: "resolve" }] });
    await scene.send(12);
    await happen(scene);
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
    await scene.first.resumeConversation(scene.here, CONVERSATION, scene.now);
    expect(await scene.second.dueErrands(10, scene.now)).toEqual([]);
  });

  test("a reply that no model wrote is good for the messages that it was made for, whatever was paid for before", async () => {
    await using scene = await open();
    const turn = await scene.turn(10, 11);
    await scene.first.keepAnswer(turn, "of other messages", '{"content":"answer"}');
    await scene.reply(turn);
    expect(await scene.first.deliveryNews(await scene.delivery(), 2)).toMatchObject({ isOutdated: false });
  });
}

async function answered(scene: Scene, effects: Pick<TurnResult, "handoff" | "errands">): Promise<TurnClaim> {
  const turn = await scene.turn(10);
  const { messages } = await scene.first.turnMaterial(turn.jobKey, 0);
  const reply = { kind: "reply", parts: ["I call a person."], answerKey: answerKeyOf(messages) } as const;
  await scene.first.endTurn(turn, { ...reply, ...effects }, scene.endRules(), scene.now);
  return turn;
}

function pause(scene: Scene, forMs: number | null) {
  const until = forMs === null ? null : scene.now + forMs;
  const place = { connectionKey: scene.here, conversationId: CONVERSATION };
  return scene.first.pauseConversation(place, { by: "operator", byName: null, until }, scene.now);
}

async function conversation(scene: Scene, { jobKey }: TurnClaim) {
  return (await scene.first.turnMaterial(jobKey, 0)).conversation;
}
