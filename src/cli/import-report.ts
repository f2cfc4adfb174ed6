// What became of an import: counts by table, and every row that was refused, with its table, file, line, id and reason.
import type { BatchReport, OpenedReport } from "../upkeep/importer.ts";
import { facts, shown, table } from "./columns.ts";

export interface Remark {
  table: string;
  file: string;
  line: number;
  id: string | null;
  reason: string;
}

interface Counts {
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** Refused rows that a person is shown of one reason. */
const SHOWN_MAX = 20;

export class ImportReport {
  readonly #tables = new Map<string, Counts>();
  readonly #unknownColumns = new Map<string, string[]>();
  readonly #unknownTables: string[];
  readonly #isDryRun: boolean;
  readonly #refused: Remark[] = [];
  readonly #notices: Remark[] = [];
  #opened: OpenedReport = { opened: 0, joined: 0, failed: 0 };

  constructor(isDryRun: boolean, unknownTables: readonly string[]) {
    this.#isDryRun = isDryRun;
    this.#unknownTables = [...unknownTables];
  }

  /** Takes in what the daemon said of a batch, and what was not even sent; gives the rows of it that were refused. */
  add(
    place: { table: string; file: string },
    { added, changed, unchanged, refused, notices }: BatchReport,
    unread: readonly { line: number; reason: string }[],
  ): Remark[] {
    const counts = this.#countsOf(place.table);
    const remarks = [...refused, ...unread.map((each) => ({ ...each, id: null }))].map((each) => ({
      ...place,
      ...each,
    }));
    counts.rows += added + changed + unchanged + remarks.length;
    counts.added += added;
    counts.changed += changed;
    counts.unchanged += unchanged;
    counts.refused += remarks.length;
    this.#refused.push(...remarks);
    this.#notices.push(...notices.map(({ notice: reason, line, id }) => ({ ...place, line, id, reason })));
    return remarks;
  }

  unknownColumn(tableName: string, column: string): void {
    const columns = this.#unknownColumns.get(tableName) ?? [];
    this.#unknownColumns.set(tableName, columns.includes(column) ? columns : [...columns, column]);
  }

  finish(opened: OpenedReport): void {
    this.#opened = opened;
  }

  data() {
    return {
      dryRun: this.#isDryRun,
      tables: Object.fromEntries(this.#tables),
      buffers: this.#opened,
      refused: this.#refused,
      notices: this.#notices,
      unknownColumns: Object.fromEntries(this.#unknownColumns),
      unknownTables: this.#unknownTables,
    };
  }

  text(): string {
    const rows = [...this.#tables].map(([name, counts]) => ({ name, ...counts }));
    const counted = table(
      rows,
      {
        TABLE: ({ name }) => name,
        ROWS: (row) => row["rows"],
        [this.#isDryRun ? "WOULD ADD" : "ADDED"]: ({ added }) => added,
        CHANGED: ({ changed }) => changed,
        "THERE ALREADY": ({ unchanged }) => unchanged,
        REFUSED: ({ refused }) => refused,
      },
      "There is nothing to import here.",
    );
    const { opened, joined, failed } = this.#opened;
    const buffers = facts([
      ["open buffers that go on", opened + joined],
      ["left to you (lull jobs list)", failed],
    ]);
    return [
      counted,
      ...(opened + joined + failed > 0 ? [buffers] : []),
      ...remarksOf("Refused", this.#refused),
      ...remarksOf("Taken with a notice", this.#notices),
      ...named(
        "Columns that were left out",
        [...this.#unknownColumns].map(([name, columns]) => `${name}: ${columns.join(", ")}`),
      ),
      ...named("Files of no table that lull knows", this.#unknownTables),
    ].join("\n\n");
  }

  #countsOf(tableName: string): Counts {
    const counts = this.#tables.get(tableName) ?? { rows: 0, added: 0, changed: 0, unchanged: 0, refused: 0 };
    this.#tables.set(tableName, counts);
    return counts;
  }
}

/** By reason, the first of each. */
function remarksOf(title: string, remarks: readonly Remark[]): string[] {
  const reasons = Map.groupBy(remarks, ({ reason, table: of }) => `${of}: ${reason}`);
  return [...reasons].map(([reason, rows]) => {
    const lines = rows.slice(0, SHOWN_MAX).map(({ file, line, id }) => `  ${file}:${line}  ${shown(id)}`);
    const more =
      rows.length > SHOWN_MAX ? [`  … and ${rows.length - SHOWN_MAX} more (--json, --report)`] : [];
    return [`${title}: ${reason} (${rows.length})`, ...lines, ...more].join("\n");
  });
}

function named(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [[`${title}:`, ...names.map((name) => `  ${shown(name)}`)].join("\n")];
}
