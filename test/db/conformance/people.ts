// People in the conversation: their replies, their assignments, and news about it that comes in any order.
import { expect, test } from "bun:test";
import type { ConversationState } from "../../../src/turn/gate.ts";
import { CONVERSATION, type Facts, deletion, humanReply, message, state } from "../arrivals.ts";
import { type OpenScene, SECOND, START, type Scene } from "../scene.ts";

export function peopleConformance(open: OpenScene): void {
  test("a person's reply drops what waits and pauses the conversation until it is resolved", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const { bufferId } = await scene.say(11);
    expect(await scene.receive(humanReply(12))).toEqual({
      action: "skipped",
      reason: "human_reply",
      rearm: null,
      cancelledBufferId: bufferId,
      silence: "human_active",
      provenReplyId: null,
    });
    expect(await scene.outcomes(bufferId)).toEqual([[11, "cancelled", "human_active", null]]);
    expect(await conversation(scene, turn)).toMatchObject({ pausedAt: scene.now, pausedUntil: null });
    await scene.receive(state({ status: "resolved", stateAt: 1 }));
    expect(await conversation(scene, turn)).toMatchObject({ pausedAt: null, pausedUntil: null });
  });

  test("a pause may have an end", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(humanReply(11), { rules: { pauseMs: 5 * SECOND } });
    const pause = { pausedAt: scene.now, pausedUntil: scene.now + 5 * SECOND };
    expect(await conversation(scene, turn)).toMatchObject(pause);
  });

  test("a person's reply told twice counts once", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(humanReply(11));
    const pausedAt = scene.now;
    scene.pass(SECOND);
    const { bufferId } = await scene.say(12);
    const again = await scene.receive(humanReply(11), { store: scene.second });
    expect(again).toMatchObject({ reason: "human_reply", cancelledBufferId: null });
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "active" });
    expect(await conversation(scene, turn)).toMatchObject({ pausedAt });
  });

  test("a person's reply in one connection leaves the equal conversation of another alone", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const { bufferId } = await scene.say(11);
    await scene.receive(humanReply(12), { connection: scene.there });
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "active" });
    expect(await conversation(scene, turn)).toMatchObject({ pausedAt: null });
  });

  test("messages of a paused conversation are still kept", async () => {
    await using scene = await open();
    await scene.receive(humanReply(9));
    expect(await scene.receive(message(10))).toMatchObject({ action: "buffered", isNew: true });
  });

  test("a person's reply also drops the messages of an earlier turn that wait with the open buffer", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const { bufferId } = await scene.say(11);
    await scene.reply(turn);
    await scene.receive(humanReply(12));
    expect(await scene.outcomes(bufferId)).toEqual([
      [10, "cancelled", "human_active", null],
      [11, "cancelled", "human_active", null],
    ]);
  });

  test.each<[string, Facts, string]>([
    ["a status lull does not answer in", { status: "snoozed" }, "status"],
    ["a human assignee", { assignee: "human" }, "human_assigned"],
    ["a closed reply window", { canReply: false }, "window_closed"],
  ])("news of %s drops what waits and keeps the reason", async (_news, facts, reason) => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    expect(await scene.receive(state(facts))).toMatchObject({
      reason: "status_handled",
      cancelledBufferId: bufferId,
      silence: reason,
    });
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "cancelled", cancelReason: reason });
    expect(await scene.outcomes(bufferId)).toEqual([[10, "cancelled", reason, null]]);
  });

  test("news that allows an answer drops nothing", async () => {
    await using scene = await open();
    const { bufferId } = await scene.say(10);
    const receipt = await scene.receive(state({ status: "open", assignee: "none" }));
    expect(receipt).toMatchObject({ reason: "status_handled", cancelledBufferId: null });
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "active" });
  });

  test("resolving lifts the pause before it is asked whether what waits may be answered", async () => {
    await using scene = await open();
    await scene.receive(humanReply(9));
    const { bufferId } = await scene.say(10);
    await scene.receive(state({ status: "resolved" }));
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "cancelled", cancelReason: "status" });
  });

  test("older news does not undo newer news", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(state({ status: "open", assignee: "human", canReply: false, stateAt: 200 }));
    await scene.receive(state({ status: "pending", assignee: "none", canReply: true, stateAt: 100 }));
    expect(await conversation(scene, turn)).toMatchObject({
      status: "open",
      assignee: "human",
      canReply: false,
    });
    await scene.receive(state({ status: "pending", stateAt: 200 }));
    expect(await conversation(scene, turn)).toMatchObject({ status: "pending", assignee: "human" });
  });

  test("news without its own moment counts as the newest and does not hide what is newer still", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(state({ status: "open", stateAt: 200 }));
    await scene.receive(state({ status: "pending" }));
    expect(await conversation(scene, turn)).toMatchObject({ status: "pending" });
    await scene.receive(state({ status: "snoozed", stateAt: 199 }));
    expect(await conversation(scene, turn)).toMatchObject({ status: "pending" });
    await scene.receive(state({ status: "open", stateAt: 201 }));
    expect(await conversation(scene, turn)).toMatchObject({ status: "open" });
  });

  test("what news does not tell stays as it was", async () => {
    await using scene = await open();
    const known = { status: "open", assignee: "bot", canReply: true, channel: "Channel::Api" } as const;
    const turn = await scene.turn(10);
    await scene.receive(state({ ...known, stateAt: 100 }));
    await scene.receiveAll([message(11), deletion(12), state({ stateAt: 300 })]);
    expect(await conversation(scene, turn)).toMatchObject(known);
  });

  test("a message carries news of its conversation too", async () => {
    await using scene = await open();
    await scene.receive(message(10, { facts: { status: "pending", assignee: "none", stateAt: START } }));
    const turn = await scene.turn();
    expect(await conversation(scene, turn)).toMatchObject({ status: "pending", assignee: "none" });
  });

  test("a pause is not lifted by old news of a resolved conversation", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(state({ status: "open", stateAt: 200 }));
    await scene.receive(humanReply(11));
    await scene.receive(state({ status: "resolved", stateAt: 100 }));
    expect(await conversation(scene, turn)).toMatchObject({ status: "open", pausedAt: scene.now });
  });

  test("a pause is told with who and until when, and is over once somebody resumes", async () => {
    await using scene = await open();
    await scene.say(10);
    const pauseOf = async () => (await scene.second.conversationWork(scene.here, CONVERSATION, 9)).pause;
    expect(await pauseOf()).toBeNull();
    await scene.receive(humanReply(11), { rules: { pauseMs: 60_000 } });
    expect(await pauseOf()).toEqual({ by: "human", byName: "Ana", until: scene.now + 60_000 });
    expect(await scene.first.resumeConversation(scene.here, CONVERSATION, scene.now)).toBe(true);
    expect(await pauseOf()).toBeNull();
    expect(await scene.first.resumeConversation(scene.here, CONVERSATION, scene.now)).toBe(false);
  });
}

async function conversation(scene: Scene, turn: { jobKey: number }): Promise<ConversationState> {
  return (await scene.second.turnMaterial(turn.jobKey, 0)).conversation;
}
