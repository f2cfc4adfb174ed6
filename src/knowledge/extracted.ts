// What reading a file gives, what it may cost, and how it fails. No file format is known here.
import { AppError } from "../errors.ts";
import { UNSEEN } from "../unseen.ts";

/** The kinds of files that have a text to read. */
export const TEXT_KINDS = ["txt", "md", "csv", "html", "pdf", "docx"] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

export interface ExtractLimits {
  /** Of the file; a larger one is not begun. */
  bytesMax: number;
  /** Of a PDF; the text ends after them. */
  pagesMax: number;
  /** Of the text, in UTF-16 units; it ends there. */
  charactersMax: number;
  /** Of one member of an archive; a larger one makes the file unreadable. */
  unzippedBytesMax: number;
  /** Elements within each other. */
  nestingMax: number;
}

export const EXTRACT_LIMITS: ExtractLimits = {
  bytesMax: 25 * 1024 * 1024,
  pagesMax: 1_000,
  charactersMax: 2_000_000,
  unzippedBytesMax: 32 * 1024 * 1024,
  nestingMax: 1_000,
};

export interface ExtractedText {
  /** Well-formed, NFC, paragraphs parted by an empty line, headings as `# …`; empty for a file of nothing but pictures. */
  text: string;
  /** Where the format has pages: all of the file's, read or not. */
  pages?: number;
  /** True when the file holds more than the limits let through. */
  isTruncated: boolean;
}

/** Why a file could not be read. The last four are the fate of the thread that read it. */
const UNREADABLE = {
  encrypted: "The file is protected by a password.",
  broken: "The file is damaged, or is not what its type says.",
  too_large: "The file is too large once it is unpacked.",
  too_deep: "The file's parts are nested too deeply.",
  too_slow: "The file took too long to read.",
  too_much_memory: "The file needs too much memory to read.",
  crashed: "The file could not be read.",
} as const;

export type UnreadableReason = keyof typeof UNREADABLE;

/** AppError `unreadable_file`; it says nothing of the file's content. */
export function unreadable(reason: UnreadableReason): AppError {
  const fix =
    reason === "encrypted"
      ? "Save a copy without a password and upload that."
      : "Save it again with the program it came from, or upload its text.";
  return new AppError("unreadable_file", UNREADABLE[reason], { reason, fix });
}

export function isTextKind(kind: string): kind is TextKind {
  return (TEXT_KINDS as readonly string[]).includes(kind);
}

const CONTROL = /[^\P{Cc}\t\n]/gu;
/** More than one empty line is one; what is indented further than this is so all the same. */
const EMPTY_LINES = /\n(?:[^\S\n]*\n){2,}/g;
const WIDE_GAP = /[^\S\n]{9,}/g;

/** `text` as it may be kept: no control characters, no half characters, composed, and at most `charactersMax` long. */
export function finishText(text: string, charactersMax: number): string {
  const lines = text.replace(/\r\n?|\u2028/g, "\n").replace(/\u2029/g, "\n\n");
  const visible = lines.replace(CONTROL, "").replace(UNSEEN, "");
  const even = visible.replace(WIDE_GAP, " ".repeat(8)).replace(EMPTY_LINES, "\n\n");
  const cut = even.normalize("NFC").slice(0, charactersMax);
  return cut
    .replace(/[\ud800-\udbff]$/, "")
    .toWellFormed()
    .trim();
}
