// How a turn ends: answered, silenced, or merged into what the customer wrote meanwhile.
import { expect, test } from "bun:test";
import { deletion, state } from "../arrivals.ts";
import { LIMITS, type OpenScene, SECOND, START, must, only } from "../scene.ts";

export function turnEndConformance(open: OpenScene): void {
  test("an answered turn is completed and its reply waits to be sent, in one step", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const end = await scene.reply(turn, ["part one", "part two"]);
    expect(end).toEqual({ kind: "answered", replyIds: [expect.any(String), expect.any(String)] });
    expect(await scene.bufferRow(turn.bufferId)).toMatchObject({
      status: "completed",
      processedAt: scene.now,
    });
    const { turn: row, deliveries } = must(await scene.second.turn(turn.jobId));
    expect(row).toMatchObject({ state: "completed", outcome: "answered" });
    expect(deliveries.map((part) => [part["id"], part["part"], part["state"]])).toEqual(
      end.kind === "answered" ? end.replyIds.map((id, part) => [id, part, "intent"]) : [],
    );
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, null, null, null]]);
  });

  test("a silenced turn keeps its reason and sends nothing", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const result = { kind: "silence", reason: "model_silent" } as const;
    const end = await scene.first.endTurn(turn, result, scene.endRules(), scene.now);
    expect(end).toEqual({ kind: "silenced", reason: "model_silent" });
    expect(await scene.turnRow(turn.jobId)).toMatchObject({
      state: "completed",
      outcome: "silenced",
      reason: "model_silent",
    });
    expect(await scene.bufferRow(turn.bufferId)).toMatchObject({ status: "completed" });
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "silenced", "model_silent", null]]);
    expect(await scene.deliveries()).toEqual([]);
  });

  test("the gate is asked once more at the end", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(state({ assignee: "human" }));
    expect(await scene.reply(turn)).toEqual({ kind: "silenced", reason: "human_assigned" });
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "silenced", "human_assigned", null]]);
  });

  test("a turn all of whose messages were deleted meanwhile answers nothing", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(deletion(10));
    expect(await scene.reply(turn)).toEqual({ kind: "silenced", reason: "deleted" });
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, "cancelled", "deleted", null]]);
  });

  test("a reply is anchored at the highest message it answers", async () => {
    await using scene = await open();
    await scene.answered([12, 10, 11]);
    expect((await scene.delivery()).anchorMessageId).toBe(12);
  });

  test("an answer that comes while an open buffer waits goes over into it, with its age", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    scene.pass(265 * SECOND);
    const later = await scene.say(11);
    const dueAt = START + LIMITS.ageMaxMs;
    expect(dueAt).toBeLessThan(later.dueAt);
    expect(await scene.reply(turn)).toEqual({
      kind: "superseded",
      intoBufferId: later.bufferId,
      rearm: { bufferKey: later.bufferKey, dueAt },
    });
    expect(await scene.second.openBuffers(0, 9)).toEqual([{ bufferKey: later.bufferKey, dueAt }]);
    expect(await scene.bufferRow(later.bufferId)).toMatchObject({ openedAt: START, discardCount: 1 });
    expect(await scene.turnRow(turn.jobId)).toMatchObject({ state: "completed", outcome: "superseded" });
    expect(await scene.bufferRow(turn.bufferId)).toMatchObject({
      status: "cancelled",
      mergedInto: later.bufferId,
    });
    expect(await scene.deliveries()).toEqual([]);
    scene.pass(SECOND);
    expect((await scene.say(12)).dueAt).toBe(dueAt);
  });

  test("an open buffer that is younger than the cap keeps its own deadline when a turn joins it", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const { bufferKey, dueAt } = await scene.say(11);
    expect(await scene.reply(turn)).toMatchObject({ rearm: { bufferKey, dueAt } });
  });

  test("an answer that comes while a later turn waits goes over into that one", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.say(11);
    const later = await scene.lull();
    await scene.say(12);
    expect(await scene.reply(turn)).toEqual({
      kind: "superseded",
      intoBufferId: later.bufferId,
      rearm: null,
    });
    const { messages } = await scene.first.turnMaterial((await scene.claim()).jobKey, 0);
    expect(messages.map((row) => row.messageId)).toEqual([10, 11]);
  });

  test("messages elsewhere supersede nothing", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.say(11, { connection: scene.there });
    await scene.say(12, { conversationId: 2 });
    expect(await scene.reply(turn)).toMatchObject({ kind: "answered" });
  });

  test("answers are thrown away at most as often as allowed, then the reply goes out", async () => {
    await using scene = await open();
    let turn = await scene.turn(10);
    for (const messageId of [11, 12]) {
      const { bufferId } = await scene.say(messageId);
      expect(await scene.reply(turn)).toMatchObject({ kind: "superseded", intoBufferId: bufferId });
      turn = await scene.turn();
    }
    const { bufferId } = await scene.say(13);
    expect(await scene.reply(turn)).toMatchObject({ kind: "answered" });
    const { replyId } = await scene.send(90);
    expect(await scene.outcomes(turn.bufferId)).toEqual(
      [10, 11, 12].map((id) => [id, "answered", null, replyId]),
    );
    expect(await scene.outcomes(bufferId)).toEqual([[13, null, null, null]]);
    expect(await scene.bufferRow(turn.bufferId)).toMatchObject({ messageCount: 1, discardCount: 2 });
  });

  test("no answer is thrown away when none may be", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.say(11);
    expect(await scene.reply(turn, ["answer"], { discardsMax: 0 })).toMatchObject({ kind: "answered" });
  });

  test("joining a turn that never asked the model throws no answer away", async () => {
    await using scene = await open();
    await scene.say(10);
    await scene.lull();
    await scene.say(11);
    const { bufferId } = await scene.lull();
    expect(await scene.bufferRow(bufferId)).toMatchObject({ discardCount: 0 });
  });

  test("the whole of a merged batch is answered by one reply", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const { bufferId } = await scene.say(11);
    await scene.reply(turn);
    await scene.reply(await scene.turn());
    const { replyId, anchorMessageId } = await scene.send(90);
    expect(anchorMessageId).toBe(11);
    expect(await scene.outcomes(bufferId)).toEqual([
      [10, "answered", null, replyId],
      [11, "answered", null, replyId],
    ]);
    expect(only(must(await scene.first.turn(turn.jobId)).messages)).toMatchObject({ replyId });
  });
}
