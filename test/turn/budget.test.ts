import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { IMAGES_MAX, TURN_TEXT_LENGTH_MAX, withinBudget } from "../../src/turn/budget.ts";
import type { Sense } from "../../src/turn/sensed.ts";

const TOO_MUCH: Sense = { kind: "unread", reason: "too_much" };

function read(text: string, isTruncated = false): Sense {
  return { kind: "read", text, isTruncated };
}

describe("of the texts of files", () => {
  test("the first come whole, the last that fits is cut, and the rest is named", () => {
    const half = "x".repeat(TURN_TEXT_LENGTH_MAX / 2 + 1);
    const senses = [read(half), { kind: "told" } as const, read(half), read("y")];
    expect(withinBudget(senses)).toEqual([
      read(half),
      { kind: "told" },
      read(half.slice(0, -2), true),
      TOO_MUCH,
    ]);
  });

  test("none is cut through a pair of characters", () => {
    const [first, second] = withinBudget([read("x".repeat(TURN_TEXT_LENGTH_MAX - 1)), read("😀😀")]);
    expect(first).toMatchObject({ isTruncated: false });
    expect([second]).not.toMatchObject([{ text: "\uD83D" }]);
  });

  test("there are never more than a turn may have, and what is whole is not said to be cut", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 9_000, unit: "grapheme" })), (texts) => {
        const senses = withinBudget(texts.map((text) => read(text)));
        const kept = senses.flatMap((sense, index) =>
          sense.kind === "read" ? [{ ...sense, given: texts[index] }] : [],
        );
        const length = kept.reduce((sum, { text }) => sum + text.length, 0);
        expect(length).toBeLessThanOrEqual(TURN_TEXT_LENGTH_MAX);
        for (const { text, isTruncated, given } of kept) expect(isTruncated).toBe(text !== given);
      }),
      { numRuns: 50 },
    );
  });
});

test("of pictures the first are shown, wherever they came from", () => {
  const pictures = Array.from({ length: IMAGES_MAX + 2 }, (_, index): Sense => ({
    kind: "seen",
    image: `data:${index}`,
  }));
  expect(withinBudget([read("a"), ...pictures])).toEqual([
    read("a"),
    ...pictures.slice(0, IMAGES_MAX),
    TOO_MUCH,
    TOO_MUCH,
  ]);
});
