// The playground's languages: each has all that the page may say, and the reader's own is picked.
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { SILENCE_REASONS } from "../../src/turn/outcome.ts";
import { EN } from "../../src/web/playground-en.ts";
import { FR } from "../../src/web/playground-fr.ts";
import { textsFor } from "../../src/web/playground-language.ts";
import { PT } from "../../src/web/playground-pt.ts";
import type { Texts } from "../../src/web/playground-texts.ts";

const html = await Bun.file(join(import.meta.dir, "../../src/web/playground.html")).text();
const named = [...html.matchAll(/data-say(?:-[a-z-]+)?="([^"]+)"/g)].map(([, name = ""]) => name);
const OTHERS: [string, Texts][] = [
  ["Portuguese", PT],
  ["French", FR],
];

test.each([
  [["pt-PT", "en"], "pt-BR"],
  [["de", "fr-CA", "en"], "fr"],
  [["en-GB", "pt-BR"], "en"],
  [["de", "ja"], "en"],
  [[], "en"],
])("who reads %p is spoken to in %s", (languages, language) =>
  expect(textsFor(languages).language).toBe(language),
);

describe.each(OTHERS)("%s", (_name, texts) => {
  test("has every text of the page and no other", () =>
    expect(Object.keys(texts.page).toSorted()).toEqual([...new Set(named)].toSorted()));

  test("has words for all steps, pauses and silences that English has words for", () => {
    for (const group of ["steps", "pauses", "silences", "samples", "phases", "restart"] as const)
      expect(Object.keys(texts[group])).toEqual(Object.keys(EN[group]));
  });

  test("says something of its own in all of them", () => {
    for (const name of Object.keys(EN.steps)) {
      const detail = {
        messageId: 7,
        messageCount: 2,
        waitedMs: 30_004,
        attempt: 2,
        parts: 2,
        reason: "x",
        code: "x",
        by: "x",
      };
      const [words, english] = [texts.steps[name]?.(detail), EN.steps[name]?.(detail)];
      expect(words).not.toBe(english);
      expect(words).not.toContain("undefined");
    }
    expect(texts.pausedUntil(undefined, null)).not.toBe(EN.pausedUntil(undefined, null));
    expect(texts.phases.waiting(texts.count(1))).not.toEqual(EN.phases.waiting(EN.count(1)));
  });
});

test("no silence is without words", () =>
  expect(Object.keys(EN.silences).toSorted()).toEqual([...SILENCE_REASONS].toSorted()));
