// A customer's words as a query for SQLite's full-text search. Only letters and digits get into it, each word in quotes,
// so that nothing a customer writes is an operator.
import { STOP_WORDS } from "./stop-words.ts";

/** Each of them is looked up in everybody's index. */
const WORDS_MAX = 10;
const WORD_UNITS_MAX = 40;
/** Words of as many letters are also looked for as the beginning of a longer one. */
const PREFIX_LETTERS_MIN = 5;
/** Customers' texts can be long; what they want stands in the beginning. */
const TEXT_UNITS_MAX = 10_000;

/** Letters and digits with their marks, as the tokenizer cuts them. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const ACCENTS = /[\u0300-\u036f]+/g;

/**
 * The query for what is close to `text`: any of its words, the best passage being the one with the most and the rarest.
 * Words that stand everywhere are left out while others remain. Null when there is no word at all.
 */
export function searchQuery(text: string): string | null {
  const words = distinctWords(text);
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  const chosen = (telling.length > 0 ? telling : words).slice(0, WORDS_MAX);
  return chosen.length === 0 ? null : chosen.map(termOf).join(" OR ");
}

/** In lower case and without accents, as the index has them with `unicode61 remove_diacritics 2`. */
function distinctWords(text: string): string[] {
  const lower = text.slice(0, TEXT_UNITS_MAX).toLowerCase();
  const words = lower.normalize("NFD").replace(ACCENTS, "").normalize("NFC").match(WORD) ?? [];
  return [...new Set(words.map((word) => word.slice(0, WORD_UNITS_MAX).toWellFormed()))];
}

/** A plural finds its singular, too: in all four languages most of them end in s. */
function termOf(word: string): string {
  if (word.length < PREFIX_LETTERS_MIN) return `"${word}"`;
  const stem = word.length > PREFIX_LETTERS_MIN ? word.replace(/s$/, "") : word;
  return `"${stem}"*`;
}
