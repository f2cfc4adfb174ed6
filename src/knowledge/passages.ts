// A long text as passages to be found one by one: about as long as a question deserves, cut where a reader would pause.
// Each is a stretch of the text, so a place in the text tells where it comes from.

export interface Passage {
  text: string;
  /** Where it stands in the whole text, in UTF-16 units. */
  startAt: number;
  endAt: number;
}

export interface PassageLimits {
  /** Of one passage, in UTF-16 units; at least 8. */
  charactersMax: number;
  /** As much of the end of one passage as stands again at the beginning of the next, at most. */
  overlapMax: number;
  countMax: number;
}

/** Cut in their second half, passages are about 800 characters long. */
export const PASSAGE_LIMITS: PassageLimits = { charactersMax: 1_000, overlapMax: 120, countMax: 6_000 };

const SENTENCE_END = /(?:[.!?…][)\]"'»”]{0,3}\s+|[。！？]\s*)/g;
const WORD_END = /\s+/g;
/** Where a passage may end, the best first; each match ends where the next passage begins. */
const BORDERS: readonly RegExp[] = [
  /\n\s*(?=#{1,6} )/g, // before a heading
  /\n[^\S\n]*\n\s*/g, // after a paragraph
  /\n\s*/g,
  SENTENCE_END,
  WORD_END,
];

const MARKED_HEADING = /^#{1,6} /;
/** As a title stands alone between paragraphs; a list's item, a table's cell and a sentence are none. */
const PLAIN_HEADING = /^(?!- )(?!.*: \S).{1,80}$(?<![.!?…;,|])/;
/** A heading, the one above it, and so on. */
const HEADINGS_TOGETHER_MAX = 4;

/**
 * The passages of `text` in order; all of them together hold everything but white space. `isTruncated` tells that there
 * were more than `countMax`.
 */
export function splitPassages(
  text: string,
  limits: PassageLimits = PASSAGE_LIMITS,
): { passages: Passage[]; isTruncated: boolean } {
  const whole = text.trimEnd();
  const passages: Passage[] = [];
  let startAt = skipSpace(whole, 0);
  while (startAt < whole.length && passages.length < limits.countMax) {
    const nextAt = findEnd(whole, startAt, limits);
    const passage = trimmed(whole, startAt, nextAt);
    passages.push(passage);
    startAt = nextAt < whole.length ? withOverlap(whole, passage, nextAt, limits) : nextAt;
  }
  return { passages, isTruncated: startAt < whole.length };
}

/** Where the next passage begins, but for what it repeats: the end of the text, or the last of the best borders. */
function findEnd(text: string, startAt: number, { charactersMax }: PassageLimits): number {
  if (text.length - startAt <= charactersMax) return text.length;
  const window = text.slice(startAt, startAt + charactersMax + 1);
  const least = Math.floor(charactersMax / 2);
  for (const border of BORDERS) {
    const end = endsOf(border, window).findLast(
      (at) => at > least && window.slice(0, at).trimEnd().length <= charactersMax,
    );
    if (end !== undefined)
      return beforeHeadings(text, startAt, skipSpace(text, startAt + end), charactersMax);
  }
  return startAt + charactersMax - (isHalfPair(text, startAt + charactersMax) ? 1 : 0);
}

/** A heading at the end goes with what follows it, unless nearly nothing would be left. */
function beforeHeadings(text: string, startAt: number, endAt: number, charactersMax: number): number {
  let before = endAt;
  for (let count = 0; count < HEADINGS_TOGETHER_MAX; count++) {
    const piece = text.slice(startAt, before).trimEnd();
    const lineAt = piece.lastIndexOf("\n") + 1;
    const line = piece.slice(lineAt);
    const isPlain = count === 0 && PLAIN_HEADING.test(line) && /\n[^\S\n]*\n$/.test(piece.slice(0, lineAt));
    const isHeading = MARKED_HEADING.test(line) || isPlain;
    if (!isHeading || lineAt <= charactersMax / 4) break;
    before = skipSpace(text, startAt + lineAt);
  }
  return before;
}

function trimmed(text: string, startAt: number, endAt: number): Passage {
  const passage = text.slice(startAt, endAt).trimEnd();
  return { text: passage, startAt, endAt: startAt + passage.length };
}

/** The next passage begins with the last sentences, or words, of the one before; not where a heading begins it. */
function withOverlap(text: string, before: Passage, nextAt: number, limits: PassageLimits): number {
  if (MARKED_HEADING.test(text.slice(nextAt, nextAt + 7))) return nextAt;
  // With the gap between them it stays in the first quarter, so that every passage has something new.
  const overlap = Math.min(limits.overlapMax, Math.floor(limits.charactersMax / 4));
  const from = Math.max(nextAt - overlap, before.startAt + 1);
  const tail = text.slice(from, before.endAt);
  for (const border of [SENTENCE_END, WORD_END]) {
    const first = endsOf(border, tail).find((end) => end < tail.length);
    if (first !== undefined) return from + first;
  }
  return nextAt;
}

function endsOf(border: RegExp, text: string): number[] {
  return [...text.matchAll(border)].map(({ index, 0: { length } }) => index + length);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

function isHalfPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
