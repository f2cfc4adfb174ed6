// What a file is, by its bytes. What its sender calls it decides only between kinds that no byte tells apart: a text is
// a table or Markdown when it is said to be, but nothing is a picture, a document or a page because it says so.
import { binaryKindOf } from "./file-signature.ts";
import { decodeText, markedEncoding } from "./text-encoding.ts";
import { listZip, wordMember } from "./zip.ts";

/** Every kind there is, with the content type that it is kept and served under. */
export const CONTENT_TYPES = {
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  ogg: "audio/ogg",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  wav: "audio/wav",
  webm: "audio/webm",
  zip: "application/zip",
  other: "application/octet-stream",
} as const;

export type FileKind = keyof typeof CONTENT_TYPES;

export interface FileType {
  kind: FileKind;
  contentType: (typeof CONTENT_TYPES)[FileKind];
}

/** What the sender says of the file. */
export interface FileHints {
  name?: string | undefined;
  contentType?: string | undefined;
}

/** As much as is looked at to tell text from other bytes, and one kind of text from another. */
const HEAD_BYTES = 64 * 1024;

/** More of them than one in this many characters, and it is no text. */
const CONTROLS_ONE_IN = 200;
const CONTROLS = /[^\P{Cc}\s\x7f-\x9f]/gu;

const SAYS_TABLE = { name: /\.(?:csv|tsv)$/i, contentType: /^text\/(?:csv|tab-separated-values)\b/i };
const SAYS_MARKDOWN = { name: /\.(?:md|markdown)$/i, contentType: /^text\/(?:x-)?markdown\b/i };
const SAYS_PAGE = { name: /\.x?html?$/i, contentType: /^(?:text\/html|application\/xhtml\+xml)\b/i };

/** What may stand before the first element: an XML declaration, comments. */
const PROLOGUE = /\s+|<\?xml\b[^>]{0,300}>|<!--[^]{0,5000}?-->/y;
const PAGE_START = /<!doctype\s{1,20}html\b|<html[\s>]/iy;
const SVG_START = /<!doctype\s{1,20}svg\b|<(?:svg:)?svg[\s>]/iy;
/** A file to be run, or a fragment that begins with one. */
const SCRIPT_START = /#!|<\?|<%|<script\b/iy;
/** An element that text on a page stands in. */
const PAGE_ELEMENT =
  /<(?:a|article|body|br|div|h[1-6]|head|li|main|ol|p|section|span|table|title|ul)\b[^<>]{0,1000}>/i;

/** The kind of `bytes`, which may be a file's whole or, for all but archives, its first 64 KB. */
export function fileTypeOf(bytes: Uint8Array, hints: FileHints = {}): FileType {
  const kind = kindOf(bytes, hints);
  return { kind, contentType: CONTENT_TYPES[kind] };
}

function kindOf(bytes: Uint8Array, hints: FileHints): FileKind {
  const binary = binaryKindOf(bytes);
  if (binary === "zip") return isWord(bytes) ? "docx" : "zip";
  if (binary !== null) return binary;
  const text = textOf(bytes);
  return text === null ? "other" : textKindOf(text, hints);
}

/** A Word document without macros, which Word keeps under another name. */
function isWord(bytes: Uint8Array): boolean {
  const members = listZip(bytes) ?? [];
  const has = (name: string): boolean => members.some((member) => member.name === name);
  return wordMember(members) !== null && has("[Content_Types].xml") && !has("word/vbaProject.bin");
}

/** The beginning of a text; null when the bytes are none. */
function textOf(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, HEAD_BYTES);
  if (head.length === 0) return null;
  const text =
    markedEncoding(head) === null ? new TextDecoder("windows-1252").decode(head) : decodeText(head);
  const controlCount = text.match(CONTROLS)?.length ?? 0;
  return text.includes("\0") || controlCount * CONTROLS_ONE_IN > text.length ? null : text;
}

function textKindOf(text: string, hints: FileHints): FileKind {
  const startAt = skipPrologue(text);
  if (isAt(SVG_START, text, startAt)) return "other"; // a picture that can run scripts
  if (isAt(PAGE_START, text, startAt)) return "html";
  if (says(SAYS_PAGE, hints) && !isAt(SCRIPT_START, text, startAt) && PAGE_ELEMENT.test(text)) return "html";
  if (says(SAYS_TABLE, hints)) return "csv";
  return says(SAYS_MARKDOWN, hints) ? "md" : "txt";
}

function skipPrologue(text: string): number {
  PROLOGUE.lastIndex = 0;
  let startAt = 0;
  while (PROLOGUE.test(text)) startAt = PROLOGUE.lastIndex;
  return startAt;
}

function isAt(sticky: RegExp, text: string, at: number): boolean {
  sticky.lastIndex = at;
  return sticky.test(text);
}

/** The name counts before the declared type, which many programs make up. */
function says(pattern: { name: RegExp; contentType: RegExp }, { name, contentType }: FileHints): boolean {
  if (name !== undefined && /\.\w{1,10}$/.test(name)) return pattern.name.test(name);
  return contentType !== undefined && pattern.contentType.test(contentType);
}
