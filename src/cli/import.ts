// `lull import`: what an older system kept, from its exported tables.
import { appendFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { IMPORT_TABLES } from "../db/store-import.ts";
import { AppError } from "../errors.ts";
import type { ExportFile } from "../upkeep/import-files.ts";
import { tableOfFile } from "../upkeep/import-tables.ts";
import type { BatchReport, OpenedReport } from "../upkeep/importer.ts";
import { at } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { batchesOf } from "./import-batches.ts";
import { ImportReport } from "./import-report.ts";
import { UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, type Shown } from "./verb.ts";

interface ImportFlags extends DataFlags {
  dryRun?: true;
  exact?: true;
  connection?: string;
  report?: string;
}

interface Found extends ExportFile {
  path: string;
}

export function addImportVerb(program: Command, perform: Perform): void {
  dataVerb(
    program,
    "import <path...>",
    "Take over what an older system kept: a folder of exported tables, or the files themselves.",
  )
    .option("--dry-run", "only tell what would become of each row")
    .option("--exact", "keep digits that are no number as they are")
    .option("--connection <name>", "whose people and conversations these are")
    .option("--report <file>", "write every refused row to a file, one a line")
    .action((paths: string[], flags: ImportFlags) => {
      const found = findFiles(paths);
      return perform(flags, (daemon) => importAll(daemon, found, flags));
    });
}

async function importAll(
  daemon: DaemonClient,
  { files, unknownTables }: ReturnType<typeof findFiles>,
  flags: ImportFlags,
): Promise<Shown> {
  const begun = flags.dryRun && (await daemon.ask("POST", "/import/dry-run"));
  const dryRun = begun === undefined ? null : at(begun, "id");
  const report = new ImportReport(dryRun !== null, unknownTables);
  if (flags.report !== undefined) writeFileSync(flags.report, "");
  for (const file of files) {
    const place = { table: file.table, file: basename(file.path) };
    for await (const { rows, unread } of batchesOf(file, (column) =>
      report.unknownColumn(file.table, column),
    )) {
      const body = {
        table: file.table,
        rows,
        ...(flags.exact && { exact: true }),
        ...(flags.connection && { connection: flags.connection }),
        ...(dryRun !== null && { dryRun }),
      };
      const answer = (await daemon.ask("POST", "/import", body)) as BatchReport;
      const refused = report.add(place, answer, unread);
      if (flags.report !== undefined && refused.length > 0)
        appendFileSync(flags.report, refused.map((each) => `${JSON.stringify(each)}\n`).join(""));
    }
  }
  const ending = dryRun === null ? {} : { dryRun };
  report.finish((await daemon.ask("POST", "/import/finish", ending)) as OpenedReport);
  return { data: report.data(), text: report.text() };
}

/** In the order in which the tables build upon each other. A file that is named and names no table is a mistake. */
function findFiles(paths: readonly string[]): { files: Found[]; unknownTables: string[] } {
  const files: Found[] = [];
  const unknownTables: string[] = [];
  for (const path of paths) {
    const isFolder = statOf(path).isDirectory();
    const inside = isFolder
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const each of inside) {
      const named = tableOfFile(basename(each));
      if (named?.table != null)
        files.push({ ...named, table: named.table, path: each, open: () => Bun.file(each).stream() });
      else if (!isFolder) throw noTable(each);
      else if (named !== null) unknownTables.push(basename(each));
    }
  }
  files.sort((a, b) => IMPORT_TABLES.indexOf(a.table) - IMPORT_TABLES.indexOf(b.table));
  return { files, unknownTables };
}

function statOf(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new AppError("not_found", `There is no ${path}.`);
  return stat;
}

function noTable(path: string): UsageError {
  return new UsageError(
    `${basename(path)} names no table that lull knows.`,
    `Name the file by its table and form, such as profiles.csv: ${IMPORT_TABLES.join(", ")}.`,
  );
}
