import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { dueAt, type WindowLimits, type WindowState } from "../../src/buffer/window.ts";

const LIMITS: WindowLimits = { silenceMs: 30_000, ageMaxMs: 300_000, sizeMax: 50 };
const NOW = 1_000_000;

function window(changes: Partial<WindowState> = {}): WindowState {
  return { firstAt: NOW, lastAt: NOW, messageCount: 1, heldUntil: null, extendedUntil: null, ...changes };
}

describe("the moment a buffer closes", () => {
  test.each<[name: string, state: Partial<WindowState>, limits: Partial<WindowLimits>, due: number]>([
    ["one silence after a single message", {}, {}, NOW + 30_000],
    ["one silence after the last message, not the first", { firstAt: NOW - 100_000 }, {}, NOW + 30_000],
    ["at the age cap when messages never stop", { firstAt: NOW - 290_000 }, {}, NOW + 10_000],
    ["at once when the age cap has passed", { firstAt: NOW - 400_000 }, {}, NOW - 100_000],
    ["now at the size cap", { messageCount: 50 }, {}, NOW],
    ["now beyond the size cap", { messageCount: 51 }, {}, NOW],
    ["not yet one below the size cap", { messageCount: 49 }, {}, NOW + 30_000],
    ["now for a cap of one message", {}, { sizeMax: 1 }, NOW],
    ["when typing ends, if that is later", { heldUntil: NOW + 45_000 }, {}, NOW + 45_000],
    ["after the silence when typing ended before it", { heldUntil: NOW + 5_000 }, {}, NOW + 30_000],
    [
      "at the age cap, however long somebody types",
      { firstAt: NOW - 299_000, heldUntil: NOW + 45_000 },
      {},
      NOW + 1_000,
    ],
    [
      "when an operator's time ends, whoever types",
      { heldUntil: null, extendedUntil: NOW + 60_000 },
      {},
      NOW + 60_000,
    ],
    ["at the age cap, whatever an operator said", { extendedUntil: NOW + 600_000 }, {}, NOW + 300_000],
    ["now at the size cap, typing or not", { messageCount: 50, heldUntil: NOW + 45_000 }, {}, NOW],
    ["after no wait when the silence is nought", {}, { silenceMs: 0 }, NOW],
    ["at the age cap when that is shorter than the silence", {}, { ageMaxMs: 100 }, NOW + 100],
  ])("%s", (_name, state, limits, due) => {
    expect(dueAt(window(state), { ...LIMITS, ...limits }, NOW)).toBe(due);
  });
});

test("no deadline lies beyond the age cap, nor before the silence unless a cap brings it forward", () => {
  const states = fc.record({
    firstAt: fc.integer({ min: 0, max: NOW }),
    messageCount: fc.integer({ min: 1, max: 60 }),
    heldUntil: fc.option(fc.integer({ min: NOW, max: NOW + 60_000 })),
  });
  const limits = fc.record({
    silenceMs: fc.integer({ min: 0, max: 600_000 }),
    ageMaxMs: fc.integer({ min: 100, max: 3_600_000 }),
    sizeMax: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(states, limits, (state, bounds) => {
      const due = dueAt(window(state), bounds, NOW);
      const isFull = state.messageCount >= bounds.sizeMax;
      const cap = isFull ? NOW : state.firstAt + bounds.ageMaxMs;
      expect(due).toBeLessThanOrEqual(cap);
      expect(due).toBeGreaterThanOrEqual(Math.min(cap, NOW + bounds.silenceMs, state.heldUntil ?? Infinity));
      if (due < cap) expect(due).toBe(Math.max(NOW + bounds.silenceMs, state.heldUntil ?? 0));
    }),
  );
});

test("one message more never brings the deadline forward below the size cap", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(gaps, (gapsMs) => {
      let [at, due] = [NOW, dueAt(window(), LIMITS, NOW)];
      for (const [index, gapMs] of gapsMs.entries()) {
        at += gapMs;
        const next = dueAt(window({ lastAt: at, messageCount: index + 2 }), LIMITS, at);
        expect(next).toBeGreaterThanOrEqual(due);
        due = next;
      }
    }),
  );
});
