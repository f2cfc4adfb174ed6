// Where a long reply is cut, and where it never is.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { splitText } from "../../src/delivery/split.ts";

describe("a text that is too long is cut", () => {
  test.each([
    ["at the last paragraph that fits", "aaa\n\nbb. b\n\ncccc cccc", 14, ["aaa\n\nbb. b", "cccc cccc"]],
    ["at a line when there is no paragraph", "aaa\nbb. b\ncccc cccc", 14, ["aaa\nbb. b", "cccc cccc"]],
    ["at a sentence when there is no line", "Um. Dois! Três quatro", 14, ["Um. Dois!", "Três quatro"]],
    ["at a word when there is no sentence", "um dois três quatro", 14, ["um dois três", "quatro"]],
    ["inside a word when there is no other way", "abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["exactly at the limit", "aaaa\n\nbbbb", 4, ["aaaa", "bbbb"]],
    ["between characters, not inside one", "👩‍👩‍👧👍🏽👍🏽", 10, ["👩‍👩‍👧", "👍🏽👍🏽"]],
    ["not inside a letter and its accent", "abce\u0301x", 4, ["abc", "e\u0301x"]],
    ["not inside a flag", "abc🇧🇷", 5, ["abc", "🇧🇷"]],
    ["not inside bold", "um *dois três* fim", 12, ["um", "*dois três*", "fim"]],
    ["not inside bold for Chatwoot", "um **dois. três** fim", 16, ["um", "**dois. três**", "fim"]],
    ["not inside code", "um `a b c d` fim", 9, ["um", "`a b c d`", "fim"]],
    ["not inside a URL", "veja https://x.com/a.b?c=d agora", 22, ["veja", "https://x.com/a.b?c=d", "agora"]],
    ["inside bold when that is longer than a message", "*aaa bbb ccc ddd*", 9, ["*aaa bbb", "ccc ddd*"]],
    ["inside a surrogate pair never", "a" + "\u0301".repeat(3) + "😀😀", 4, ["a\u0301\u0301\u0301", "😀😀"]],
  ])("%s", (_where, text, unitsMax, expected) => {
    expect(splitText(text, unitsMax)).toEqual(expected);
  });

  test("into parts that fit, are not blank and lose nothing but white space", () => {
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: "grapheme", maxLength: 12 }),
          fc.constantFrom("\n\n", "\n", ". ", "  ", "*a b*"),
        ),
      )
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), (whole, unitsMax) => {
        const parts = splitText(whole, unitsMax);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(unitsMax);
          expect(part.trim()).not.toBe("");
          expect(part.isWellFormed()).toBe(true);
        }
        expect(parts.join("").replace(/\s/g, "")).toBe(whole.replace(/\s/g, ""));
      }),
    );
  });
});

test("a text that fits is left in one part", () => {
  expect(splitText("  aaa\n\nbbb ", 9)).toEqual(["aaa\n\nbbb"]);
});

test("a blank text has no parts", () => {
  expect(splitText(" \n ", 9)).toEqual([]);
});
