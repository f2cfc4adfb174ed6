// Who works on a turn: one claim for each conversation, fenced by its attempt, held by a lease.
import { expect, test } from "bun:test";
import { humanReply } from "../arrivals.ts";
import {
  LEASE_MS,
  ME,
  OTHER,
  type OpenScene,
  SECOND,
  START,
  type Scene,
  only,
  NOBODY_TOLD,
} from "../scene.ts";

export function claimConformance(open: OpenScene): void {
  test("a claim tells what to work on and counts its attempt", async () => {
    await using scene = await open();
    await scene.say(10);
    const { jobId, bufferId } = await scene.lull();
    const turn = await scene.claim();
    expect(turn).toEqual({
      jobKey: expect.any(Number),
      jobId,
      attempt: 1,
      bufferId,
      connectionKey: scene.here,
      conversationId: 458,
      errorAttempts: 0,
    });
    expect(await scene.turnRow(jobId)).toMatchObject({ state: "running", attempts: 1 });
  });

  test("two handles never claim the same turn", async () => {
    await using scene = await open();
    for (let conversationId = 1; conversationId <= 6; conversationId++)
      await scene.say(conversationId, { conversationId });
    scene.pass(60 * SECOND);
    await scene.close();
    const races = [scene.claims(ME, scene.first, 2), scene.claims(OTHER, scene.second, 2)];
    const rest = [scene.claims(ME, scene.first, 2), scene.claims(OTHER, scene.second, 2)];
    const claims = (await Promise.all([...races, ...rest])).flat();
    expect(claims.map((claim) => claim.conversationId).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("a turn is claimed when it is due, the longest due first", async () => {
    await using scene = await open();
    for (const conversationId of [2, 1]) {
      await scene.say(conversationId, { conversationId });
      await scene.lull();
    }
    expect(await scene.first.claimTurns(9, ME, scene.now, START)).toEqual([]);
    expect(only(await scene.claims(ME, scene.first, 1)).conversationId).toBe(2);
  });

  test("while a turn runs, the next one of its conversation waits", async () => {
    await using scene = await open();
    const running = await scene.turn(10);
    await scene.say(11);
    await scene.lull();
    expect(await scene.claims(OTHER, scene.second)).toEqual([]);
    await scene.first.endTurn(running, { kind: "silence", reason: "empty" }, scene.endRules(), scene.now);
    expect(await scene.claims(OTHER, scene.second)).toHaveLength(1);
  });

  test("a running turn holds up neither other conversations nor the equal one of another connection", async () => {
    await using scene = await open();
    await scene.turn(10);
    await scene.say(11, { connection: scene.there });
    await scene.say(12, { conversationId: 2 });
    scene.pass(60 * SECOND);
    await scene.close();
    expect(await scene.claims()).toHaveLength(2);
  });

  test("while a reply is on its way, the next turn of its conversation waits", async () => {
    await using scene = await open();
    await scene.answered([10]);
    await scene.say(11);
    await scene.say(12, { connection: scene.there });
    scene.pass(60 * SECOND);
    await scene.close();
    expect((await scene.claims()).map((claim) => claim.connectionKey)).toEqual([scene.there]);
    const delivery = await scene.delivery();
    expect(await scene.claims()).toEqual([]);
    await scene.first.beginSend(delivery);
    expect(await scene.claims()).toEqual([]);
    const unknown = { to: "unknown", reason: "timeout", dueAt: scene.now, looks: 0 } as const;
    await scene.first.settleDelivery(delivery, unknown, scene.now);
    expect(await scene.claims()).toEqual([]);
    await scene.send(90);
    expect(await scene.claims()).toHaveLength(1);
  });

  test("the next due moment is that of the earliest turn that is not yet due", async () => {
    await using scene = await open();
    expect(await scene.first.nextTurnAt(scene.now)).toBeNull();
    for (const [messageId, waitMs] of [
      [10, 5_000],
      [20, 1_000],
    ] as const) {
      await scene.say(messageId, { conversationId: messageId });
      await scene.lull();
      const turn = await scene.claim();
      const failure = { code: "x", message: "m", retryAt: START + 3_600 * SECOND + waitMs };
      await scene.first.failTurn(turn, failure, scene.now, NOBODY_TOLD);
    }
    expect(await scene.second.nextTurnAt(scene.now)).toBe(START + 3_601 * SECOND);
    expect(await scene.second.nextTurnAt(START + 3_601 * SECOND)).toBe(START + 3_605 * SECOND);
    expect(await scene.second.nextTurnAt(START + 3_605 * SECOND)).toBeNull();
  });

  test("a settle of an attempt that is over changes nothing", async () => {
    await using scene = await open();
    const old = await scene.turn(10);
    const { now } = scene;
    await scene.first.releaseTurn(old, now, now);
    await expectLost(scene, old);
    expect(await scene.turnRow(old.jobId)).toMatchObject({
      state: "scheduled",
      attempts: 1,
      errorAttempts: 0,
    });
    const current = await scene.claim(OTHER, scene.second);
    expect(current).toMatchObject({ jobId: old.jobId, attempt: 2 });
    await expectLost(scene, old);
    expect(await scene.turnRow(old.jobId)).toMatchObject({ state: "running", attempts: 2, errorAttempts: 0 });
    expect(await scene.reply(current)).toMatchObject({ kind: "answered" });
    await expectLost(scene, current);
    expect(await scene.first.listDeliveries({ limit: 9, cursor: null, state: null })).toMatchObject({
      data: [{ turnId: current.jobId }],
    });
  });

  test("an attempt keeps its paid answer, a lost one does not overwrite it", async () => {
    await using scene = await open();
    const old = await scene.turn(10);
    expect(await scene.first.keepAnswer(old, "10", "paid")).toBe(true);
    await scene.first.releaseTurn(old, scene.now, scene.now);
    expect(await scene.first.keepAnswer(old, "10", "late")).toBe(false);
    const { jobKey } = await scene.claim(OTHER, scene.second);
    const { answer } = await scene.second.turnMaterial(jobKey, 0);
    expect(answer).toEqual({ key: "10", json: "paid" });
  });

  test("a lease that is renewed holds, that of a lost attempt is not renewed", async () => {
    await using scene = await open();
    const old = await scene.turn(10);
    await scene.first.releaseTurn(old, scene.now, scene.now);
    const current = await scene.claim();
    const leaseUntil = scene.now + 2 * LEASE_MS;
    await scene.first.renewTurns([current], leaseUntil);
    await scene.first.renewTurns([old], leaseUntil + LEASE_MS);
    expect(await scene.second.rescueTurns(OTHER, 10, leaseUntil - 1, NOBODY_TOLD)).toEqual({
      released: 0,
      quarantined: 0,
    });
    expect(await scene.second.rescueTurns(OTHER, 10, leaseUntil, NOBODY_TOLD)).toEqual({
      released: 1,
      quarantined: 0,
    });
  });

  test("a turn that is given back is due at once and counts no failure", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    scene.pass(SECOND);
    await scene.first.releaseTurn(turn, scene.now, scene.now);
    expect(await scene.turnRow(turn.jobId)).toMatchObject({
      state: "scheduled",
      scheduledFor: scene.now,
      errorAttempts: 0,
      crashAttempts: 0,
    });
    expect(await scene.claim(OTHER, scene.second)).toMatchObject({ jobId: turn.jobId, errorAttempts: 0 });
  });

  test("news in the conversation takes no claim away", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.receive(humanReply(11));
    expect(await scene.reply(turn)).toEqual({ kind: "silenced", reason: "human_active" });
  });
}

async function expectLost(scene: Scene, claim: Awaited<ReturnType<Scene["claim"]>>): Promise<void> {
  const { second, now } = scene;
  const failure = { code: "x", message: "m", retryAt: null };
  expect(await scene.reply(claim)).toEqual({ kind: "lost" });
  expect(await second.failTurn(claim, failure, now, NOBODY_TOLD)).toBe("lost");
  expect(await second.keepAnswer(claim, "key", "json")).toBe(false);
  await second.releaseTurn(claim, now + SECOND, now + SECOND);
}
