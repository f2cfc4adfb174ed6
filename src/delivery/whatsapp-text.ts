// Markdown blocks, line by line, as WhatsApp can show them: headings, lists, tables, rules, code fences.
// What happens inside a line is inline-marks.ts; nothing here knows about lengths.
import { formatInline } from "./inline-marks.ts";
import type { MarkdownReader } from "./mark-pairs.ts";

/** Four leading spaces would make Chatwoot see a code block. */
const CHATWOOT_INDENT_MAX = 3;

const CELL_SEPARATOR = " · ";

/** Rewrites the Markdown that models write (and WhatsApp's own `*bold*`); code is left exactly as it is. */
export function formatForWhatsapp(text: string, reader: MarkdownReader): string {
  const lines = text.split("\n");
  const formatted: string[] = [];
  for (let at = 0; at < lines.length;) {
    const block = readFence(lines, at) ?? readTable(lines, at, reader) ?? readLine(lines, at, reader);
    if (block.isRule && formatted.at(-1) === "" && isBlank(lines[block.nextAt])) formatted.pop();
    formatted.push(...block.lines);
    at = block.nextAt;
  }
  return formatted.join("\n");
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

interface Block {
  lines: string[];
  /** Index of the first line behind the block. */
  nextAt: number;
  /** True for a horizontal rule, which leaves nothing behind. */
  isRule?: boolean;
}

/** A code fence to its end (an unclosed one is closed); its language is dropped, since WhatsApp would show it. */
function readFence(lines: string[], at: number): Block | null {
  const fence = /^ *(`{3,}|~{3,})[^`]*$/.exec(lines[at] ?? "")?.[1];
  if (fence === undefined) return null;
  let endAt = at + 1;
  while (endAt < lines.length && !closesFence(lines[endAt] ?? "", fence)) endAt++;
  return { lines: ["```", ...lines.slice(at + 1, endAt), "```"], nextAt: endAt + 1 };
}

function closesFence(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && mark === fence.charAt(0).repeat(mark.length);
}

/** A table as one line per row; WhatsApp has no columns. */
function readTable(lines: string[], at: number, reader: MarkdownReader): Block | null {
  if (!lines[at]?.includes("|") || !isTableRule(lines[at + 1] ?? "")) return null;
  let endAt = at + 2;
  while (lines[endAt]?.includes("|")) endAt++;
  const rows = [lines[at] ?? "", ...lines.slice(at + 2, endAt)];
  return { lines: rows.map((row) => formatInline(joinCells(row), reader)), nextAt: endAt };
}

function isTableRule(line: string): boolean {
  return line.includes("|") && cellsOf(line).every((cell) => /^:?-+:?$/.test(cell)) && line.includes("-");
}

function joinCells(row: string): string {
  return cellsOf(row)
    .filter((cell) => cell !== "")
    .join(CELL_SEPARATOR);
}

function cellsOf(row: string): string[] {
  const inner = row.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** One line: a rule (gone), a heading (bold), a list item, a quote or plain text. */
function readLine(lines: string[], at: number, reader: MarkdownReader): Block {
  const line = lines[at] ?? "";
  const nextAt = at + 1;
  if (isBlank(line)) return { lines: [""], nextAt };
  if (/^(?:-{3,}|\*{3,}|_{3,}|={3,})$/.test(line.replaceAll(" ", "")))
    return { lines: [], nextAt, isRule: true };
  const indent = indentOf(line, reader);
  const [, quote = "", content = ""] = /^((?:> ?)*)(.*)$/.exec(line.trimStart()) ?? [];
  return { lines: [indent + quote + formatContent(content, reader)], nextAt };
}

function indentOf(line: string, reader: MarkdownReader): string {
  const indent = line.slice(0, line.length - line.trimStart().length);
  return reader === "chatwoot" ? indent.slice(0, CHATWOOT_INDENT_MAX) : indent;
}

function formatContent(content: string, reader: MarkdownReader): string {
  const heading = headingOf(content);
  if (heading !== null) return formatHeading(heading, reader);
  const bullet = /^[*+-] +/.exec(content)?.[0];
  if (bullet !== undefined) return `- ${formatInline(content.slice(bullet.length), reader)}`;
  return formatInline(definitionAsText(content), reader);
}

/** The words of a heading without its marks, null when the line is none (`#hashtag` is none). */
function headingOf(content: string): string | null {
  const mark = /^#{1,6} /.exec(content)?.[0];
  if (mark === undefined) return null;
  const words = content.slice(mark.length).trim().split(" ");
  if (words.length > 1 && /^#+$/.test(words.at(-1) ?? "")) words.pop();
  return words.join(" ").trim() || null;
}

function formatHeading(heading: string, reader: MarkdownReader): string {
  const bold = reader === "chatwoot" ? "**" : "*";
  const words = formatInline(heading, reader, { isInBold: true }).trim();
  return words === "" ? "" : bold + words + bold;
}

/** `[1]: https://…` would be swallowed as a link definition: without its colon it is text. */
function definitionAsText(content: string): string {
  return content.replace(/^(\[[^[\]]{1,100}\]):(?= )/, "$1");
}
