import { describe, expect, test } from "bun:test";
import { Loop } from "../src/loop.ts";
import { ManualClock } from "./harness/clock.ts";

const POLL_MS = 10_000;

interface Stage {
  clock: ManualClock;
  loop: Loop;
  /** The rounds begun, at which moment each. */
  begunAt: number[];
  errors: unknown[];
  /** Rounds wait for `release` from now on. */
  hold: () => void;
  release: () => void;
  /** The next round fails. */
  failNext: (error: Error) => void;
  /** What the look-ahead says: ms from the start of the test, or an error. */
  nextAt: { value: number | null | Error };
  mostAtOnce: () => number;
}

function open(): Stage {
  const clock = new ManualClock();
  const start = clock.now();
  const begunAt: number[] = [];
  const errors: unknown[] = [];
  const failures: Error[] = [];
  const nextAt: Stage["nextAt"] = { value: null };
  let gate: PromiseWithResolvers<void> | null = null;
  let atOnce = 0;
  let mostAtOnce = 0;
  const loop = new Loop({
    clock,
    pollMs: POLL_MS,
    async runOnce() {
      clock.touch();
      begunAt.push(clock.now() - start);
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await gate?.promise;
      atOnce--;
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return begunAt.length;
    },
    nextAt() {
      const { value } = nextAt;
      if (value instanceof Error) return Promise.reject(value);
      return Promise.resolve(value === null ? null : start + value);
    },
    onError: (error) => void errors.push(error),
  });
  return {
    clock,
    loop,
    begunAt,
    errors,
    hold: () => void (gate = Promise.withResolvers()),
    release() {
      gate?.resolve();
      gate = null;
    },
    failNext: (error) => void failures.push(error),
    nextAt,
    mostAtOnce: () => mostAtOnce,
  };
}

describe("a loop", () => {
  test("runs at its start and then once in every poll", async () => {
    const { loop, clock, begunAt } = open();
    loop.start();
    await clock.tick(3 * POLL_MS);
    expect(begunAt).toEqual([0, POLL_MS, 2 * POLL_MS, 3 * POLL_MS]);
    await loop.stop();
  });

  test("asks for what comes due after its round began: what did so while the round ran need not wait for the poll", async () => {
    const clock = new ManualClock();
    const dueAt = clock.now() + 1_000;
    const rounds: number[] = [];
    const loop = new Loop({
      clock,
      pollMs: POLL_MS,
      async runOnce() {
        rounds.push(clock.now() - dueAt);
        // The wall clock moves past the due moment while the second round is at work.
        if (rounds.length === 2) clock.jump(2);
        return rounds.length;
      },
      nextAt: (after) => Promise.resolve(dueAt > after ? dueAt : null),
      onError: () => {},
    });
    loop.start();
    await clock.tick(999);
    loop.wake();
    await clock.tick(1);
    expect(rounds).toEqual([-1_000, -1, 1]);
    await loop.stop();
  });

  test("never runs two rounds at once, and wakes during one give one more, however many they are", async () => {
    const { loop, clock, begunAt, hold, release, mostAtOnce } = open();
    hold();
    loop.start();
    await clock.settle();
    for (let wake = 0; wake < 5; wake++) loop.wake();
    await clock.settle();
    expect(begunAt).toHaveLength(1);
    release();
    await clock.settle();
    expect(begunAt).toHaveLength(2);
    expect(mostAtOnce()).toBe(1);
    await loop.stop();
  });

  test("runs one round for wakes that come together", async () => {
    const { loop, clock, begunAt } = open();
    loop.start();
    await clock.settle();
    loop.wake();
    loop.wake();
    await clock.settle();
    expect(begunAt).toHaveLength(2);
    await loop.stop();
  });

  test("loses no wake that comes just when it goes to rest", async () => {
    const manual = new ManualClock();
    let roundCount = 0;
    const loop: Loop = new Loop({
      clock: {
        now: () => manual.now(),
        monotonic: () => manual.monotonic(),
        setTimer(delayMs, fire) {
          if (roundCount === 1) queueMicrotask(() => loop.wake());
          return manual.setTimer(delayMs, fire);
        },
      },
      pollMs: POLL_MS,
      runOnce: () => Promise.resolve(roundCount++),
      nextAt: () => Promise.resolve(null),
      onError: () => undefined,
    });
    loop.start();
    await manual.settle();
    expect(roundCount).toBe(2);
    await loop.stop();
    expect(manual.armedCount).toBe(0);
  });

  test("lets timers and input in between rounds that follow each other at once", async () => {
    const clock = new ManualClock();
    let roundCount = 0;
    let roundsBefore: number | null = null;
    const loop: Loop = new Loop({
      clock,
      pollMs: POLL_MS,
      runOnce() {
        if (++roundCount < 1_000 && roundsBefore === null) loop.wake();
        return Promise.resolve(roundCount);
      },
      nextAt: () => Promise.resolve(null),
      onError: () => undefined,
    });
    loop.start();
    setImmediate(() => (roundsBefore = roundCount));
    await clock.settle();
    expect(roundsBefore).toBeLessThan(5);
    await loop.stop();
  });

  test("runs when something comes due before the poll, and a wake moves the poll", async () => {
    const { loop, clock, begunAt, nextAt } = open();
    nextAt.value = 4_000;
    loop.start();
    await clock.settle();
    nextAt.value = null;
    await clock.tick(4_000);
    expect(begunAt).toEqual([0, 4_000]);
    await clock.tick(5_000);
    loop.wake();
    await clock.tick(9_999);
    expect(begunAt).toEqual([0, 4_000, 9_000]);
    await clock.tick(1);
    expect(begunAt).toEqual([0, 4_000, 9_000, 19_000]);
    await loop.stop();
  });

  test("polls when what comes due lies further away than the poll", async () => {
    const { loop, clock, begunAt, nextAt } = open();
    nextAt.value = 60 * POLL_MS;
    loop.start();
    await clock.tick(POLL_MS);
    expect(begunAt).toEqual([0, POLL_MS]);
    await loop.stop();
  });

  test("tells of a round that failed and goes on at the next poll, not before", async () => {
    const { loop, clock, begunAt, errors, failNext, nextAt } = open();
    nextAt.value = 5;
    failNext(new Error("first"));
    loop.start();
    await clock.tick(POLL_MS - 1);
    expect(errors).toEqual([new Error("first")]);
    expect(begunAt).toEqual([0]);
    nextAt.value = null;
    await clock.tick(1);
    expect(begunAt).toEqual([0, POLL_MS]);
    expect(errors).toHaveLength(1);
    await loop.stop();
  });

  test("goes on at the next poll when the look-ahead failed", async () => {
    const { loop, clock, begunAt, errors, nextAt } = open();
    nextAt.value = new Error("no look");
    loop.start();
    await clock.settle();
    nextAt.value = null;
    await clock.tick(POLL_MS);
    expect(begunAt).toEqual([0, POLL_MS]);
    expect(errors).toEqual([new Error("no look")]);
    await loop.stop();
  });

  test("keeps a wake that came during a round that failed", async () => {
    const { loop, clock, begunAt, hold, release, failNext } = open();
    hold();
    failNext(new Error("first"));
    loop.start();
    await clock.settle();
    loop.wake();
    release();
    await clock.settle();
    expect(begunAt).toEqual([0, 0]);
    await loop.stop();
  });

  test("stops after the round that runs, and begins none of those it was woken for", async () => {
    const { loop, clock, begunAt, hold, release } = open();
    hold();
    loop.start();
    await clock.settle();
    loop.wake();
    let isStopped = false;
    const stopping = loop.stop().then(() => (isStopped = true));
    await clock.settle();
    expect(isStopped).toBe(false);
    release();
    await stopping;
    await clock.tick(3 * POLL_MS);
    expect(begunAt).toHaveLength(1);
    expect(clock.armedCount).toBe(0);
  });

  test("gives what a round did to whoever asks for one, and its failure to them alone", async () => {
    const { loop, clock, begunAt, errors, failNext, hold, release } = open();
    expect(await loop.round()).toBe(0);
    loop.start();
    await clock.settle();
    hold();
    const asked = [loop.round(), loop.round()];
    await clock.settle();
    const later = loop.round();
    release();
    await clock.settle();
    // What was asked for while a round ran is answered by the one after it.
    expect(await Promise.all([...asked, later])).toEqual([2, 2, 3]);
    failNext(new Error("asked for"));
    const failed = loop.round().catch((error: unknown) => error);
    await clock.settle();
    expect(await failed).toEqual(new Error("asked for"));
    expect([begunAt.length, errors]).toEqual([4, []]);
    await clock.tick(POLL_MS);
    expect(begunAt).toHaveLength(5);
    const never = loop.round();
    await loop.stop();
    expect([await never, await loop.round()]).toEqual([0, 0]);
  });

  test("without a poll of its own runs when it is asked, woken, or something comes due", async () => {
    const clock = new ManualClock();
    const rounds: number[] = [];
    const start = clock.now();
    const loop = new Loop({
      clock,
      pollMs: null,
      runOnce: () => Promise.resolve(rounds.push(clock.now() - start)),
      nextAt: (after) => Promise.resolve(after < start + 700 ? start + 700 : null),
      onError: () => undefined,
    });
    loop.start();
    await clock.tick(60_000);
    expect(rounds).toEqual([0, 700]);
    loop.wake();
    await clock.settle();
    expect(rounds).toEqual([0, 700, 60_000]);
    await loop.stop();
    expect(clock.armedCount).toBe(0);
  });
});
