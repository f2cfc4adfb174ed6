// In which language the playground speaks. Pure: no page.
import { EN } from "./playground-en.ts";
import { FR } from "./playground-fr.ts";
import { PT } from "./playground-pt.ts";
import type { Texts } from "./playground-texts.ts";

/** The language that speaks for a whole family: who reads pt or pt-PT is spoken to in pt-BR. */
const OF_FAMILY: Readonly<Record<string, Texts>> = { en: EN, fr: FR, pt: PT };

/** In the first of the reader's languages that the page has, else in its own. */
export function textsFor(languages: readonly string[]): Texts {
  const families = languages.map((language) => language.toLowerCase().split("-", 1)[0] ?? "");
  return families.map((family) => OF_FAMILY[family]).find((texts) => texts !== undefined) ?? EN;
}
