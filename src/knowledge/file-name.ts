// A file's name as a stranger gave it, made fit to be kept, shown and sent. It is never a path: where bytes lie is
// decided elsewhere, by ids.

import { UNSEEN } from "../unseen.ts";

/** In UTF-16 units. */
const NAME_LENGTH_MAX = 200;
/** With its dot; a longer one is no extension and may be cut. */
const EXTENSION_LENGTH_MAX = 20;
const NAMELESS = "file";
/** As much of its end as is looked at. */
const RAW_LENGTH_MAX = 1_000;

const OTHER_LINES = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Neither hidden files nor the ends of names that some systems drop. */
const BLANK_ENDS = /^[\s.]+|[\s.]+$/gu;

/**
 * The last part of the name, in NFC and well-formed, without unseen characters and `..`, at most 200 UTF-16 units, cut
 * before its extension. Never empty: what has nothing left is called "file". A clean name stays as it is.
 */
export function cleanFileName(raw: string): string {
  const base = raw.slice(-RAW_LENGTH_MAX).split(/[/\\]/).at(-1) ?? "";
  const seen = base.toWellFormed().replaceAll(OTHER_LINES, "").replaceAll(UNSEEN, "").normalize("NFC");
  const plain = seen.replaceAll(/\.{2,}/g, ".").replaceAll(BLANK_ENDS, "");
  return cut(plain) || NAMELESS;
}

function cut(name: string): string {
  if (name.length <= NAME_LENGTH_MAX) return name;
  const dotAt = name.lastIndexOf(".");
  const extension = dotAt > 0 && name.length - dotAt <= EXTENSION_LENGTH_MAX ? name.slice(dotAt) : "";
  return firstOf(name, NAME_LENGTH_MAX - extension.length).replaceAll(BLANK_ENDS, "") + extension;
}

/** Cuts before, not through, a surrogate pair that stands on the border. */
function firstOf(text: string, lengthMax: number): string {
  const isPairCut = (text.codePointAt(lengthMax - 1) ?? 0) > 0xffff;
  return text.slice(0, isPairCut ? lengthMax - 1 : lengthMax);
}
