// The language of a customer's words: what people write to shops, and what tells nothing.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Language, languageOf } from "../../src/turn/language.ts";

const SAID: readonly (readonly [Language, string])[] = [
  ["en", "hi, how much is it?"],
  ["en", "Are you open today"],
  ["en", "I want to speak with a person please"],
  ["en", "Good morning! Do you have this in blue?"],
  ["pt-BR", "oi, quanto custa?"],
  ["pt-BR", "bom dia"],
  ["pt-BR", "vcs tem entrega hj?"],
  ["pt-BR", "quero falar com um atendente"],
  ["pt-BR", "não consegui pagar"],
  ["pt-BR", "gostaria de saber o preço da instalação"],
  ["es", "hola, cuánto cuesta?"],
  ["es", "buenas tardes"],
  ["es", "¿están abiertos?"],
  ["es", "quiero hablar con una persona por favor"],
  ["fr", "bonjour, combien ça coûte ?"],
  ["fr", "je voudrais parler à quelqu'un"],
  ["fr", "vous êtes ouverts aujourd'hui ?"],
  ["fr", "C'est combien"],
];

test.each(SAID)("%s: %s", (language, text) => {
  const fallback = language === "en" ? "fr" : "en";
  expect(languageOf([text], fallback)).toBe(language);
});

describe("what tells nothing is of the language that was said", () => {
  test.each([[""], ["ok"], ["12345"], ["👍👍"], ["Привет, сколько стоит?"], ["こんにちは"]])("%j", (text) => {
    for (const fallback of ["en", "pt-BR", "es", "fr"] as const)
      expect(languageOf([text], fallback)).toBe(fallback);
  });
});

test("several messages are taken together", () => {
  expect(languageOf(["ok", "e quanto custa", "obrigada"], "en")).toBe("pt-BR");
});

test("no text is too long or too odd for it", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 5_000, unit: "binary" }), { maxLength: 3 }), (texts) => {
      expect(["en", "pt-BR", "es", "fr"]).toContain(languageOf(texts, "en"));
    }),
    { numRuns: 50 },
  );
});
