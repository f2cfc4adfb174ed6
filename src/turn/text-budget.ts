// How much of the texts of files a prompt gets. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import type { Sense } from "./sensed.ts";

/** Of one file, in UTF-16 units. */
export const FILE_TEXT_LENGTH_MAX = 8_000;
/** Of all files of a turn. */
export const TURN_TEXT_LENGTH_MAX = 16_000;

/** The same senses with no more text of files in all than a turn may have: the first come whole, the last go short. */
export function withinTextBudget(senses: readonly Sense[]): Sense[] {
  let leftLength = TURN_TEXT_LENGTH_MAX;
  return senses.map((sense) => {
    if (sense.kind !== "read") return sense;
    const text = leftLength === 0 ? null : clippedText(sense.text, leftLength);
    if (text === null) return { kind: "unread", reason: "too_much" };
    leftLength -= text.length;
    return { ...sense, text, isTruncated: sense.isTruncated || text.length < sense.text.length };
  });
}
