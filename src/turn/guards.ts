// What is looked for in an answer before it may go out: secrets, failures of machines, lull's own rules, links to hosts that
// are not allowed, pictures, the same words once more. Pure, and linear in the text: a model writes whatever it was talked into.
import type { HistoryLine } from "../db/store-turns.ts";
import { OWN_TEXTS } from "./prompt-rules.ts";

/** Why an answer is never sent as it is. */
export type AnswerFault = "secret" | "internal_error" | "own_rules";

/** Messages that one answer may become; the rest is cut. Each has up to 4,000 characters: nobody reads a fifth. */
export const REPLY_PARTS_MAX = 4;

/** Keys as the usual issuers write them, tokens of a header, key files. Letters and digits run through each other in these: numbers of orders do not. */
const SECRETS: readonly RegExp[] = [
  /\b(?:sk|gsk|rk)[-_](?:[A-Za-z0-9]{1,20}[-_]){0,4}(?=[A-Za-z]{0,200}\d)(?=\d{0,200}[A-Za-z])[A-Za-z0-9]{16,}/,
  /\bBearer\s{1,3}(?=[A-Za-z._~+/=-]{0,200}\d)[A-Za-z0-9._~+/=-]{16,}/i,
  /-----BEGIN [A-Z ]{0,30}(?:KEY|CERTIFICATE)-----/,
  /\b(?:AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{10,})/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
];
/** A place in a program, an interpreter's farewell, the names of its errors and of lull's own. */
const INTERNAL_ERRORS: readonly RegExp[] = [
  /^[ \t]{0,20}at [^\n]{0,200}[\w/\\-]\.[A-Za-z]\w{0,4}:\d{1,7}(?::\d{1,7})?\)?$/m,
  /Traceback \(most recent call last\)/,
  /\b(?:Type|Reference|Syntax|Range|Assertion|Internal|App|Model|Store)Error: /,
  /\b(?:SQLITE_[A-Z]+|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT)\b/,
  /\bai_(?:unavailable|refused|bad_answer|context_too_long)\b/,
];
/** A shorter line may be anybody's words. */
const OWN_LINE_LENGTH_MIN = 40;
const OWN_LINES = OWN_TEXTS.flatMap((text) => text.split("\n"))
  .map(alike)
  .filter((line) => line.length >= OWN_LINE_LENGTH_MIN);
/** A shorter answer, such as "you are welcome", may well be given twice. */
const REPEATED_LENGTH_MIN = 40;
/** Of the messages before. */
const PARTS_LOOKED_AT_MAX = 8;

/** What is wrong with an answer; null: nothing that was looked for. */
export function faultOf(text: string): AnswerFault | null {
  if (SECRETS.some((secret) => secret.test(text))) return "secret";
  if (INTERNAL_ERRORS.some((trace) => trace.test(text))) return "internal_error";
  const said = alike(text);
  return OWN_LINES.some((line) => said.includes(line)) ? "own_rules" : null;
}

/**
 * Whether these messages are lull's last ones over again while the customer asked something else. Then they answer
 * nothing: whoever decides takes them for an answer that its own writer is not sure of.
 */
export function isRepeated(
  parts: readonly string[],
  history: readonly HistoryLine[],
  asked: readonly string[],
): boolean {
  const text = alike(parts.join("\n"));
  if (text.length < REPEATED_LENGTH_MIN) return false;
  const said = history.slice(0, history.findLastIndex(({ sender }) => sender === "bot") + 1);
  // It may have been sent in other parts, with pauses between.
  const counts = Array.from({ length: PARTS_LOOKED_AT_MAX }, (_, index) => index + 1);
  const count = counts.find((last) => alike(wordsOf(said.slice(-last))) === text);
  if (count === undefined) return false;
  const before = said.slice(0, -count);
  const question = before.slice(before.findLastIndex(({ sender }) => sender !== "user") + 1);
  return alike(wordsOf(question)) !== alike(asked.join("\n"));
}

function wordsOf(lines: readonly HistoryLine[]): string {
  return lines.map(({ content }) => content).join("\n");
}

/** At most `REPLY_PARTS_MAX` messages; that something is missing is to be seen. */
export function cappedParts(parts: readonly string[], unitsMax: number): string[] {
  if (parts.length <= REPLY_PARTS_MAX) return [...parts];
  const kept = parts.slice(0, REPLY_PARTS_MAX);
  const last = kept.pop() ?? "";
  const fitting = last.slice(0, unitsMax - " …".length);
  const end = Math.max(fitting.lastIndexOf(". "), fitting.lastIndexOf("\n"), 0);
  const whole = last.length <= fitting.length || end === 0 ? fitting : fitting.slice(0, end + 1);
  return [...kept, `${whole.trimEnd()} …`.toWellFormed()];
}

/** The same words, whatever their case, spaces and marks. */
function alike(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s*_~`]+/g, " ")
    .trim();
}
