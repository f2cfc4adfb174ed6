// How much of what was attached a prompt gets: of the texts of files, and of pictures. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import { type Sense, unread } from "./sensed.ts";

/** Of one file, in UTF-16 units. */
export const FILE_TEXT_LENGTH_MAX = 8_000;
/** Of all files of a turn. */
export const TURN_TEXT_LENGTH_MAX = 16_000;
/** Of a turn; Groq takes no more in one request. */
export const IMAGES_MAX = 5;

/** The same senses, with no more in all than a turn may have: the first come whole, the last go short. */
export function withinBudget(senses: readonly Sense[]): Sense[] {
  let textLeft = TURN_TEXT_LENGTH_MAX;
  let imagesLeft = IMAGES_MAX;
  return senses.map((sense) => {
    if (sense.kind === "seen") return imagesLeft-- > 0 ? sense : unread("too_much");
    if (sense.kind !== "read") return sense;
    const text = textLeft === 0 ? null : clippedText(sense.text, textLeft);
    if (text === null) return unread("too_much");
    textLeft -= text.length;
    return { ...sense, text, isTruncated: sense.isTruncated || text.length < sense.text.length };
  });
}
