// How the work goes since a moment: buffers and turns by the hour, replies with the time of models, ends of conversations.
import { expect, test } from "bun:test";
import { ME, NOBODY_TOLD, type OpenScene, SECOND } from "../scene.ts";

const HOUR = 3_600 * SECOND;
const FAILURE = { code: "internal", message: "m", retryAt: null };

export function workFigureConformance(open: OpenScene): void {
  test("of nothing there are none", async () => {
    await using scene = await open();
    expect(await scene.first.bufferFigures(0)).toEqual({ byStatus: {}, opened: [] });
    expect(await scene.first.processedBuffers(0)).toEqual([]);
    expect(await scene.first.turnFigures(0)).toEqual({ completed: 0, failed: 0, meanConfidence: null });
    expect(await scene.first.replyTimes(0, 10)).toEqual([]);
    expect(await scene.first.miscountedBuffers(10)).toEqual({ checked: 0, miscounted: [] });
    expect(await scene.first.conversationFigures(0)).toEqual({
      ended: 0,
      resolved: 0,
      resolvedWithoutHuman: 0,
      ratings: 0,
      meanRating: null,
    });
    expect(await scene.first.duplicateBuckets()).toBe(0);
  });

  test("buffers are counted in the hour they were opened and in the one they were done", async () => {
    await using scene = await open();
    const hourAt = scene.now;
    await scene.answered([10, 11]);
    await scene.send(12);
    scene.pass(HOUR);
    const since = scene.now;
    await scene.first.failTurn(await scene.turn(20), FAILURE, scene.now, NOBODY_TOLD);
    expect(await scene.second.bufferFigures(0)).toEqual({
      byStatus: { completed: 1, failed: 1 },
      opened: [
        { hourAt, created: 1, averageMessages: 2 },
        { hourAt: hourAt + HOUR, created: 1, averageMessages: 1 },
      ],
    });
    const processed = [{ hourAt, processed: 1, averageSeconds: 30 }];
    expect(await scene.second.processedBuffers(0)).toEqual(processed);
    expect(await scene.second.processedBuffers(since)).toEqual([]);
    expect(await scene.second.bufferFigures(since)).toMatchObject({ byStatus: { failed: 1 } });
    expect(await scene.second.turnFigures(0)).toMatchObject({ completed: 1, failed: 1 });
    expect(await scene.second.turnFigures(since)).toMatchObject({ completed: 0, failed: 1 });
    expect(await scene.second.miscountedBuffers(10)).toEqual({ checked: 2, miscounted: [] });
    expect((await scene.second.miscountedBuffers(1)).checked).toBe(1);
  });

  test("a reply is timed from the end of its silence, the calls of models apart", async () => {
    await using scene = await open();
    const turn = await scene.turn(10);
    const step = { jobKey: turn.jobKey, attempt: turn.attempt, outcome: "ok", startedAt: scene.now };
    await scene.first.recordStep({ ...step, name: "identify", durationMs: 9, detail: {} });
    await scene.first.recordStep({
      ...step,
      name: "generate",
      durationMs: 1_500,
      detail: { provider: "groq" },
    });
    scene.pass(2 * SECOND);
    await scene.reply(turn);
    expect(await scene.second.replyTimes(0, 10)).toEqual([]);
    await scene.send(11);
    expect(await scene.second.replyTimes(0, 10)).toEqual([{ totalMs: 2_000, modelMs: 1_500 }]);
    expect(await scene.second.replyTimes(scene.now + 1, 10)).toEqual([]);
    expect(await scene.claims(ME)).toEqual([]);
  });
}
