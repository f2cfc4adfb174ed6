// One text as several, each within a length: at a paragraph if there is one, else a line, a sentence, a word,
// a whole character. Knows nothing of channels; the parts are substrings, so no character is new.

/** A cut: the part ends before `endAt`, the rest begins at `nextAt`; white space between them is dropped. */
export interface Cut {
  endAt: number;
  nextAt: number;
}

/** Where no cut should fall: a URL, a code span, bold, italic, struck text. No alternative can rescan a long run. */
const UNBROKEN = /https?:\/\/\S+|`[^`\n]+`|\*\*[^*\n]+\*\*|\*[^*\s][^*\n]*\*|(?<!\w)_[^_\n]+_|~[^~\n]+~/g;

const SENTENCE_END = /[.!?…][)\]"'»”*_~]{0,4}(?= )|[。！？]/g;

/** The parts of `text` in order, each of at most `unitsMax` (≥ 2) UTF-16 units and none blank; none for a blank text. */
export function splitText(text: string, unitsMax: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > unitsMax) {
    const cut = findCut(rest, unitsMax);
    parts.push(rest.slice(0, cut.endAt).trimEnd());
    rest = rest.slice(cut.nextAt).replace(/^\s*\n/, "");
  }
  parts.push(rest);
  return parts.filter((part) => part.trim() !== "");
}

/** The best cut of a text that is too long: the last one of the best kind that leaves something before it. */
function findCut(text: string, unitsMax: number): Cut {
  const window = text.slice(0, unitsMax + 1);
  const spans = unbrokenSpans(text.slice(0, unitsMax * 2));
  return (
    cutAtBreak(text, "\n\n", unitsMax) ??
    cutAtBreak(text, "\n", unitsMax) ??
    lastOutside(sentenceCuts(window, unitsMax), spans) ??
    lastOutside(wordCuts(window), spans) ??
    characterCut(text, unitsMax, spans) ??
    wordCuts(window).at(-1) ??
    characterCut(text, unitsMax, []) ??
    unitCut(text, unitsMax)
  );
}

function cutAtBreak(text: string, lineBreak: string, unitsMax: number): Cut | null {
  const endAt = text.lastIndexOf(lineBreak, unitsMax);
  if (endAt < 0 || text.slice(0, endAt).trim() === "") return null;
  return { endAt, nextAt: endAt + lineBreak.length };
}

function sentenceCuts(window: string, unitsMax: number): Cut[] {
  return [...window.matchAll(SENTENCE_END)]
    .map((end) => end.index + end[0].length)
    .filter((endAt) => endAt <= unitsMax)
    .map((endAt) => ({ endAt, nextAt: skipSpaces(window, endAt) }));
}

function wordCuts(window: string): Cut[] {
  return [...window.matchAll(/(?<=\S)\s+/g)].map((gap) => ({
    endAt: gap.index,
    nextAt: gap.index + gap[0].length,
  }));
}

/** Between characters as people see them: an emoji with its joiners, a letter with its accents. */
function characterCut(text: string, unitsMax: number, spans: Cut[]): Cut | null {
  const window = text.slice(0, unitsMax + 2); // whether a cut at unitsMax is allowed depends on the code point behind it
  const characters = new Intl.Segmenter().segment(window);
  const startOfCharacter = (at: number): number => characters.containing(at)?.index ?? 0;
  let endAt = startOfCharacter(unitsMax);
  for (const span of spans.toReversed()) {
    if (span.endAt < endAt && endAt < span.nextAt) endAt = startOfCharacter(span.endAt);
  }
  return endAt > 0 ? { endAt, nextAt: endAt } : null;
}

/** For a single character longer than a message: anywhere but inside a surrogate pair. */
function unitCut(text: string, unitsMax: number): Cut {
  const isInPair = (text.codePointAt(unitsMax - 1) ?? 0) > 0xffff;
  const endAt = isInPair ? unitsMax - 1 : unitsMax;
  return { endAt, nextAt: endAt };
}

/** Links, code and marks of a text: no cut should fall inside. */
export function unbrokenSpans(text: string): Cut[] {
  return [...text.matchAll(UNBROKEN)].map((span) => ({
    endAt: span.index,
    nextAt: span.index + span[0].length,
  }));
}

/** The last cut that falls in none of the spans; both lists ascend. */
function lastOutside(cuts: Cut[], spans: Cut[]): Cut | undefined {
  let spanAt = spans.length - 1;
  return cuts.findLast((cut) => {
    while (spanAt >= 0 && (spans[spanAt]?.endAt ?? 0) >= cut.endAt) spanAt--;
    return (spans[spanAt]?.nextAt ?? 0) <= cut.endAt;
  });
}

function skipSpaces(window: string, at: number): number {
  let nextAt = at;
  while (window.charAt(nextAt) === " ") nextAt++;
  return nextAt;
}
