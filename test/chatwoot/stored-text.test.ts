// Text made fit for a row.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cleanText, clippedText } from "../../src/chatwoot/stored-text.ts";

const LENGTH_MAX = 8;

describe("text for a row", () => {
  test.each([
    ["bom dia 😀", "bom dia 😀"],
    ["a\0b", "a\uFFFDb"],
    ["a\uD800", "a\uFFFD"],
    ["\uDC00a", "\uFFFDa"],
    ["", ""],
    [null, null],
    [undefined, null],
  ])("%j becomes %j", (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  test.each([
    ["12345678", "12345678"],
    ["123456789", "12345678"],
    ["1234567😀", "1234567"],
    ["123456😀9", "123456😀"],
    ["  ", null],
    [null, null],
  ])("%j with room for 8 becomes %j", (text, expected) => {
    expect(clippedText(text, LENGTH_MAX)).toBe(expected);
  });

  test("is always well formed, without NUL and within its bound", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\0", "\uD83D", "\uDE00", " ") }), (text) => {
        const kept = clippedText(text, LENGTH_MAX) ?? "";
        expect(kept.isWellFormed()).toBe(true);
        expect(kept).not.toContain("\0");
        expect(kept.length).toBeLessThanOrEqual(LENGTH_MAX);
      }),
    );
  });
});
