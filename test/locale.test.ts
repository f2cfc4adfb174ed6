import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Locale, LOCALES, pickLocale } from "../src/locale.ts";

describe("Accept-Language picks", () => {
  const table: [header: string, locale: Locale][] = [
    ["en", "en"],
    ["fr", "fr"],
    ["pt-BR", "pt-BR"],
    ["pt", "pt-BR"],
    ["pt-PT", "pt-BR"],
    ["PT-br", "pt-BR"],
    ["fr-CA", "fr"],
    ["en-GB-oxendict", "en"],
    ["de, fr", "fr"],
    ["en, fr", "en"],
    ["fr, en", "fr"],
    ["en;q=0.5, fr", "fr"],
    ["en;q=0.5,fr;q=0.50,pt;q=0.501", "pt-BR"],
    ["en ; q=0.2 ,\tfr;Q=0.3", "fr"],
    ["fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"],
    ["en-US,en;q=0.9,pt-BR;q=0.8,pt;q=0.7", "en"],
    ["*, fr;q=0.1", "fr"],
    ["fr;q=0, en;q=0.1", "en"],
    ["fr-CA, fr;q=0, en;q=0.1", "en"],
    ["pt-PT;q=0, pt", "pt-BR"],
    ["pt;q=0, pt-BR", "pt-BR"],
    ["pt-BR;q=0, pt, fr;q=0.2", "fr"],
    ["fr;q=1.000", "fr"],
    [",, ,fr,", "fr"],
    // What is no element is passed over.
    ["fr;q=2, en;q=0.1", "en"],
    ["fr;q=0.1234, en;q=0.1", "en"],
    ["fr;q=-1, fr_CA, français, en;q=0.1", "en"],
    ["fr;level=1, en;q=0.1", "en"],
    ["x".repeat(9) + ", fr", "fr"],
  ];

  test.each(table)("%p: %s", (header, locale) => {
    for (const fallback of [null, ...LOCALES]) expect(pickLocale(header, fallback)).toBe(locale);
  });
});

describe("the fallback stands when", () => {
  test.each([
    ["there is no header", null],
    ["it is empty", ""],
    ["anything will do", "*"],
    ["anything but a little", "*;q=0.1"],
    ["nothing will do", "*;q=0"],
    ["nothing lull has is asked for", "de-DE, de;q=0.9, es;q=0.1"],
    ["all it has is refused", "en;q=0, fr;q=0, pt;q=0"],
    ["only varieties of what it has are refused", "pt-PT;q=0, fr-CA;q=0"],
    ["a language only begins like one of them", "enm, frr, ptx"],
    ["it is no list of languages", "\u0000<script>;;;q==,"],
    ["a language is called like a part of every object", "constructor, toString, __proto__"],
    ["it is out of all proportion", `fr,${" ".repeat(1_000)}`],
    ["what lull has comes after too many others", `${"de,".repeat(32)}fr`],
  ])("%s", (_, header) => {
    for (const fallback of [null, ...LOCALES]) expect(pickLocale(header, fallback)).toBe(fallback);
  });
});

describe("whatever the header", () => {
  test("it never throws and gives one of the languages, or the fallback", () => {
    const parts = fc.array(
      fc.constantFrom("en", "fr", "pt", "-", "BR", "*", ";", "q", "=", "0", ".", "1", ",", " "),
    );
    const header = fc.oneof(
      fc.string({ unit: "binary", maxLength: 2_000 }),
      parts.map((words) => words.join("")),
    );
    fc.assert(
      fc.property(header, fc.constantFrom(null, ...LOCALES), (text, fallback) => {
        const picked = pickLocale(text, fallback);
        expect([...LOCALES, fallback]).toContain(picked);
      }),
      { numRuns: 1_000 },
    );
  });

  test("the answer is the one asked for with the greatest weight, the first of equals", () => {
    const tag = fc.constantFrom("en", "en-GB", "fr", "fr-CA", "pt", "pt-BR", "pt-PT", "de", "*");
    const weight = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, weight), { maxLength: 32 }), (asked) => {
        const header = asked
          .map(([name, thousandths]) => `${name};q=${(thousandths / 1_000).toFixed(3)}`)
          .join(",");
        fc.pre(header.length <= 1_000);
        const known = asked.filter(([name]) => name !== "de" && name !== "*");
        const greatest = Math.max(...known.map(([, thousandths]) => thousandths));
        const best = known.find(([, thousandths]) => thousandths === greatest)?.[0].slice(0, 2);
        expect(pickLocale(header, null)?.slice(0, 2)).toBe(best);
      }),
    );
  });
});
