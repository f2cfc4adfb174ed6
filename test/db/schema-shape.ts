// What a database is made of, told so that two ways of making it can be compared: in words or in meaning.
import type { Database } from "bun:sqlite";

interface SchemaObject {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/** Every object with the text that made it. */
export function objectsOf(db: Database): SchemaObject[] {
  return db
    .query<SchemaObject, []>("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
    .all();
}

/** What the database means, whatever text or order of columns made it: a migrated one must equal a new one. */
export function shapeOf(db: Database): Record<string, unknown> {
  const tables = objectsOf(db).filter(
    (object) => object.type === "table" && !object.name.startsWith("sqlite_"),
  );
  return Object.fromEntries(tables.map((table) => [table.name, tableShape(db, table)]));
}

/** The CHECK clauses of a table, each without needless blanks. */
export function checksOf(sql: string): string[] {
  const clauses: string[] = [];
  for (const { index } of sql.matchAll(/\bCHECK\s*\(/g)) {
    const start = sql.indexOf("(", index);
    clauses.push(
      sql
        .slice(start + 1, closingOf(sql, start))
        .replace(/\s+/g, " ")
        .trim(),
    );
  }
  return clauses.toSorted();
}

function tableShape(db: Database, table: SchemaObject) {
  const rows = (pragma: string) =>
    db.query<Record<string, unknown>, []>(`SELECT * FROM pragma_${pragma}('${table.name}')`).all();
  const kind = db
    .query<Record<string, unknown>, [string]>("SELECT wr, strict FROM pragma_table_list WHERE name = ?")
    .get(table.name);
  return {
    kind,
    checks: checksOf(table.sql ?? ""),
    columns: inOrder(rows("table_xinfo").map(({ cid: _cid, ...column }) => column)),
    references: inOrder(rows("foreign_key_list").map(({ id: _id, ...reference }) => reference)),
    indexes: inOrder(rows("index_list").map((index) => indexShape(db, index))),
  };
}

function indexShape(db: Database, { seq: _seq, ...index }: Record<string, unknown>) {
  const name = String(index["name"]);
  const columns = db
    .query<{ name: string | null }, []>(`SELECT name FROM pragma_index_info('${name}')`)
    .all();
  const sql = objectsOf(db).find((object) => object.name === name)?.sql ?? "";
  const where = / WHERE (.*)$/s.exec(sql.replace(/\s+/g, " "))?.[1] ?? null;
  // An index that a UNIQUE clause made has a name that counts the clauses: it says nothing.
  const isNamed = index["origin"] === "c";
  return { ...index, name: isNamed ? name : null, columns: columns.map((column) => column.name), where };
}

function inOrder<T>(items: T[]): T[] {
  return items.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function closingOf(sql: string, start: number): number {
  for (let at = start, depth = 0; at < sql.length; at++) {
    if (sql[at] === "(") depth++;
    if (sql[at] === ")" && --depth === 0) return at;
  }
  throw new Error("a clause of the schema never ends");
}
