// Buffers close when they are due, once, or are dropped; and every waiting moment can be moved.
import { expect, test } from "bun:test";
import { humanReply } from "../arrivals.ts";
import {
  LEASE_MS,
  LIMITS,
  ME,
  OTHER,
  type OpenScene,
  SECOND,
  START,
  must,
  only,
  NOBODY_TOLD,
} from "../scene.ts";

export function bufferConformance(open: OpenScene): void {
  test("only a buffer whose deadline has passed is due and closes", async () => {
    await using scene = await open();
    const { bufferKey, bufferId, dueAt } = await scene.say(10);
    scene.now = dueAt - 1;
    expect(await scene.first.dueBufferKeys(scene.now, 10)).toEqual([]);
    const early = await scene.first.closeDue([bufferKey], scene.now);
    expect(early).toEqual({ closed: [], waiting: [{ bufferKey, dueAt }] });
    scene.now = dueAt;
    expect(await scene.second.dueBufferKeys(scene.now, 10)).toEqual([bufferKey]);
    const { closed, waiting } = await scene.first.closeDue([bufferKey], scene.now);
    expect(waiting).toEqual([]);
    expect(only(closed)).toEqual({
      bufferKey,
      bufferId,
      connectionKey: scene.here,
      conversationId: 458,
      jobId: expect.any(String),
      supersededJobId: null,
      dueAt,
      firstAt: START,
      messageCount: 1,
    });
  });

  test("an operator's time moves the deadline within the age cap of its inbox, and messages do not take it back", async () => {
    await using scene = await open();
    const { bufferId, bufferKey, dueAt } = await scene.say(10);
    const ageMaxOf = () => 100 * SECOND;
    const later = dueAt + 45 * SECOND;
    const first = await scene.first.extendBuffer(bufferId, 45 * SECOND, ageMaxOf, scene.now);
    expect(first).toEqual({ bufferKey, dueAt: later });
    scene.pass(SECOND);
    expect(await scene.say(11)).toMatchObject({ dueAt: later });
    await scene.first.shiftMoments(-SECOND);
    expect((await scene.bufferRow(bufferId))["dueAt"]).toBe(later - SECOND);
    const capped = await scene.first.extendBuffer(bufferId, 600 * SECOND, ageMaxOf, scene.now);
    expect(capped).toEqual({ bufferKey, dueAt: START + 99 * SECOND });
    expect(await scene.first.extendBuffer("nobody", SECOND, ageMaxOf, scene.now)).toBeNull();
  });

  test("a closed buffer makes one job that is due at once", async () => {
    await using scene = await open();
    await scene.say(10);
    const { jobId, bufferId } = await scene.lull();
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "processing" });
    expect(await scene.turnRow(jobId)).toMatchObject({
      state: "scheduled",
      bufferId,
      scheduledFor: scene.now,
    });
  });

  test("a buffer closes once, however often and from wherever it is closed", async () => {
    await using scene = await open();
    const { bufferKey } = await scene.say(10);
    scene.pass(LIMITS.silenceMs);
    const races = [scene.first, scene.second, scene.first, scene.second];
    const results = await Promise.all(
      races.map((store) => store.closeDue([bufferKey, bufferKey], scene.now)),
    );
    expect(results.flatMap(({ closed }) => closed)).toHaveLength(1);
    expect(results.flatMap(({ waiting }) => waiting)).toEqual([]);
    expect((await scene.first.counts()).jobs).toEqual({ scheduled: 1 });
    expect(await scene.first.closeDue([999_999], scene.now)).toEqual({ closed: [], waiting: [] });
  });

  test("due buffers come oldest deadline first and no more than asked for", async () => {
    await using scene = await open();
    const late = await scene.say(10, { conversationId: 1 });
    scene.pass(-SECOND);
    const early = await scene.say(11, { conversationId: 2 });
    scene.pass(LIMITS.silenceMs + SECOND);
    expect(await scene.first.dueBufferKeys(scene.now, 10)).toEqual([early.bufferKey, late.bufferKey]);
    expect(await scene.first.dueBufferKeys(scene.now, 1)).toEqual([early.bufferKey]);
  });

  test("open buffers are read in pages by key", async () => {
    await using scene = await open();
    const keys = [];
    for (const conversationId of [1, 2, 3])
      keys.push((await scene.say(10 + conversationId, { conversationId })).bufferKey);
    const page = await scene.second.openBuffers(0, 2);
    expect(page.map((armed) => armed.bufferKey)).toEqual(keys.slice(0, 2));
    const rest = await scene.second.openBuffers(must(page.at(-1)).bufferKey, 2);
    expect(rest.map((armed) => armed.bufferKey)).toEqual(keys.slice(2));
  });

  test("a message that comes after the close opens the next buffer", async () => {
    await using scene = await open();
    const before = await scene.say(10);
    await scene.lull();
    const next = await scene.say(11, { store: scene.second });
    expect(next).toMatchObject({ isNew: true, dueAt: scene.now + LIMITS.silenceMs });
    expect(next.bufferId).not.toBe(before.bufferId);
  });

  test("a hastened buffer is due now", async () => {
    await using scene = await open();
    const { bufferKey, bufferId } = await scene.say(10);
    scene.pass(SECOND);
    expect(await scene.second.hastenBuffer(bufferId, scene.now)).toEqual({ bufferKey, dueAt: scene.now });
    expect(await scene.close()).toHaveLength(1);
    expect(await scene.first.hastenBuffer(bufferId, scene.now)).toBeNull();
    expect(await scene.first.hastenBuffer("no such buffer", scene.now)).toBeNull();
  });

  test("a dropped buffer keeps the reason and never closes", async () => {
    await using scene = await open();
    const { bufferKey, bufferId } = await scene.say(10);
    expect(await scene.second.cancelBuffer(bufferId, "operator", scene.now)).toBe(true);
    expect(await scene.first.cancelBuffer(bufferId, "operator", scene.now)).toBe(false);
    expect(await scene.outcomes(bufferId)).toEqual([[10, "cancelled", "operator", null]]);
    const after = await scene.first.closeDue([bufferKey], scene.now + LIMITS.ageMaxMs);
    expect(after).toEqual({ closed: [], waiting: [] });
  });

  test("a buffer that is closed can no longer be dropped", async () => {
    await using scene = await open();
    await scene.say(10);
    const { bufferId } = await scene.lull();
    expect(await scene.first.cancelBuffer(bufferId, "operator", scene.now)).toBe(false);
  });

  test("a turn that still waits joins the buffer that closes", async () => {
    await using scene = await open();
    await scene.say(10);
    const early = await scene.lull();
    await scene.say(11);
    const later = await scene.lull();
    expect(await scene.turnRow(early.jobId)).toMatchObject({ state: "completed", outcome: "superseded" });
    expect(await scene.bufferRow(early.bufferId)).toMatchObject({
      status: "cancelled",
      cancelReason: "superseded",
      mergedInto: later.bufferId,
    });
    const turn = await scene.claim();
    expect(turn.jobId).toBe(later.jobId);
    const { messages } = await scene.first.turnMaterial(turn.jobKey, 0);
    expect(messages.map((row) => row.messageId)).toEqual([10, 11]);
  });

  test("a waiting turn brings its failures and its patience along", async () => {
    await using scene = await open();
    const retryAt = scene.now + 600 * SECOND;
    const turn = await scene.turn(10);
    await scene.first.failTurn(
      turn,
      { code: "ai_unavailable", message: "m", retryAt },
      scene.now,
      NOBODY_TOLD,
    );
    await scene.say(11);
    const { jobId } = await scene.lull();
    expect(await scene.turnRow(jobId)).toMatchObject({ errorAttempts: 1, scheduledFor: retryAt });
  });

  test("a turn that waits in another connection joins nothing here", async () => {
    await using scene = await open();
    await scene.say(10, { connection: scene.there });
    const there = await scene.lull();
    await scene.say(11);
    await scene.lull();
    expect(await scene.turnRow(there.jobId)).toMatchObject({ state: "scheduled" });
    expect(await scene.claims()).toHaveLength(2);
  });

  test("a jump of the wall clock moves deadlines along", async () => {
    await using scene = await open();
    const { bufferKey, dueAt } = await scene.say(10);
    await scene.first.shiftMoments(-7_200 * SECOND);
    expect(await scene.second.openBuffers(0, 10)).toEqual([{ bufferKey, dueAt: dueAt - 7_200 * SECOND }]);
    scene.pass(-7_200 * SECOND + 290 * SECOND);
    expect((await scene.say(11)).dueAt).toBe(dueAt - 7_200 * SECOND + LIMITS.ageMaxMs - LIMITS.silenceMs);
  });

  test("a jump of the wall clock moves waiting and running turns along", async () => {
    await using scene = await open();
    const retryAt = scene.now + 600 * SECOND;
    const turn = await scene.turn(10);
    await scene.first.failTurn(turn, { code: "x", message: "m", retryAt }, scene.now, NOBODY_TOLD);
    await scene.say(11, { conversationId: 2 });
    scene.now = (await scene.lull()).dueAt;
    await scene.claim(OTHER);
    await scene.first.shiftMoments(7_200 * SECOND);
    scene.pass(7_200 * SECOND);
    expect(await scene.first.nextTurnAt(scene.now)).toBe(retryAt + 7_200 * SECOND);
    expect(await scene.first.rescueTurns(ME, 10, scene.now + LEASE_MS - 1, NOBODY_TOLD)).toMatchObject({
      released: 0,
    });
    expect(await scene.first.rescueTurns(ME, 10, scene.now + LEASE_MS, NOBODY_TOLD)).toMatchObject({
      released: 1,
    });
  });

  test("a jump of the wall clock moves deliveries along", async () => {
    await using scene = await open();
    await scene.answered([10]);
    const answeredAt = scene.now;
    const delivery = await scene.delivery();
    const later = { to: "unknown", reason: "timeout", dueAt: scene.now + SECOND, looks: 0 } as const;
    await scene.first.settleDelivery(delivery, later, scene.now);
    await scene.first.shiftMoments(7_200 * SECOND);
    expect(await scene.second.nextDeliveryAt(scene.now)).toBe(later.dueAt + 7_200 * SECOND);
    expect(await scene.deliveryRow(delivery.replyId)).toMatchObject({
      createdAt: answeredAt + 7_200 * SECOND,
      unknownSince: scene.now + 7_200 * SECOND,
      dueAt: later.dueAt + 7_200 * SECOND,
    });
  });

  test("a jump of the wall clock moves the end of a pause along", async () => {
    await using scene = await open();
    const { jobKey } = await scene.turn(10);
    await scene.receive(humanReply(11), { rules: { pauseMs: 60 * SECOND } });
    await scene.first.shiftMoments(7_200 * SECOND);
    const { conversation } = await scene.second.turnMaterial(jobKey, 0);
    expect(conversation.pausedUntil).toBe(scene.now + 7_260 * SECOND);
  });
}
