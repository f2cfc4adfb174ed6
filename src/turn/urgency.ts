// How urgent what a customer writes is, from 1 to 10, by clear signs alone: no model, no learning, the same every time. Pure.
import { LINKS, NEGATORS, PHRASES, type Theme } from "./urgency-words.ts";

/** A sign that was seen. The closed list: these words may be shown and stored, what the customer wrote may not. */
export type UrgencySignal =
  Exclude<Theme, "ordinary"> | "questions" | "exclamations" | "capitals" | "many messages";

export interface Urgency {
  /** 1 (no sign at all) to 10. */
  score: number;
  /** Each once, the weightiest first. */
  signals: UrgencySignal[];
}

/** What each sign adds to 1, once. Two signs of a complaint make no emergency; one emergency is enough. */
const WEIGHTS: Record<UrgencySignal, number> = {
  emergency: 8,
  accident: 6,
  urgent: 6,
  pain: 5,
  lawyer: 5,
  refund: 3,
  complaint: 3,
  "open now": 3,
  waiting: 2,
  now: 2,
  today: 1,
  questions: 1,
  exclamations: 1,
  capitals: 1,
  "many messages": 1,
  calm: -5,
};
const SCORE_MAX = 10;

/** Read of one text: what WhatsApp lets a person write. A transcript says early what is urgent. */
const TEXT_LENGTH_MAX = 4_096;
/** Texts that are read of a turn: the newest. */
export const TEXT_COUNT_MAX = 50;
/** From so many on, the number of messages says something. */
const MANY_MESSAGES = 5;
/** Fewer letters in capitals are an abbreviation. */
const CAPITALS_MIN = 8;
/** So many words may stand between "not" and what is not. */
const LINK_COUNT_MAX = 3;

/** Themes that "not" and "without" turn around; nobody writes "without a lawyer" to say that there is no hurry. */
const NEGATABLE: ReadonlySet<Theme> = new Set<Theme>(["emergency", "urgent", "pain"]);

const negators = new Set(NEGATORS.split(" "));
const links = new Set(LINKS.split(" "));
const phrasesByFirstWord = indexed();

interface Phrase {
  words: string[];
  theme: Theme;
}

/**
 * How urgent the texts of one turn are together. The score is 1 plus what each kind of sign weighs, within 1 and 10, so one
 * more raising sign never lowers it. Reads the newest 50 texts, of each the first 4,096 characters; linear in what it reads.
 */
export function urgencyOf(texts: readonly string[]): Urgency {
  const read = texts.slice(-TEXT_COUNT_MAX).map((text) => text.slice(0, TEXT_LENGTH_MAX));
  const seen = new Set(read.flatMap((text) => [...themesOf(text), ...marksOf(text)]));
  if (read.length >= MANY_MESSAGES) seen.add("many messages");
  const signals = [...seen].toSorted((a, b) => Math.abs(WEIGHTS[b]) - Math.abs(WEIGHTS[a]));
  const sum = signals.reduce((total, signal) => total + WEIGHTS[signal], 1);
  return { score: Math.min(Math.max(sum, 1), SCORE_MAX), signals };
}

/** What the words speak of. */
function themesOf(text: string): UrgencySignal[] {
  return clausesOf(text).flatMap((words) => {
    const themes: UrgencySignal[] = [];
    for (let at = 0; at < words.length;) {
      const phrase = phraseAt(words, at);
      if (phrase !== null && phrase.theme !== "ordinary")
        themes.push(isTurnedAround(words, at, phrase.theme) ? "calm" : phrase.theme);
      at += phrase?.words.length ?? 1;
    }
    return themes;
  });
}

/** Words between two punctuation marks, in lower case and without accents: no "not" reaches beyond its clause. */
function clausesOf(text: string): string[][] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.split(/[.,;:!?\n()]+/).map((clause) => clause.match(/[\p{L}\p{N}]+/gu) ?? []);
}

function phraseAt(words: readonly string[], at: number): Phrase | null {
  const phrases = phrasesByFirstWord.get(words[at] ?? "") ?? [];
  return phrases.find((phrase) => phrase.words.every((word, index) => words[at + index] === word)) ?? null;
}

function isTurnedAround(words: readonly string[], at: number, theme: Theme): boolean {
  if (!NEGATABLE.has(theme)) return false;
  for (let before = at - 1; before >= Math.max(0, at - 1 - LINK_COUNT_MAX); before--) {
    const word = words[before] ?? "";
    if (negators.has(word)) return true;
    if (!links.has(word)) return false;
  }
  return false;
}

/** What the way of writing says. */
function marksOf(text: string): UrgencySignal[] {
  const marks: UrgencySignal[] = [];
  if (/\?\s?[?!]|!\s?\?/.test(text)) marks.push("questions");
  if (/!\s?!/.test(text)) marks.push("exclamations");
  const letters = text.match(/\p{L}/gu) ?? [];
  const isLoud = letters.length >= CAPITALS_MIN && letters.every((letter) => /\p{Lu}/u.test(letter));
  if (isLoud && /\S\s+\S/.test(text.trim())) marks.push("capitals");
  return marks;
}

/** The longest first, so that "not now" is found before "not". */
function indexed(): ReadonlyMap<string, Phrase[]> {
  const index = new Map<string, Phrase[]>();
  for (const [theme, phrases] of PHRASES) {
    for (const phrase of phrases.split("|")) {
      const words = phrase.split(" ");
      const first = words[0] ?? "";
      index.set(first, [...(index.get(first) ?? []), { words, theme }]);
    }
  }
  for (const phrases of index.values()) phrases.sort((a, b) => b.words.length - a.words.length);
  return index;
}
