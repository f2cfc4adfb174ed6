// A customer's words as a query: what it finds in a real index, and that nothing in it is an operator.
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { searchQuery } from "../../src/knowledge/query.ts";

const PASSAGES = [
  "O preço da instalação é de dez reais por metro quadrado.",
  "A entrega demora dois dias úteis.",
  "Garantia: um ano. Ligue para 11 98765-4321.",
  "Nous livrons dans toute la France, délai de quarante-huit heures.",
  "The shop opens at nine o'clock.",
];

const database = new Database(":memory:", { strict: true });
database.run(
  "CREATE VIRTUAL TABLE passages USING fts5(text, secret, tokenize = 'unicode61 remove_diacritics 2')",
);
for (const text of PASSAGES)
  database.run("INSERT INTO passages (text, secret) VALUES (?, 'segredo')", [text]);
const search = database.query<{ id: number }, [string]>(
  "SELECT rowid AS id FROM passages WHERE passages MATCH ? ORDER BY bm25(passages), rowid",
);

/** The passages found, the best first, by their number. */
function find(text: string): number[] {
  const query = searchQuery(text);
  return query === null ? [] : search.all(query).map(({ id }) => id - 1);
}

describe("a question finds", () => {
  test.each([
    ["the words it shares", "Qual é o preço da instalação?", [0]],
    ["them without accents and in capitals", "PRECO INSTALACAO", [0]],
    ["them with accents that the passage lacks", "métro", [0]],
    ["the beginning of a longer word", "quero instala", [0]],
    ["the singular of its plural", "quais os preços?", [0]],
    ["a number by its beginning", "98765", [2]],
    ["words apart by a hyphen or an apostrophe", "quarante-huit o'clock", [3, 4]],
    ["the passage with the most of its words first", "entrega em dois dias, preço", [1, 0]],
    ["French", "quel est le délai pour être livré en France ?", [3]],
    ["English", "when does the shop open?", [4]],
    ["nothing where no word is shared", "bicicleta", []],
    ["nothing for no word at all", "?!… 👍 '' \"\"", []],
    ["nothing for nothing", "", []],
  ])("%s", (_what, text, expected) => {
    expect(find(text)).toEqual(expected);
  });
});

describe("the query", () => {
  test("leaves out words that stand everywhere, in each language", () => {
    expect(searchQuery("Bom dia, qual é o preço?")).toBe('"preco"*');
    expect(searchQuery("hello, what is the price please")).toBe('"price"*');
    expect(searchQuery("bonjour, c'est quoi le prix ?")).toBe('"prix"');
    expect(searchQuery("hola, ¿cuál es el precio?")).toBe('"precio"*');
  });

  test("keeps them when there is nothing else", () => {
    expect(searchQuery("o que é isso?")).toBe('"o" OR "que" OR "e" OR "isso"');
  });

  test("looks for each word once, and for so many words", () => {
    expect(searchQuery("cal Cal CAL cál")).toBe('"cal"');
    const many = Array.from({ length: 100 }, (_, index) => `w${index}`).join(" ");
    expect(searchQuery(many)?.split(" OR ")).toHaveLength(10);
    expect(searchQuery("a".repeat(100_000))?.length).toBeLessThan(60);
  });

  test.each([
    ["quotes", 'cal" OR secret:"x', '"cal" OR "secret"* OR "x"'],
    ["operators", "cal AND NOT tinta NEAR(x, 2)", '"cal" OR "tinta"* OR "near" OR "x" OR "2"'],
    ["columns and signs", "secret : ^cal* + {tinta} - x", '"secret"* OR "cal" OR "tinta"* OR "x"'],
    ["SQL", "cal'); DROP TABLE passages; --", '"cal" OR "drop" OR "table"* OR "passage"*'],
    ["a character that ends strings", "cal\0tinta", '"cal" OR "tinta"*'],
  ])("takes %s for what they are: words, or nothing", (_what, text, expected) => {
    expect(searchQuery(text)).toBe(expected);
    expect(() => find(text)).not.toThrow();
  });

  test("is one that SQLite takes, whatever is asked", () => {
    const words = fc.constantFrom(
      '"',
      "'",
      "*",
      "^",
      "(",
      ")",
      "{",
      "}",
      ":",
      "+",
      "-",
      "AND",
      "OR",
      "NOT",
      "NEAR",
      ",",
      "\0",
      "́",
      "\ud800",
      "text:",
      "é",
    );
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.array(fc.oneof(words, fc.string({ maxLength: 5 }))).map((some) => some.join("")),
      fc.array(words).map((some) => some.join(" ")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const query = searchQuery(text);
        if (query === null) return;
        expect(query).toMatch(/^"[\p{L}\p{N}\p{M}]+"\*?(?: OR "[\p{L}\p{N}\p{M}]+"\*?)*$/u);
        search.all(query);
      }),
      { numRuns: 5_000 },
    );
  });

  test("finds every passage by any long word of it", () => {
    for (const [index, passage] of PASSAGES.entries()) {
      for (const word of passage.match(/\p{L}{6,}/gu) ?? []) expect(find(word)).toContain(index);
    }
  });
});
