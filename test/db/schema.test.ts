// The database file itself: made from schema.sql, upgraded to the same, refused when newer, and guarding its own rules.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import schema from "../../schema.sql" with { type: "text" };
import { MIGRATIONS } from "../../src/db/migrations/index.ts";
import { SCHEMA_VERSION, openDatabase } from "../../src/db/open.ts";
import { AppError } from "../../src/errors.ts";
import { checksOf, objectsOf, shapeOf } from "./schema-shape.ts";
import { openRaw, tempFolder } from "./sqlite-pair.ts";

/** Where a number stands as it was given; a sender's is in the JSON of its message. */
const NUMBER_COLUMNS = new Set(["whatsapp_number", "phone_number", "contact_phone", "sender_info"]);
const CHECKED_WORDS = checkedColumns();

test("a new file has exactly the objects of schema.sql, at its version", () => {
  using folder = tempFolder();
  const db = openDatabase(folder.path);
  expect(objectsOf(db)).toEqual(objectsOf(fromText(schema)));
  expect(objectsOf(db).filter((object) => object.type === "table").length).toBeGreaterThan(10);
  expect(pragma(db, "user_version")).toBe(SCHEMA_VERSION);
  db.close();
});

test("opening it again changes nothing", () => {
  using folder = tempFolder();
  openDatabase(folder.path).close();
  const raw = openRaw(folder.path);
  const before = pragma(raw, "schema_version");
  openDatabase(folder.path).close();
  expect(pragma(raw, "schema_version")).toBe(before);
  raw.close();
});

test("the migrations lead, one version at a time, to the version of schema.sql", () => {
  const versions = MIGRATIONS.map((migration) => migration.to);
  expect(versions).toEqual(Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 2));
});

test("a database of any older version is upgraded to what schema.sql makes", () => {
  for (let version = 1; version <= SCHEMA_VERSION; version++) {
    using folder = tempFolder();
    makeVersion(folder.path, version);
    const db = openDatabase(folder.path);
    expect(shapeOf(db)).toEqual(shapeOf(fromText(schema)));
    expect(pragma(db, "user_version")).toBe(SCHEMA_VERSION);
    db.close();
  }
});

test.each([
  ["a column", "ALTER TABLE settings ADD COLUMN extra TEXT"],
  ["an index", "DROP INDEX buffers_due"],
  [
    "the rows an index holds",
    "DROP INDEX jobs_due; CREATE INDEX jobs_due ON buffer_processing_jobs (scheduled_for)",
  ],
  [
    "a check",
    "DROP TABLE settings; CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (value <> ''), updated_at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  ],
])("a database that differs in %s is seen to differ", (_what, change) => {
  const db = fromText(schema);
  db.run(change);
  expect(shapeOf(db)).not.toEqual(shapeOf(fromText(schema)));
});

test("a newer database is refused with a word on what to do, and is left as it is", () => {
  using folder = tempFolder();
  openDatabase(folder.path).close();
  const raw = openRaw(folder.path);
  raw.run(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const error = errorOf(() => openDatabase(folder.path).close());
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "bad_config", fix: expect.stringContaining("newer") });
  expect(String(error)).toContain(`version ${SCHEMA_VERSION + 1}`);
  expect(pragma(raw, "user_version")).toBe(SCHEMA_VERSION + 1);
  raw.close();
});

test("what is acknowledged is on the disk and rows cannot name what is not there", () => {
  using folder = tempFolder();
  const db = openDatabase(folder.path);
  const FULL = 2;
  expect(pragma(db, "journal_mode")).toBe("wal");
  expect(pragma(db, "synchronous")).toBe(FULL);
  expect(pragma(db, "foreign_keys")).toBe(1);
  expect(pragma(db, "page_size")).toBe(16_384);
  expect(pragma(db, "busy_timeout")).toBeGreaterThanOrEqual(1_000);
  const orphan =
    "INSERT INTO turn_steps (job_id, attempt, name, outcome, started_at, duration_ms) VALUES (9,1,'','',1,1)";
  expect(String(errorOf(() => db.run(orphan)))).toContain("FOREIGN KEY");
  db.close();
});

test("the states that the schema guards are these", () => {
  expect(CHECKED_WORDS.map(({ table, column }) => `${table}.${column}`)).toEqual(
    expect.arrayContaining([
      "conversations.conversation_state",
      "message_buffer.status",
      "buffered_messages.processed",
      "buffered_messages.outcome",
      "buffer_processing_jobs.status",
      "buffer_processing_jobs.outcome",
      "outbox.state",
      "customer_conversations.sender",
    ]),
  );
});

test.each(CHECKED_WORDS)("$table refuses a word in $column that its check does not list", (checked) => {
  const db = fromText(schema);
  db.run("PRAGMA foreign_keys = OFF");
  insertAnything(db, checked.table);
  const set = `UPDATE ${checked.table} SET ${checked.column} =`;
  const wrong = checked.words[0]?.startsWith("'") ? "'nonsense'" : "7";
  expect(String(errorOf(() => db.run(`${set} ${wrong}`)))).toContain(
    `CHECK constraint failed: ${checked.column} IN`,
  );
  db.run("PRAGMA ignore_check_constraints = ON");
  for (const word of checked.words) expect(db.run(`${set} ${word}`).changes).toBe(1);
});

test("every table that holds a number holds its key, the rules that made it, and an index by it", () => {
  const db = fromText(schema);
  const tables = objectsOf(db).filter((object) => object.type === "table");
  const columnsOf = (table: string) =>
    db.query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${table}')`).all();
  const withNumber = tables
    .map(({ name }) => ({ name, columns: columnsOf(name).map((column) => column.name) }))
    .filter(({ columns }) => columns.some((column) => NUMBER_COLUMNS.has(column)));
  expect(withNumber.map(({ name }) => name).toSorted()).toEqual([
    "buffered_messages",
    "customer_conversations",
    "meeting_notes",
    "profiles",
    "user_whatsapp_config",
    "whatsapp_user_mapping",
  ]);
  for (const { name, columns } of withNumber) {
    expect(columns).toEqual(expect.arrayContaining(["phone_key", "key_version"]));
    const indexes = objectsOf(db).filter((object) => object.type === "index" && object.tbl_name === name);
    expect(indexes.some(({ sql }) => /\(phone_key\b/.test(sql ?? ""))).toBe(true);
  }
});

interface CheckedColumn {
  table: string;
  column: string;
  words: string[];
}

/** Every column whose words the schema lists, as in `status IN ('active', …)`. */
function checkedColumns(): CheckedColumn[] {
  const tables = objectsOf(fromText(schema)).filter((object) => object.type === "table");
  return tables.flatMap(({ name, sql }) =>
    checksOf(sql ?? "").flatMap((clause) => {
      const [, column, words] = /^(\w+) IN \(([^()]*)\)$/.exec(clause) ?? [];
      if (column === undefined || words === undefined) return [];
      return [{ table: name, column, words: words.split(/,\s*/) }];
    }),
  );
}

/** A row in which every column that needs a value has some, whatever the checks say of them together. */
function insertAnything(db: Database, table: string): void {
  const columns = db
    .query<{ name: string; type: string; notnull: number; dflt_value: unknown }, []>(
      `SELECT * FROM pragma_table_xinfo('${table}') WHERE "notnull" = 1 AND dflt_value IS NULL`,
    )
    .all();
  const values = columns.map((column) => (column.type === "TEXT" ? "'x'" : "1"));
  db.run("PRAGMA ignore_check_constraints = ON");
  db.run(
    `INSERT INTO ${table} (${columns.map(({ name }) => name).join(", ")}) VALUES (${values.join(", ")})`,
  );
  db.run("PRAGMA ignore_check_constraints = OFF");
}

/** A file as the lull of that version made it: older ones are kept as test/db/versions/<version>.sql. */
function makeVersion(path: string, version: number): void {
  const db = new Database(path, { create: true, strict: true });
  const isCurrent = version === SCHEMA_VERSION;
  db.run(isCurrent ? schema : readFileSync(`${import.meta.dir}/versions/${version}.sql`, "utf8"));
  db.run(`PRAGMA user_version = ${version}`);
  db.close();
}

function fromText(sql: string): Database {
  const db = new Database(":memory:", { strict: true });
  db.run(sql);
  return db;
}

function pragma(db: Database, name: string): unknown {
  return Object.values(db.query<Record<string, unknown>, []>(`PRAGMA ${name}`).get() ?? {})[0];
}

function errorOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}
