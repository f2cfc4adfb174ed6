// The rows of a file as requests for the daemon: as many in each as one may hold.
import { type ExportedRow, type ExportFile, readExport } from "../upkeep/import-files.ts";
import { IMPORT_ROWS_MAX, type RawRow } from "../upkeep/importer.ts";

export interface Batch {
  rows: RawRow[];
  /** Lines that could not be read. */
  unread: { line: number; reason: string }[];
}

/** What a request's body may hold (see chatwoot/body.ts) is counted in elements and in bytes: three for the worst of letters. */
const ELEMENTS_MAX = 8_000;
const LENGTH_MAX = 300_000;

export async function* batchesOf(
  file: ExportFile,
  unknownColumn: (name: string) => void,
): AsyncGenerator<Batch> {
  let batch: Batch = { rows: [], unread: [] };
  let [elements, length] = [0, 0];
  for await (const rows of readExport(file, unknownColumn)) {
    for (const row of rows) {
      const size = sizeOf(row);
      const isFull =
        batch.rows.length === IMPORT_ROWS_MAX ||
        elements + size.elements > ELEMENTS_MAX ||
        length + size.length > LENGTH_MAX;
      if (isFull) {
        yield batch;
        batch = { rows: [], unread: [] };
        [elements, length] = [0, 0];
      }
      if ("reason" in row) batch.unread.push(row);
      else batch.rows.push(row);
      elements += size.elements;
      length += size.length;
    }
  }
  yield batch;
}

function sizeOf(row: ExportedRow): { elements: number; length: number } {
  const values = "reason" in row ? [] : Object.values(row.values);
  // What JSON adds: names, quotes, escapes.
  const length = values.reduce((sum, value) => sum + value.length + 40, 40);
  return { elements: values.length + 2, length };
}
