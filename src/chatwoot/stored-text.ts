// Text from outside made fit for a row: no NUL, no half of a character pair, no more than a bound.
// Nothing here decides what a text means.

const REPLACEMENT = "\uFFFD";

/** A text of any length with every NUL and lone surrogate replaced by U+FFFD; missing becomes null. */
export function cleanText(text: string | null | undefined): string | null {
  return text?.toWellFormed().replaceAll("\0", REPLACEMENT) ?? null;
}

/** A text as a row keeps it: clean, at most `lengthMax` UTF-16 units; blank or missing becomes null. */
export function clippedText(text: string | null | undefined, lengthMax: number): string | null {
  if (text === null || text === undefined || text.trim() === "") return null;
  return cleanText(clip(text, lengthMax));
}

/** Cuts before, not through, a surrogate pair that stands on the border. */
function clip(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const isPairCut = (text.codePointAt(lengthMax - 1) ?? 0) > 0xffff;
  return text.slice(0, isPairCut ? lengthMax - 1 : lengthMax);
}
