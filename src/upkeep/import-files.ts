// The rows of an exported file as they come: never all of them at once, and of each row the columns that lull knows.
import type { ImportTable } from "../db/store-import.ts";
import { AppError } from "../errors.ts";
import { CsvReader, type CsvRecord } from "./import-csv.ts";
import { JsonReader, type JsonObjectText } from "./import-json.ts";
import { isKnownColumn } from "./import-tables.ts";
import type { RawRow } from "./importer.ts";

/** A row, or the line of one that cannot be read, with the reason. */
export type ExportedRow = RawRow | { line: number; reason: string };

export interface ExportFile {
  table: ImportTable;
  form: "csv" | "json";
  /** The bytes of the file. */
  open: () => ReadableStream<Uint8Array>;
}

/** A larger row would not fit into a request beside others. */
const ROW_LENGTH_MAX = 300_000;

/**
 * The rows of a file, some at a time. Columns that lull does not know are named once, and left out. Throws AppError
 * `invalid_body` where the file is no such export.
 */
export async function* readExport(
  { table, form, open }: ExportFile,
  unknownColumn: (name: string) => void,
): AsyncGenerator<ExportedRow[]> {
  const keep = columnFilter(table, unknownColumn);
  const reader = form === "csv" ? csvRows(keep) : jsonRows(keep);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for await (const bytes of open()) yield reader.read(decodeIn(decoder, bytes));
  yield [...reader.read(decodeIn(decoder)), ...reader.end()];
}

type Keep = (name: string) => boolean;

function columnFilter(table: ImportTable, unknownColumn: (name: string) => void): Keep {
  const unknown = new Set<string>();
  return (name) => {
    if (isKnownColumn(table, name)) return true;
    if (!unknown.has(name)) unknownColumn(name);
    unknown.add(name);
    return false;
  };
}

function csvRows(keep: Keep) {
  const reader = new CsvReader();
  let columns: (string | null)[] | null = null;
  function rowOf({ line, fields }: CsvRecord): ExportedRow[] {
    if (columns === null) {
      columns = fields.map((field) => field.trim().toLowerCase()).map((name) => (keep(name) ? name : null));
      return [];
    }
    if (fields.length !== columns.length) return [{ line, reason: "wrong_field_count" }];
    const values: Record<string, string> = {};
    columns.forEach((name, index) => {
      const field = fields[index];
      if (name !== null && field !== undefined && field !== "") values[name] = field;
    });
    return [fitting({ line, values })];
  }
  return {
    read: (piece: string) => reader.read(piece).flatMap(rowOf),
    end: () => reader.end().flatMap(rowOf),
  };
}

function jsonRows(keep: Keep) {
  const reader = new JsonReader();
  function rowOf({ line, text }: JsonObjectText): ExportedRow {
    const values = valuesIn(text, keep);
    return values === null ? { line, reason: "invalid_json" } : fitting({ line, values });
  }
  return {
    read: (piece: string) => reader.read(piece).map(rowOf),
    end: () => reader.end().map(rowOf),
  };
}

/** Null: it is no JSON, or so deep that it cannot be written again. */
function valuesIn(text: string, keep: Keep): Record<string, string> | null {
  const values: Record<string, string> = {};
  try {
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      if (value === null || !keep(name.toLowerCase())) continue;
      values[name.toLowerCase()] = typeof value === "string" ? value : JSON.stringify(value);
    }
    return values;
  } catch {
    return null;
  }
}

function fitting(row: RawRow): ExportedRow {
  const lengths = Object.values(row.values).map(({ length }) => length);
  return lengths.reduce((sum, length) => sum + length, 0) > ROW_LENGTH_MAX
    ? { line: row.line, reason: "too_large" }
    : row;
}

/** Without bytes: that was all. */
function decodeIn(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    throw new AppError("invalid_body", "The file is not UTF-8.");
  }
}
