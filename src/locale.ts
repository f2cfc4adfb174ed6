// Which language a person asked for. It holds no texts.

export type Locale = "en" | "fr" | "pt-BR";

export const LOCALES: readonly Locale[] = ["en", "fr", "pt-BR"];

const HEADER_LENGTH_MAX = 1_000;
const RANGES_MAX = 32;

/** The language that speaks for a whole family: who asks for pt or pt-PT is answered in pt-BR. */
const LOCALE_OF_FAMILY: Readonly<Record<string, Locale>> = { en: "en", fr: "fr", pt: "pt-BR" };

/** One element of Accept-Language (RFC 9110, 12.5.4): a language range and its weight. */
const ELEMENT = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

interface Range {
  /** In lower case. */
  tag: string;
  weight: number;
}

/**
 * The language for an answer: the one with the greatest weight that lull has (RFC 4647, lookup), and is not refused
 * by a weight of 0. No header, no match, `*` and a header out of all proportion are as if none were asked: `fallback`.
 */
export function pickLocale(acceptLanguage: string | null, fallback: Locale | null): Locale | null {
  const ranges = readRanges(acceptLanguage ?? "");
  const wanted = ranges.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  const known = wanted.map(({ tag }) => localeOf(tag)).filter((locale) => locale !== null);
  return known.find((locale) => !isRefused(locale, ranges)) ?? fallback;
}

// What is no element is passed over, as the rest may still be meant.
function readRanges(header: string): Range[] {
  if (header.length > HEADER_LENGTH_MAX) return [];
  const elements = header.split(",", RANGES_MAX).map((element) => ELEMENT.exec(element.trim()));
  return elements
    .filter((match) => match !== null)
    .map(([, tag = "", weight = "1"]) => ({ tag: tag.toLowerCase(), weight: Number(weight) }));
}

function localeOf(tag: string): Locale | null {
  return LOCALE_OF_FAMILY[tag.split("-", 1)[0] ?? ""] ?? null;
}

/** Whether the most particular of the ranges that cover the language has the weight 0: `pt;q=0`, but not `pt-PT;q=0`. */
function isRefused(locale: Locale, ranges: readonly Range[]): boolean {
  const own = locale.toLowerCase();
  const covering = ranges.filter(({ tag }) => own === tag || own.startsWith(`${tag}-`));
  const particular = covering.toSorted((a, b) => b.tag.length - a.tag.length)[0];
  return particular?.weight === 0;
}
