// Where a long reply is split into several messages, where it never is, and how long each part waits.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { quickestMs } from "../harness/quickest.ts";
import { humanParts, pausesMs } from "../../src/delivery/parts.ts";

/** A sentence of about this length. */
const sentence = (length: number, end = "."): string =>
  `Palavra ${"a".repeat(length - 9 - end.length)}z${end}`;
const paragraph = (length: number): string => `${sentence(length / 2)} ${sentence(length / 2)}`;

const LIST = ["- um quilo de arroz integral", "- dois quilos de feijão", "- três caixas de leite"].join("\n");
const CODE = `\`\`\`\n${sentence(60)}\n\n${sentence(60)}\n\`\`\``;

describe("a reply", () => {
  test("of up to 350 characters is one message", () => {
    const text = paragraph(348);
    expect(humanParts(text)).toEqual([text]);
  });

  test("is split at its paragraphs first, near the middle", () => {
    const [a, b, c] = [paragraph(120), paragraph(160), paragraph(170)];
    expect(humanParts([a, b, c].join("\n\n"))).toEqual([[a, b].join("\n\n"), c]);
  });

  test("of one paragraph is split at a sentence near the middle", () => {
    const [a, b, c, d] = [sentence(100), sentence(100, "!"), sentence(100, "?"), sentence(100)];
    expect(humanParts([a, b, c, d].join(" "))).toEqual([`${a} ${b}`, `${c} ${d}`]);
  });

  test("has at most four parts, however long it is", () => {
    const text = Array.from({ length: 20 }, () => paragraph(190)).join("\n\n");
    expect(humanParts(text)).toHaveLength(4);
    for (const part of humanParts(text)) expect(part.length).toBeGreaterThan(800);
  });

  test.each<[name: string, whole: string]>([
    ["a list", LIST],
    ["a list with the line that announces it", `Você precisa de:\n${LIST}`],
    ["a list with a blank line after that", `Você precisa de:\n\n${LIST}`],
    ["a list whose items stand apart", LIST.replaceAll("\n", "\n\n")],
    ["a numbered list with sentences", `1. ${sentence(60)} ${sentence(60)}\n2. ${sentence(60)}`],
    ["an item that goes on below", `1. Abra a tampa.\n   Depois feche.\n2. Ligue.`],
    ["lines with a picture each", "✅ Entrega grátis.\n✅ Troca em casa.\n✅ Garantia."],
    ["a block of code", CODE],
    ["a link", "https://loja.example.com/Um?a=1!Dois"],
    ["bold", "*Atenção! Leia tudo. Sempre! Até o fim.*"],
  ])("is never split inside %s", (_name, whole) => {
    const text = `${sentence(200)}\n\n${whole}\n\n${sentence(200)}`;
    const parts = humanParts(text);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.filter((part) => part.includes(whole))).toHaveLength(1);
  });

  test("that is one long list stays one message", () => {
    const text = Array.from({ length: 30 }, (_, at) => `- item ${at} ${"x".repeat(30)}`).join("\n");
    expect(humanParts(text)).toEqual([text]);
  });

  test("is not split after an abbreviation or within a number", () => {
    const text = `${sentence(170).slice(0, -1)} com a Sra. Ana na Av. Brasil, por R$ 1.250 ou U$ 3.5 ${sentence(170)}`;
    expect(humanParts(text)).toEqual([text]);
  });

  test("of one paragraph is not split inside bold, though that were nearer to the middle", () => {
    const text = `${sentence(170)} *Atenção! Leia tudo.* ${sentence(170)}`;
    expect(humanParts(text)).toEqual([sentence(170), `*Atenção! Leia tudo.* ${sentence(170)}`]);
  });

  test("gets no part that is too short to be a message", () => {
    const text = `Olá!\n\n${paragraph(340)}\n\nAté logo!`;
    for (const part of humanParts(text)) expect(part.length).toBeGreaterThanOrEqual(40);
  });

  test("two paragraphs of which begin with a picture is split between them", () => {
    const [a, b] = [`😊 ${paragraph(200)}`, `🚚 ${paragraph(200)}`];
    expect(humanParts(`${a}\n\n${b}`)).toEqual([a, b]);
  });

  test("loses nothing but white space, whatever it holds", () => {
    const pieces = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.constantFrom(
        paragraph(90),
        sentence(60),
        "\n\n",
        "\n",
        " ",
        LIST,
        CODE,
        "https://a.example/B?c. D",
        "*Um. Dois*",
      ),
    );
    const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        const parts = humanParts(text);
        expect(parts.length).toBeLessThanOrEqual(4);
        let at = 0;
        for (const part of parts) {
          const foundAt = text.indexOf(part, at);
          expect(text.slice(at, foundAt).trim()).toBe("");
          if (parts.length > 1) expect(part.length).toBeGreaterThanOrEqual(40);
          at = foundAt + part.length;
        }
        expect(text.slice(at)).toBe("");
      }),
    );
  });

  test("made to be slow is split within 50 ms", () => {
    for (const piece of ["\n ", "a. ", "aaaa.!?…", "```", "- a\n", ":\n", "✅\n", "https://", "*", "1.\n"]) {
      const text = piece.repeat(4_000 / piece.length);
      expect(quickestMs(() => humanParts(text))).toBeLessThan(50);
    }
  });
});

describe("the pause before a part", () => {
  test("is 30 to 50 ms for each of its characters, from 1.5 to 8 s, and none before the first", () => {
    const parts = [10, 10, 100, 1_000].map((length) => "x".repeat(length));
    expect(pausesMs(parts, () => 0)).toEqual([0, 1_500, 3_000, 8_000]);
    expect(pausesMs(parts, () => 0.999_999)).toEqual([0, 1_500, 5_000, 8_000]);
  });
});
