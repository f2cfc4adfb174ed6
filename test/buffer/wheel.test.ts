import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Wheel } from "../../src/buffer/wheel.ts";
import { ManualClock } from "../harness/clock.ts";

/** The wheel's promise: never early, at most one slot late. */
const LATENESS_MAX_MS = 10;
/** One round of the wheel: 4,096 slots. */
const ROUND_MS = 40_960;

interface Fired {
  key: number;
  at: number;
}

function openWheel() {
  const clock = new ManualClock();
  const fired: Fired[] = [];
  const wheel = new Wheel(clock, (keys) => {
    for (const key of keys) fired.push({ key, at: clock.monotonic() });
  });
  return { clock, wheel, fired, tick: (ms: number) => advance(clock, ms) };
}

/** Nothing behind the wheel is asynchronous, so its clock need not wait for rest. */
function advance(clock: ManualClock, ms: number): Promise<void> {
  return clock.tick(ms);
}

describe("the wheel", () => {
  test("fires a key once, at its moment, and forgets it", async () => {
    const { wheel, fired, tick } = openWheel();
    wheel.arm(7, 30_000);
    await tick(29_999);
    expect(fired).toEqual([]);
    await tick(60_000);
    expect(fired).toEqual([{ key: 7, at: 30_000 }]);
    expect(wheel.size).toBe(0);
  });

  test("arming again replaces the earlier moment, later or sooner", async () => {
    const { wheel, fired, tick } = openWheel();
    wheel.arm(1, 1_000);
    wheel.arm(1, 5_000);
    wheel.arm(2, 5_000);
    wheel.arm(2, 1_000);
    await tick(10_000);
    expect(fired).toEqual([
      { key: 2, at: 1_000 },
      { key: 1, at: 5_000 },
    ]);
  });

  test("a moment that has passed fires in the next slot", async () => {
    const { wheel, fired, tick } = openWheel();
    wheel.arm(1, -5_000);
    await tick(LATENESS_MAX_MS);
    expect(fired.map(({ key }) => key)).toEqual([1]);
  });

  test("keys of one slot come together", async () => {
    const clock = new ManualClock();
    const calls: number[][] = [];
    const wheel = new Wheel(clock, (keys) => void calls.push(keys));
    for (const key of [3, 1, 2]) wheel.arm(key, 500);
    await clock.tick(1_000);
    expect(calls.map((keys) => keys.toSorted((a, b) => a - b))).toEqual([[1, 2, 3]]);
  });

  test("keys that share a slot in different rounds keep their own round", async () => {
    const { wheel, fired, tick } = openWheel();
    for (const round of [0, 1, 2, 9]) wheel.arm(round, 100 + round * ROUND_MS);
    await tick(10 * ROUND_MS);
    expect(fired).toEqual([0, 1, 2, 9].map((round) => ({ key: round, at: 100 + round * ROUND_MS })));
  });

  test("one timer of the clock serves any number of keys", () => {
    const { clock, wheel } = openWheel();
    for (let key = 0; key < 10_000; key++) wheel.arm(key, 1_000 + ((key * 7_919) % 600_000));
    expect(wheel.size).toBe(10_000);
    expect(clock.armedCount).toBe(1);
  });

  test("disarmed and cleared keys do not fire, and a cleared wheel leaves no timer", async () => {
    const { clock, wheel, fired, tick } = openWheel();
    wheel.arm(1, 1_000);
    wheel.arm(2, 2_000);
    wheel.disarm(1);
    wheel.disarm(99);
    await tick(1_500);
    wheel.clear();
    expect([wheel.size, clock.armedCount]).toEqual([0, 0]);
    await tick(5_000);
    expect(fired).toEqual([]);
    wheel.arm(3, 1_000);
    await tick(2_000);
    expect(fired.map(({ key }) => key)).toEqual([3]);
  });

  test("a key that is armed from within its own firing fires again", async () => {
    const clock = new ManualClock();
    const at: number[] = [];
    const wheel: Wheel = new Wheel(clock, () => {
      at.push(clock.monotonic());
      if (at.length < 3) wheel.arm(1, 20);
    });
    wheel.arm(1, 20);
    await clock.tick(1_000);
    expect(at).toEqual([20, 40, 60]);
  });
});

type Step =
  { do: "arm"; key: number; delayMs: number } | { do: "disarm"; key: number } | { do: "tick"; ms: number };

const keys = fc.integer({ min: 0, max: 5 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("arm" as const),
      key: keys,
      delayMs: fc.oneof(
        fc.integer({ min: -100, max: 200 }),
        fc.integer({ min: 0, max: 3 * ROUND_MS }),
        fc.constantFrom(ROUND_MS - 10, ROUND_MS, ROUND_MS + 10, 0.25, 9.5),
      ),
    }),
    fc.record({ do: fc.constant("disarm" as const), key: keys }),
    fc.record({ do: fc.constant("tick" as const), ms: fc.integer({ min: 0, max: 60_000 }) }),
  ),
  { maxLength: 25 },
);

test("any sequence of arms, disarms and ticks fires as a plain list of deadlines would, at most a slot later", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const { clock, wheel, fired, tick } = openWheel();
      const armed = new Map<number, number>();
      for (const step of sequence) {
        if (step.do === "disarm") armed.delete(step.key);
        if (step.do === "disarm") wheel.disarm(step.key);
        if (step.do === "arm") {
          armed.set(step.key, clock.monotonic() + Math.max(step.delayMs, 0));
          wheel.arm(step.key, step.delayMs);
        }
        if (step.do !== "tick") continue;
        await tick(step.ms);
        for (const { key, at } of fired.splice(0)) {
          const due = armed.get(key);
          expect(due).toBeDefined();
          expect(at).toBeGreaterThanOrEqual(due ?? Infinity);
          expect(at).toBeLessThanOrEqual((due ?? 0) + LATENESS_MAX_MS);
          armed.delete(key);
        }
        for (const due of armed.values()) expect(due + LATENESS_MAX_MS).toBeGreaterThan(clock.monotonic());
        expect(wheel.size).toBe(armed.size);
      }
    }),
    { numRuns: 150 },
  );
});
