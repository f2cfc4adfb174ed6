// Jobs as a whole: lists by what is asked for, quarantine, failed ones tried again in the order of their talk, given up.
import { expect, test } from "bun:test";
import { NOBODY_TOLD, type OpenScene, type Scene, SECOND } from "../scene.ts";

const FAILURE = { code: "ai_unavailable", message: "m", retryAt: null };
const ALL = { limit: 100, cursor: null, state: null };
const WORTH = { codes: ["ai_unavailable"], restMs: 10 * SECOND };

export function jobConformance(open: OpenScene): void {
  test("a list is of what is asked for", async () => {
    await using scene = await open();
    const ids = await failEach(scene, [1, 2, 3]);
    await scene.first.discardTurn(ids[2] ?? "", scene.now);
    const list = async (filter: object) =>
      (await scene.second.listTurns({ ...ALL, ...filter })).data.map((row) => row["conversationId"]);
    expect(await list({ conversationId: 2 })).toEqual([2]);
    expect(await list({ state: "failed", errorCode: FAILURE.code, connection: "here" })).toEqual([3, 2, 1]);
    expect(await list({ errorCode: "internal" })).toEqual([]);
    expect(await list({ connection: "there" })).toEqual([]);
    expect(await list({ isQuarantined: true })).toEqual([]);
    expect(await list({ isQuarantined: false, until: scene.now })).toEqual([2, 1]);
    expect(await list({ since: scene.now })).toEqual([3]);
  });

  test("one that failed three times is quarantined, told of once, and left out of what is tried again", async () => {
    await using scene = await open();
    const [jobId = ""] = await failEach(scene, [1]);
    for (const isLast of [false, true]) {
      expect(await scene.first.retryTurns({ isQuarantined: false }, 10, scene.now)).toBe(1);
      const end = await scene.first.failTurn(await scene.claim(), FAILURE, scene.now, NOBODY_TOLD);
      expect(end).toBe(isLast ? "quarantined" : "failed");
    }
    expect(await scene.turnRow(jobId)).toMatchObject({
      failureCount: 3,
      quarantinedAt: scene.now,
      state: "failed",
    });
    expect(await scene.first.retryTurns({ isQuarantined: false }, 10, scene.now)).toBe(0);
    expect((await scene.first.openWork()).jobs).toMatchObject({ failed: 0, quarantined: 1 });
    const { events } = await scene.first.conversationWork(scene.here, 1, 100);
    expect(events.filter(({ name }) => name === "job.quarantined")).toHaveLength(1);
    expect(await scene.second.retryTurn(jobId, scene.now)).toBe(true);
    expect(await scene.turnRow(jobId)).toMatchObject({
      failureCount: 0,
      quarantinedAt: null,
      state: "scheduled",
    });
  });

  test("all that failed in one conversation is tried again as one turn", async () => {
    await using scene = await open();
    await failEach(scene, [1, 1, 2]);
    expect(await scene.first.retryTurns({}, 10, scene.now)).toBe(3);
    const claims = await scene.claims();
    expect(claims.map(({ conversationId }) => conversationId)).toEqual([1, 2]);
    const { messages } = await scene.first.turnMaterial(claims[0]?.jobKey ?? 0, 0);
    expect(messages).toHaveLength(2);
  });

  test("what the talk has gone on from is left alone, and only that", async () => {
    await using scene = await open();
    await failEach(scene, [1, 2]);
    await scene.say(90, { conversationId: 2 });
    expect(await scene.first.retryTurns({}, 10, scene.now)).toBe(1);
    expect(await scene.first.failedTurnCount({})).toBe(1);
  });

  test("no more are taken at once than asked for, the oldest first", async () => {
    await using scene = await open();
    const ids = await failEach(scene, [1, 2, 3]);
    expect(await scene.first.retryTurns({}, 2, scene.now)).toBe(2);
    expect(await scene.turnRow(ids[2] ?? "")).toMatchObject({ state: "failed" });
    expect(await scene.first.discardTurns({}, 2, scene.now)).toBe(1);
  });

  test("one that is given up stays failed and is tried no more", async () => {
    await using scene = await open();
    const [jobId = ""] = await failEach(scene, [1]);
    expect(await scene.first.discardTurns({ conversationId: 7 }, 10, scene.now)).toBe(0);
    expect(await scene.first.discardTurn(jobId, scene.now)).toBe(true);
    expect(await scene.first.discardTurn(jobId, scene.now)).toBe(false);
    expect(await scene.first.retryTurn(jobId, scene.now)).toBe(false);
    expect(await scene.first.retryTurns({}, 10, scene.now)).toBe(0);
    expect(await scene.turnRow(jobId)).toMatchObject({ state: "failed", discardedAt: scene.now });
    expect((await scene.first.openWork()).jobs).toMatchObject({ failed: 0, quarantined: 0 });
  });

  test("turns that are due or under way are told by their state", async () => {
    await using scene = await open();
    for (const id of [1, 2, 3]) await scene.say(10 + id, { conversationId: id });
    scene.pass(60 * SECOND);
    await scene.close();
    const keys = await scene.first.dueTurns(scene.now, 10);
    expect([keys.length, (await scene.first.dueTurns(scene.now, 2)).length]).toEqual([3, 2]);
    const [first, second] = await scene.claims();
    if (first === undefined || second === undefined) throw new Error("too few claims");
    expect(await scene.second.turnStates(keys, scene.now)).toEqual({ completed: 0, failed: 0, waiting: 3 });
    await scene.reply(first);
    await scene.first.failTurn(second, FAILURE, scene.now, NOBODY_TOLD);
    expect(await scene.second.turnStates(keys, scene.now)).toEqual({ completed: 1, failed: 1, waiting: 1 });
  });

  test("by itself only what may have passed is tried, not too soon, not too late, and later each time", async () => {
    await using scene = await open();
    await failEach(scene, [1]);
    const wordsSince = scene.now - 60 * SECOND;
    const tried = (worth: object = {}) =>
      scene.first.retryWorthyTurns({ ...WORTH, wordsSince, ...worth }, 10, scene.now);
    expect(await tried()).toBe(0);
    scene.pass(10 * SECOND);
    expect(await tried({ codes: ["internal"] })).toBe(0);
    expect(await tried({ wordsSince: scene.now })).toBe(0);
    expect(await tried()).toBe(1);
    await scene.first.failTurn(await scene.claim(), FAILURE, scene.now, NOBODY_TOLD);
    scene.pass(19 * SECOND);
    expect(await tried()).toBe(0);
    scene.pass(SECOND);
    expect(await tried()).toBe(1);
  });
}

/** One turn after the other fails for good, one in each of the conversations; gives their ids. */
async function failEach(scene: Scene, conversationIds: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, conversationId] of conversationIds.entries()) {
    await scene.say(10 + index, { conversationId });
    await scene.lull();
    const claim = await scene.claim();
    await scene.first.failTurn(claim, FAILURE, scene.now, NOBODY_TOLD);
    ids.push(claim.jobId);
  }
  return ids;
}
