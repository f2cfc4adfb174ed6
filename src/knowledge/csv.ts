// A table as text that can be found and quoted: each row a paragraph of its own, each cell a line `header: value`.
import type { ExtractedText, ExtractLimits } from "./extracted.ts";
import { finishText } from "./extracted.ts";
import { decodeText } from "./text-encoding.ts";
import { TextSink } from "./text-sink.ts";

const DELIMITERS = [",", ";", "\t", "|"];
const COLUMNS_MAX = 1_000;

/** The first row names the columns; where it is alone, it is the text. Anything is a table of some kind, so none fails. */
export function readCsv(bytes: Uint8Array, { charactersMax }: ExtractLimits): ExtractedText {
  const text = decodeText(bytes)
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n");
  const sink = new TextSink(charactersMax);
  const rows = readRows(text, delimiterOf(text));
  const headers = rows.next().value ?? { cells: [], isCut: false };
  let isCut = headers.isCut;
  let rowCount = 0;
  for (const row of rows) {
    if (sink.isFull) break;
    isCut ||= row.isCut;
    rowCount++;
    writeRow(sink, headers.cells, row.cells);
  }
  if (rowCount === 0) writeRow(sink, [], headers.cells);
  return { text: finishText(sink.text(), charactersMax), isTruncated: isCut || sink.isFull };
}

interface Row {
  cells: string[];
  /** True when it has more cells than are read. */
  isCut: boolean;
}

/** The one that stands most often in the first line; a comma when there is none. */
function delimiterOf(text: string): string {
  const line = (/^[^\n]*/.exec(text)?.[0] ?? "").replace(/"[^"]*"/g, "");
  const count = (delimiter: string): number => line.split(delimiter).length;
  return DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}

/** Rows as RFC 4180 has them; a quote that never closes takes the rest of the file. Blank rows are passed over. */
function* readRows(text: string, delimiter: string): Generator<Row, undefined> {
  let row: Row = { cells: [], isCut: false };
  for (let at = 0; at < text.length;) {
    const cell = readCell(text, at, delimiter);
    if (row.cells.length < COLUMNS_MAX) row.cells.push(cell.value);
    else row.isCut = true;
    at = cell.endAt + 1;
    if (cell.endAt < text.length && text[cell.endAt] === delimiter) continue;
    if (row.cells.some((value) => value.trim() !== "")) yield row;
    row = { cells: [], isCut: false };
  }
}

function readCell(text: string, startAt: number, delimiter: string): { value: string; endAt: number } {
  if (text[startAt] !== '"') {
    const endAt = cellEnd(text, startAt, delimiter);
    return { value: text.slice(startAt, endAt), endAt };
  }
  const closedAt = closingQuote(text, startAt + 1);
  const endAt = cellEnd(text, closedAt + 1, delimiter);
  const quoted = text.slice(startAt + 1, closedAt).replaceAll('""', '"');
  return { value: quoted + text.slice(closedAt + 1, endAt), endAt };
}

function cellEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
  return at;
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}

function writeRow(sink: TextSink, headers: readonly string[], cells: readonly string[]): void {
  sink.gap("\n\n");
  for (const [index, value] of cells.entries()) {
    if (value.trim() === "") continue;
    const header = (headers[index] ?? "").trim();
    sink.gap("\n");
    sink.words(header === "" ? value : `${header}: ${value}`);
  }
}
