// What becomes of a turn whose process died or whose attempt failed: leases, counts, quarantine, retries.
import { expect, test } from "bun:test";
import type { Claimant } from "../../../src/db/store.ts";
import { LEASE_MS, ME, OTHER, type OpenScene, SECOND, type Scene, NOBODY_TOLD } from "../scene.ts";

const CRASHES_MAX = 3;
const NOBODY = { released: 0, quarantined: 0 };
const FAILURE = { code: "ai_unavailable", message: "The model is away." };

export function rescueConformance(open: OpenScene): void {
  test("an expired lease is given back by anyone, one that holds is left alone", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    scene.pass(LEASE_MS - 1);
    expect(await scene.second.rescueTurns(OTHER, CRASHES_MAX, scene.now, NOBODY_TOLD)).toEqual(NOBODY);
    scene.pass(1);
    expect(await scene.second.rescueTurns(OTHER, CRASHES_MAX, scene.now, NOBODY_TOLD)).toEqual({
      released: 1,
      quarantined: 0,
    });
    expect(await scene.claim(OTHER, scene.second)).toMatchObject({ jobId: turn.jobId, attempt: 2 });
  });

  test("an instance gives back at once what its earlier boot held", async () => {
    await using scene = await open();
    await scene.turn(10);
    expect(await scene.first.rescueTurns(ME, CRASHES_MAX, scene.now, NOBODY_TOLD)).toEqual(NOBODY);
    const next: Claimant = { ...ME, boot: "boot-b" };
    expect(await scene.second.rescueTurns(next, CRASHES_MAX, scene.now, NOBODY_TOLD)).toEqual({
      released: 1,
      quarantined: 0,
    });
  });

  test.each(["on", "one-more", "o_e", "%", "two"])(
    "a boot of instance %p leaves the claims of instance one alone",
    async (instance) => {
      await using scene = await open();
      await scene.turn(10);
      expect(
        await scene.second.rescueTurns({ instance, boot: "b" }, CRASHES_MAX, scene.now, NOBODY_TOLD),
      ).toEqual(NOBODY);
    },
  );

  test("a turn whose process keeps dying is quarantined at the limit and not before", async () => {
    await using scene = await open();
    const { jobId, bufferId } = await scene.turn(10);
    for (const crashes of [1, 2]) {
      expect(await rescueAll(scene)).toEqual({ released: 1, quarantined: 0 });
      expect(await scene.turnRow(jobId)).toMatchObject({ state: "scheduled", crashAttempts: crashes });
      await scene.claim();
    }
    expect(await rescueAll(scene)).toEqual({ released: 0, quarantined: 1 });
    expect(await scene.turnRow(jobId)).toMatchObject({
      state: "failed",
      outcome: "failed",
      errorCode: "quarantined",
      crashAttempts: 3,
      errorAttempts: 0,
      quarantinedAt: scene.now,
    });
    expect(await scene.bufferRow(bufferId)).toMatchObject({ status: "failed" });
    expect(await scene.outcomes(bufferId)).toEqual([[10, "failed", "quarantined", null]]);
    expect(await scene.claims()).toEqual([]);
    expect(await rescueAll(scene)).toEqual(NOBODY);
  });

  test("errors do not count as crashes nor crashes as errors", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await rescueAll(scene);
    const again = await scene.claim();
    expect(again.errorAttempts).toBe(0);
    await scene.first.failTurn(again, { ...FAILURE, retryAt: scene.now }, scene.now, NOBODY_TOLD);
    expect(await scene.turnRow(turn.jobId)).toMatchObject({
      crashAttempts: 1,
      errorAttempts: 1,
      attempts: 2,
    });
  });

  test("crashes are not forgotten when a rescued turn joins later messages", async () => {
    await using scene = await open();
    await scene.turn(10);
    await rescueAll(scene);
    await scene.say(11);
    const { jobId } = await scene.lull();
    expect(await scene.turnRow(jobId)).toMatchObject({ crashAttempts: 1 });
    await scene.claim();
    await scene.say(12);
    const next = await scene.lull();
    await rescueAll(scene);
    expect(await scene.turnRow(next.jobId)).toMatchObject({ crashAttempts: 2, state: "scheduled" });
  });

  test("a failed attempt is tried again when its wait is over", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const retryAt = scene.now + 5 * SECOND;
    expect(await scene.first.failTurn(turn, { ...FAILURE, retryAt }, scene.now, NOBODY_TOLD)).toBe("waiting");
    expect(await scene.turnRow(turn.jobId)).toMatchObject({
      state: "scheduled",
      scheduledFor: retryAt,
      errorAttempts: 1,
      errorCode: FAILURE.code,
      errorMessage: FAILURE.message,
    });
    expect(await scene.claims()).toEqual([]);
    scene.now = retryAt;
    expect(await scene.claim(OTHER, scene.second)).toMatchObject({ attempt: 2, errorAttempts: 1 });
  });

  test("a turn that failed for good says why, and so do its messages", async () => {
    await using scene = await open();
    const turn = await scene.turn(10, 11);
    expect(await scene.first.failTurn(turn, { ...FAILURE, retryAt: null }, scene.now, NOBODY_TOLD)).toBe(
      "failed",
    );
    expect(await scene.turnRow(turn.jobId)).toMatchObject({
      state: "failed",
      outcome: "failed",
      errorAttempts: 1,
      errorCode: FAILURE.code,
      processedAt: scene.now,
    });
    expect(await scene.bufferRow(turn.bufferId)).toMatchObject({ status: "failed" });
    expect(await scene.outcomes(turn.bufferId)).toEqual([
      [10, "failed", FAILURE.code, null],
      [11, "failed", FAILURE.code, null],
    ]);
    scene.pass(3_600 * SECOND);
    expect(await scene.claims()).toEqual([]);
  });

  test("an attempt that fails while a later turn waits joins that turn", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.say(11);
    const later = await scene.lull();
    const retryAt = scene.now + 5 * SECOND;
    await scene.first.failTurn(turn, { ...FAILURE, retryAt }, scene.now, NOBODY_TOLD);
    expect(await scene.turnRow(turn.jobId)).toMatchObject({ state: "completed", outcome: "superseded" });
    expect(await scene.turnRow(later.jobId)).toMatchObject({ scheduledFor: retryAt, errorAttempts: 1 });
    expect(await scene.bufferRow(later.bufferId)).toMatchObject({ discardCount: 0 });
    scene.now = retryAt;
    const { messages } = await scene.first.turnMaterial((await scene.claim()).jobKey, 0);
    expect(messages.map((row) => row.messageId)).toEqual([10, 11]);
  });

  test("a failed turn can be tried again from the start", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    expect(await scene.first.retryTurn(turn.jobId, scene.now)).toBe(false);
    await scene.first.failTurn(turn, { ...FAILURE, retryAt: null }, scene.now, NOBODY_TOLD);
    scene.pass(SECOND);
    expect(await scene.second.retryTurn(turn.jobId, scene.now)).toBe(true);
    expect(await scene.turnRow(turn.jobId)).toMatchObject({
      state: "scheduled",
      outcome: null,
      errorAttempts: 0,
      crashAttempts: 0,
      scheduledFor: scene.now,
    });
    expect(await scene.outcomes(turn.bufferId)).toEqual([[10, null, null, null]]);
    expect(await scene.reply(await scene.claim())).toMatchObject({ kind: "answered" });
    expect(await scene.first.retryTurn(turn.jobId, scene.now)).toBe(false);
    expect(await scene.first.retryTurn("no such job", scene.now)).toBe(false);
  });

  test("a quarantined turn can be tried again by hand and starts with a clean count", async () => {
    await using scene = await open();
    const { jobId } = await scene.turn(10);
    for (let crash = 1; crash < CRASHES_MAX; crash++) {
      await rescueAll(scene);
      await scene.claim();
    }
    await rescueAll(scene);
    expect(await scene.first.retryTurn(jobId, scene.now)).toBe(true);
    expect(await scene.turnRow(jobId)).toMatchObject({
      crashAttempts: 0,
      quarantinedAt: null,
      state: "scheduled",
    });
  });

  test("a failed turn that is tried again while a later one waits joins that one", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    await scene.first.failTurn(turn, { ...FAILURE, retryAt: null }, scene.now, NOBODY_TOLD);
    await scene.say(11);
    const later = await scene.lull();
    expect(await scene.first.retryTurn(turn.jobId, scene.now)).toBe(true);
    expect(await scene.bufferRow(turn.bufferId)).toMatchObject({ mergedInto: later.bufferId });
    await scene.reply(await scene.claim());
    const { replyId } = await scene.send(90);
    expect(await scene.outcomes(later.bufferId)).toEqual([
      [10, "answered", null, replyId],
      [11, "answered", null, replyId],
    ]);
  });
}

/** The process that held everything dies and its next boot starts. */
let boots = 0;
function rescueAll(scene: Scene): Promise<{ released: number; quarantined: number }> {
  return scene.second.rescueTurns({ ...ME, boot: `boot-${boots++}` }, CRASHES_MAX, scene.now, NOBODY_TOLD);
}
