// Exports of an older system for tests: folders of tables, and `lull import` run on them as the daemon's own verb.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMIN_TOKEN, type TestApp } from "../harness/app.ts";
import { lull, type Ran } from "../harness/command.ts";

export type Cell = string | number | boolean | null;
export type ExportRow = Record<string, Cell>;

/** A UUID that says what it is of and the how manieth. */
export function idOf(kind: number, nth: number): string {
  return `${String(kind).padStart(8, "0")}-0000-4000-8000-${String(nth).padStart(12, "0")}`;
}

/** A folder with these tables as CSV, as Supabase writes them. */
export function exportFolder(tables: Record<string, readonly ExportRow[]>): string {
  const folder = mkdtempSync(join(tmpdir(), "lull-export-"));
  for (const [table, rows] of Object.entries(tables))
    writeFileSync(join(folder, `${table}.csv`), csvOf(rows));
  return folder;
}

export function csvOf(rows: readonly ExportRow[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))];
  return lines.map((cells) => cells.map(quoted).join(",")).join("\r\n");
}

/** What `lull import --json` tells. */
export interface Imported {
  dryRun: boolean;
  tables: Record<
    string,
    { rows: number; added: number; changed: number; unchanged: number; refused: number }
  >;
  buffers: { opened: number; joined: number; failed: number };
  refused: { table: string; file: string; line: number; id: string | null; reason: string }[];
  notices: { table: string; line: number; id: string | null; reason: string }[];
  unknownColumns: Record<string, string[]>;
  unknownTables: string[];
}

/** Runs `lull import` against a running app. */
export async function importInto(app: TestApp, argv: readonly string[]): Promise<Imported> {
  const ran = await runImport(app, [...argv, "--json"]);
  if (ran.code !== 0) throw new Error(ran.complained);
  return JSON.parse(ran.printed) as Imported;
}

export async function runImport(app: TestApp, argv: readonly string[]): Promise<Ran> {
  const env = { LULL_DATA_DIR: app.dataDir };
  const ran = await lull(["import", ...argv], {
    env,
    clock: app.clock,
    fetch(url, { unix: _unix, ...init }) {
      const request = new Request(url, init);
      request.headers.set("authorization", `Bearer ${ADMIN_TOKEN}`);
      return app.handle(request);
    },
  });
  await app.clock.settle();
  return ran;
}

function quoted(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
