// Rows and facts as aligned text for a person.

/** One row of an answer. */
export type Row = Record<string, unknown>;

/** Headings, each with what stands below it. */
export type Columns = Readonly<Record<string, (row: Row) => unknown>>;

const GAP = "  ";
const NOTHING = "–";

/** One line a row under its headings; `whenEmpty` where there is none. */
export function table(rows: readonly Row[], columns: Columns, whenEmpty: string): string {
  if (rows.length === 0) return whenEmpty;
  const cells = rows.map((row) => Object.values(columns).map((cell) => shown(cell(row))));
  return aligned([Object.keys(columns), ...cells]);
}

/** One line a fact, with its name before it. */
export function facts(pairs: readonly (readonly [name: string, ...values: unknown[]])[]): string {
  return aligned(pairs.map((pair) => pair.map(shown)));
}

/** What is under these names in an answer, one inside the other; undefined where there is nothing. */
export function at(data: unknown, ...names: readonly string[]): unknown {
  let value = data;
  for (const name of names) value = isRow(value) ? value[name] : undefined;
  return value;
}

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The rows of a list in an answer. */
export function rowsOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/** A name comes from anyone: what would move the cursor or colour the terminal is left out. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/\p{Cc}/gu, " ");
}

function aligned(lines: readonly (readonly string[])[]): string {
  const count = Math.max(...lines.map((line) => line.length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(...lines.map((line) => Bun.stringWidth(line[index] ?? ""))),
  );
  const padded = (cell: string, index: number): string =>
    cell + " ".repeat((widths[index] ?? 0) - Bun.stringWidth(cell));
  return lines.map((line) => line.map(padded).join(GAP).trimEnd()).join("\n");
}
