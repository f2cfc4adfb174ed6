import { describe, expect, test } from "bun:test";
import { startDeadline, SteadyClock, systemClock } from "../src/clock.ts";
import { sleep } from "./harness/sleep.ts";
import { ManualClock, TEST_START } from "./harness/clock.ts";

describe("a sleep", () => {
  test("ends after its time, not before, and leaves no timer", async () => {
    const clock = new ManualClock();
    let isOver = false;
    void sleep(clock, 1_000).then(() => (isOver = true));
    await clock.tick(999);
    expect(isOver).toBe(false);
    await clock.tick(1);
    expect(isOver).toBe(true);
    expect(clock.armedCount).toBe(0);
  });

  test("ends at once, without an error, when its signal aborts before or meanwhile", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const sleeping = sleep(clock, 1_000, controller.signal);
    controller.abort();
    await sleeping;
    await sleep(clock, 1_000, controller.signal);
    expect(clock.armedCount).toBe(0);
  });
});

describe("a deadline", () => {
  test("aborts its signal after its time and says that the time ran out", async () => {
    const clock = new ManualClock();
    const deadline = startDeadline(clock, 5_000);
    await clock.tick(4_999);
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.expired()).toBe(false);
    await clock.tick(1);
    expect(deadline.signal.reason).toMatchObject({ name: "TimeoutError" });
    expect(deadline.expired()).toBe(true);
  });

  test("never comes once it is cleared", async () => {
    const clock = new ManualClock();
    const deadline = startDeadline(clock, 5_000);
    deadline.clear();
    expect(clock.armedCount).toBe(0);
    await clock.tick(10_000);
    expect(deadline.signal.aborted).toBe(false);
  });

  test("aborts with its parent and its reason, and then the time did not run out", () => {
    const clock = new ManualClock();
    const parent = new AbortController();
    const deadline = startDeadline(clock, 5_000, parent.signal);
    parent.abort(new Error("stopping"));
    expect(deadline.signal.reason).toEqual(new Error("stopping"));
    expect(deadline.expired()).toBe(false);
    deadline.clear();
    expect(clock.armedCount).toBe(0);
  });

  test("is aborted from the start under a parent that is", () => {
    const clock = new ManualClock();
    const deadline = startDeadline(clock, 5_000, AbortSignal.abort());
    expect(deadline.signal.aborted).toBe(true);
    deadline.clear();
  });

  test("hears nothing of its parent any more once it is cleared", () => {
    const clock = new ManualClock();
    const parent = new AbortController();
    const deadline = startDeadline(clock, 5_000, parent.signal);
    deadline.clear();
    parent.abort();
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe("the machine's clock", () => {
  test("tells wall time in whole milliseconds, and a time that never goes back", () => {
    const clock = systemClock();
    expect(Number.isInteger(clock.now())).toBe(true);
    const before = clock.monotonic();
    expect(clock.monotonic()).toBeGreaterThanOrEqual(before);
  });

  test("fires a timer of a negative delay soon, one beyond the runtime's limit not at once, and a cancelled one never", async () => {
    const clock = systemClock();
    let hasFired = false;
    const far = clock.setTimer(2 ** 33, () => (hasFired = true));
    const cancelled = clock.setTimer(0, () => (hasFired = true));
    cancelled.cancel();
    cancelled.cancel();
    const soon = Promise.withResolvers<void>();
    const fired = clock.setTimer(-5, soon.resolve);
    await soon.promise;
    fired.cancel();
    expect(hasFired).toBe(false);
    far.cancel();
  });
});

describe("the rows' clock", () => {
  test("goes with the wall clock while that only passes", async () => {
    const wall = new ManualClock();
    const steady = new SteadyClock(wall);
    await wall.tick(61_000);
    expect(steady.now()).toBe(TEST_START + 61_000);
    expect(steady.monotonic()).toBe(61_000);
    expect(steady.jumpMs()).toBe(0);
  });

  test.each([3_600_000, -3_600_000])(
    "stays where it is when the wall clock is set by %d ms, until it follows",
    async (ms) => {
      const wall = new ManualClock();
      const steady = new SteadyClock(wall);
      await wall.tick(1_000);
      wall.jump(ms);
      expect(steady.now()).toBe(TEST_START + 1_000);
      expect(steady.jumpMs()).toBe(ms);
      steady.moveBy(ms);
      expect(steady.now()).toBe(wall.now());
      expect(steady.jumpMs()).toBe(0);
    },
  );
});
