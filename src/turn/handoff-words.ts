// Whether a customer asks for a person in so many words, in four languages: clear phrases alone, no model, the same every
// time. Who talks about a person, or wants none, asks for nothing. Pure.
import {
  ARTICLES,
  ASKS,
  CALLED,
  CALLED_ALONE,
  DENIAL_LINKS,
  DENIALS,
  ENDINGS,
  FILLERS,
  GREETINGS,
  MACHINES,
  OTHERS,
  PASSES,
  PERSONS,
  REFUSALS,
  SAYINGS,
  TALKS,
  WISHES,
} from "./handoff-phrases.ts";

/** Read of one text: what WhatsApp lets a person write. */
const TEXT_LENGTH_MAX = 4_096;
/** Texts that are read of a turn: the newest. */
const TEXT_COUNT_MAX = 50;

const articles = `(?:(?:${ARTICLES}) ){0,4}`;
const talk = `(?:${WISHES}) (?:(?:${FILLERS}|${REFUSALS}) ){0,2}(?:${TALKS}) ${articles}`;
const end = `(?: (?:${ENDINGS})){0,3}$`;

/** A wish to speak to a person, and to be passed to one: it may go on with what about. */
const TALK = new RegExp(`\\b${talk}(?:${PERSONS})\\b`, "g");
const PASS = new RegExp(`\\b(?:${PASSES}) ${articles}(?:${PERSONS})\\b`, "g");
/** A wish for somebody: it has to end there, or it would be a wish for somebody's work. */
const ASK = new RegExp(`\\b(?:${ASKS}) ${articles}(?:${CALLED})${end}`, "g");
/** Without a wish: the clause says nothing else. */
const SHORT = new RegExp(`^(?:(?:${GREETINGS}) ){0,2}(?:${TALKS}) ${articles}(?:${PERSONS})${end}`);
const ALONE = new RegExp(
  `^(?:(?:please|por favor|com|con|with|avec) ){0,2}${articles}(?:${CALLED_ALONE})${end}`,
);
const SAYING = new RegExp(`\\b(?:${SAYINGS})\\b`);
const MACHINE = new RegExp(`\\b${talk}(?:${MACHINES})\\b`, "g");

const DENIED = new RegExp(`(?:^| )(?:${DENIALS})(?: (?:${DENIAL_LINKS})){0,2} $`);
const ELSEWHERE = new RegExp(`(?:^| )(?:${OTHERS}) $`);
const REFUSED = new RegExp(` (?:${REFUSALS}) `);
const GREETING = new RegExp(`^(?:${GREETINGS})$`);

/**
 * Whether the texts of one turn ask for a person, each for itself or one after the other as one sentence. `further`: exact
 * phrases that ask for one as well. Reads the newest 50 texts, of each the first 4,096 characters.
 */
export function asksForPerson(texts: readonly string[], further: readonly string[]): boolean {
  const read = texts.slice(-TEXT_COUNT_MAX).map((text) => text.slice(0, TEXT_LENGTH_MAX));
  const whole = read.join(" ").replaceAll("\n", " ").slice(-TEXT_LENGTH_MAX);
  return [...read, whole].some((text) => isAsking(text) || holds(text, further));
}

function isAsking(text: string): boolean {
  const clauses = plain(text)
    .split(/[.,;:!?\n()…]+/)
    .map(wordsIn)
    .filter((clause) => clause !== "");
  if (clauses.some(isRequest)) return true;
  const rest = clauses.filter((clause) => !GREETING.test(clause));
  return rest.length === 1 && rest.every((clause) => ALONE.test(clause));
}

function isRequest(clause: string): boolean {
  if (SAYING.test(clause) || SHORT.test(clause)) return true;
  if (found(clause, PASS).some((wish) => !isDenied(wish))) return true;
  const wishes = [...found(clause, TALK), ...found(clause, ASK)];
  if (wishes.some((wish) => !isDenied(wish) && !ELSEWHERE.test(wish.before))) return true;
  // Who does not want to speak to a machine wants a person.
  return found(clause, MACHINE).some(isDenied);
}

interface Wish {
  before: string;
  words: string;
}

function found(clause: string, wish: RegExp): Wish[] {
  return [...clause.matchAll(wish)].map(({ 0: words, index }) => ({ before: clause.slice(0, index), words }));
}

/** It is turned around, before it or in its middle. */
function isDenied({ before, words }: Wish): boolean {
  return DENIED.test(before) || REFUSED.test(words);
}

/** The inbox's own phrases, word for word. */
function holds(text: string, phrases: readonly string[]): boolean {
  const words = ` ${wordsIn(plain(text))} `;
  const wanted = phrases.map((phrase) => wordsIn(plain(phrase))).filter((phrase) => phrase !== "");
  return wanted.some((phrase) => words.includes(` ${phrase} `));
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

function wordsIn(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}
