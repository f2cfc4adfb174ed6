// A long reply in parts, as people send one: at paragraphs first, then at sentences, never inside a list, a block of code,
// a link or a mark. Only splits what one message could hold; what is too long for a message is split.ts. Pure.
import { type Cut, unbrokenSpans } from "./split.ts";

/** A reply up to this length (UTF-16 units) is one message, and a part up to it is not split again. */
const LONG_UNITS = 350;
const PARTS_MAX = 4;
/** A shorter part is no message of its own. */
const PART_UNITS_MIN = 40;

/** How long people take for a character of the next message: between these, by chance. */
const CHARACTER_MS_MIN = 30;
const CHARACTER_MS_MAX = 50;
const PAUSE_MS_MIN = 1_500;
const PAUSE_MS_MAX = 8_000;

const PARAGRAPH_END = /\n\s*\n/g;
/** The full stop of an abbreviation ("Sra. Ana", "R. Sete") ends a shorter word, or goes on in small letters. */
const SENTENCE_END =
  /(?:[\p{L}\p{N})\]"'»”*_~]{4}\.|[!?…])[)\]"'»”*_~]{0,4}(\s+)(?=[\p{Lu}\p{N}¿¡"“«*_(\p{Extended_Pictographic}])/gu;
const CODE_BLOCK = /```[^]*?(?:```|$)/g;
const LIST_ITEM = /^\s*(?:[-–•*▪]\s|\d{1,3}[.)°º]\s|\d\uFE0F?\u20E3)/;
const PICTURE_ITEM = /^\s*\p{Extended_Pictographic}/u;

/** The parts of a reply in order: at most 4, each at least 40 units, only white space between them. */
export function humanParts(text: string): string[] {
  const parts = [text];
  const settled = new Set<string>();
  while (parts.length < PARTS_MAX) {
    const longest = parts
      .filter((part) => part.length > LONG_UNITS && !settled.has(part))
      .toSorted((a, b) => b.length - a.length)[0];
    if (longest === undefined) break;
    const halves = halvesOf(longest);
    if (halves === null) settled.add(longest);
    else parts.splice(parts.indexOf(longest), 1, ...halves);
  }
  return parts;
}

/** What each part waits for (ms) after the one before it: as long as it takes to write. The first waits for nothing. */
export function pausesMs(parts: readonly string[], fraction: () => number): number[] {
  return parts.map((part, at) => {
    if (at === 0) return 0;
    const characterMs = CHARACTER_MS_MIN + (CHARACTER_MS_MAX - CHARACTER_MS_MIN) * fraction();
    return Math.round(Math.min(Math.max(part.length * characterMs, PAUSE_MS_MIN), PAUSE_MS_MAX));
  });
}

/** Cut where it is nearest to the middle: at a paragraph if there is one; null when no cut is good. */
function halvesOf(text: string): [string, string] | null {
  const whole = [...listSpans(text), ...codeSpans(text), ...unbrokenSpans(text)];
  const isGood = ({ endAt, nextAt }: Cut): boolean =>
    endAt >= PART_UNITS_MIN &&
    text.length - nextAt >= PART_UNITS_MIN &&
    whole.every((span) => nextAt <= span.endAt || endAt >= span.nextAt);
  const cut =
    nearestToMiddle(paragraphCuts(text).filter(isGood), text) ??
    nearestToMiddle(sentenceCuts(text).filter(isGood), text);
  return cut === null ? null : [text.slice(0, cut.endAt), text.slice(cut.nextAt)];
}

function nearestToMiddle(cuts: readonly Cut[], text: string): Cut | null {
  const distance = ({ endAt, nextAt }: Cut): number => Math.abs(endAt + nextAt - text.length);
  return cuts.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

function paragraphCuts(text: string): Cut[] {
  return [...text.matchAll(PARAGRAPH_END)].map(({ 0: gap, index }) => ({
    endAt: index,
    nextAt: index + gap.length,
  }));
}

function sentenceCuts(text: string): Cut[] {
  return [...text.matchAll(SENTENCE_END)].map(({ 0: end, 1: gap = "", index }) => ({
    endAt: index + end.length - gap.length,
    nextAt: index + end.length,
  }));
}

function codeSpans(text: string): Cut[] {
  return [...text.matchAll(CODE_BLOCK)].map(({ 0: block, index }) => ({
    endAt: index,
    nextAt: index + block.length,
  }));
}

/** Items that follow each other, with the line that announces them. */
function listSpans(text: string): Cut[] {
  const spans: Cut[] = [];
  let before: Line = { kind: "text", startAt: 0, endAt: 0 };
  let isApart = false;
  for (const line of linesOf(text)) {
    if (line.kind === "blank") {
      isApart = true;
      continue;
    }
    const kind = line.kind === "indented" && before.kind === "item" ? "item" : line.kind;
    const last = spans.at(-1);
    // Pictures also begin paragraphs: only line upon line do they make a list.
    const goesOn = kind === before.kind && (kind === "item" || !isApart);
    if (kind === "item" || kind === "picture") {
      if (goesOn && last !== undefined) last.nextAt = line.endAt;
      else
        spans.push({
          endAt: before.kind === "announcement" ? before.endAt : line.startAt,
          nextAt: line.endAt,
        });
    }
    before = { ...line, kind };
    isApart = false;
  }
  return spans;
}

interface Line {
  kind: "blank" | "item" | "picture" | "indented" | "announcement" | "text";
  startAt: number;
  endAt: number;
}

function linesOf(text: string): Line[] {
  let startAt = 0;
  return text.split("\n").map((line) => {
    const shown = { kind: kindOf(line), startAt, endAt: startAt + line.length };
    startAt = shown.endAt + 1;
    return shown;
  });
}

function kindOf(line: string): Line["kind"] {
  if (line.trim() === "") return "blank";
  if (LIST_ITEM.test(line)) return "item";
  if (PICTURE_ITEM.test(line)) return "picture";
  if (/:[*_~]{0,3}\s*$/.test(line)) return "announcement";
  return /^\s/.test(line) ? "indented" : "text";
}
