// Where a long text is cut into passages, and what none of them loses.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PASSAGE_LIMITS, type PassageLimits, splitPassages } from "../../src/knowledge/passages.ts";

const textsOf = (text: string, limits: Partial<PassageLimits> = {}): string[] =>
  splitPassages(text, { ...PASSAGE_LIMITS, overlapMax: 0, ...limits }).passages.map(
    (passage) => passage.text,
  );

describe("a text is cut", () => {
  test.each([
    ["nowhere when it is short", "Um. Dois.\n\nTrês.", 40, ["Um. Dois.\n\nTrês."]],
    [
      "before a heading",
      "aaaa aaaa aaaa\n\n# B\n\ncccc cccc cccc",
      30,
      ["aaaa aaaa aaaa", "# B\n\ncccc cccc cccc"],
    ],
    [
      "at the last paragraph that fits",
      "aaaa. aaaa\n\nbbbb. bb.\n\ncccc",
      24,
      ["aaaa. aaaa\n\nbbbb. bb.", "cccc"],
    ],
    [
      "at a line when there is no paragraph",
      "aaaa. aaaa aa\nbbbb. bbbb",
      20,
      ["aaaa. aaaa aa", "bbbb. bbbb"],
    ],
    [
      "at a sentence when there is no line",
      "Aaaa aaaa aaaa! Bbbb bbbb bbbb",
      20,
      ["Aaaa aaaa aaaa!", "Bbbb bbbb bbbb"],
    ],
    ["at a word when there is no sentence", "aaaa bbbb cccc dddd", 16, ["aaaa bbbb cccc", "dddd"]],
    ["anywhere when there is no word", "abcdefghijklmnopqr", 8, ["abcdefgh", "ijklmnop", "qr"]],
    ["inside a character never", "abcdefg😀hijk", 8, ["abcdefg", "😀hijk"]],
  ])("%s", (_where, text, charactersMax, expected) => {
    expect(textsOf(text, { charactersMax })).toEqual(expected);
  });

  test("into none when it is blank", () => {
    expect(splitPassages(" \n\t\n")).toEqual({ passages: [], isTruncated: false });
  });

  test("into passages of about 800 characters", () => {
    const sentence = "O metro da instalação custa dez reais, com entrega em dois dias. ";
    const { passages } = splitPassages(
      Array.from({ length: 300 }, (_, index) => sentence + (index % 5 ? "" : "\n\n")).join(""),
    );
    const mean = passages.reduce((sum, { text }) => sum + text.length, 0) / passages.length;
    expect(mean).toBeWithin(650, 1_000);
  });
});

describe("a heading goes with what follows it", () => {
  const filler = "Aaaa aaaa aaaa aaaa aaaa aaaa.";
  test.each([
    ["Markdown's", "## Preços"],
    ["two of them", "# Loja\n\n## Preços"],
    ["a short line of its own", "Preços e prazos"],
    ["one that ends in a colon", "Os preços:"],
  ])("%s", (_what, heading) => {
    const passages = textsOf(`${filler}\n\n${heading}\n\nBbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb.`, {
      charactersMax: 60,
    });
    expect(passages).toEqual([filler, `${heading}\n\nBbbb bbbb bbbb bbbb bbbb bbbb bbbb bbbb.`]);
  });

  test.each([["Dez reais."], ["- cal"], ["Nome: cal"]])("but %p is none", (line) => {
    const passages = textsOf(`${filler}\n\n${line}\n\n${"b".repeat(40)}`, { charactersMax: 60 });
    expect(passages).toEqual([`${filler}\n\n${line}`, "b".repeat(40)]);
  });
});

describe("the end of a passage stands again at the beginning of the next", () => {
  const limits = { charactersMax: 40, overlapMax: 10 };
  test("from a sentence on, if one begins there", () => {
    expect(textsOf("Aaaa aaaa aaaa aaaa aaaa aaaa. Bbb bb. Cccc cccc cccc.", limits)).toEqual([
      "Aaaa aaaa aaaa aaaa aaaa aaaa. Bbb bb.",
      "Bbb bb. Cccc cccc cccc.",
    ]);
  });

  test("else from a word on", () => {
    const [, second] = textsOf("aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk", limits);
    expect(second).toBe("hhhh iiii jjjj kkkk");
  });

  test("but not before a heading", () => {
    expect(textsOf("Aaaa aaaa aaaa. Aaaa. Aaaa.\n\n# B\n\nBbbb bbbb bbbb.", limits)[1]).toStartWith("# B");
  });
});

describe("whatever the text and the limits", () => {
  const pieces = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(
      " ".repeat(50),
      "\n\n",
      "\n",
      ". ",
      "   ",
      "# ",
      "\n\n## Título\n\n",
      "\nLinha\n",
      "palavra ",
      "😀",
      "。",
      "a: b",
      "\t",
    ),
  );
  const texts = fc.array(pieces, { maxLength: 80 }).map((some) => some.join(""));
  const allLimits = fc.record({
    charactersMax: fc.integer({ min: 8, max: 60 }),
    overlapMax: fc.integer({ min: 0, max: 60 }),
    countMax: fc.constant(1_000),
  });

  test("nothing is lost, nothing is too long, and the order is kept", () => {
    fc.assert(
      fc.property(texts, allLimits, (text, limits) => {
        const { passages, isTruncated } = splitPassages(text, limits);
        expect(isTruncated).toBe(false);
        let [startedAt, endedAt] = [-1, 0];
        for (const { text: passage, startAt, endAt } of passages) {
          expect(passage).toBe(text.slice(startAt, endAt));
          expect(passage.trim()).toBe(passage);
          expect(passage.length).toBeWithin(1, limits.charactersMax + 1);
          expect(startAt).toBeGreaterThan(startedAt);
          expect(endAt).toBeGreaterThan(endedAt);
          expect(text.slice(endedAt, Math.max(startAt, endedAt)).trim()).toBe("");
          expect(endedAt - startAt).toBeLessThanOrEqual(limits.overlapMax);
          if (text.isWellFormed()) expect(passage.isWellFormed()).toBe(true);
          [startedAt, endedAt] = [startAt, endAt];
        }
        expect(text.slice(endedAt).trim()).toBe("");
      }),
      { numRuns: 2_000 },
    );
  });

  test("the same text gives the same passages, and no more than may be", () => {
    fc.assert(
      fc.property(texts, allLimits, fc.integer({ min: 0, max: 3 }), (text, limits, countMax) => {
        const all = splitPassages(text, limits);
        expect(splitPassages(text, limits)).toEqual(all);
        const some = splitPassages(text, { ...limits, countMax });
        expect(some).toEqual({
          passages: all.passages.slice(0, countMax),
          isTruncated: all.passages.length > countMax,
        });
      }),
    );
  });

  test.each(["a", " ", "\n", "a ", ". ", "# ", "\n\n# a", "a\n\n", "😀", "。", ")", "a\n \n"])(
    "two million characters of %p are cut quickly",
    (piece) => {
      const begun = performance.now();
      splitPassages(piece.repeat(2_000_000 / piece.length));
      expect(performance.now() - begun).toBeLessThan(5_000);
    },
  );
});
