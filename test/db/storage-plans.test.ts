// What the storage asks of SQLite again and again, as SQLite does it: by index alone, however much lies in the tables.
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import schema from "../../schema.sql" with { type: "text" };
import { bucketTaskTable } from "../../src/db/bucket-tasks.ts";
import { bucketTable } from "../../src/db/buckets.ts";
import { saidTable } from "../../src/db/said.ts";
import { spoolTable } from "../../src/db/spool.ts";

const TABLES = {
  buckets: bucketTable,
  "work on buckets": bucketTaskTable,
  spool: spoolTable,
  said: saidTable,
};
/** How many ask for what is next. */
const NEXT_COUNTS: Record<string, number> = { buckets: 1, "work on buckets": 1, spool: 2 };
/** For people, for the hour's sweep and for a wall clock that was set: they are about all rows there are. */
const WHOLE = [
  /FROM buckets AS b LEFT JOIN user_bucket_mapping.*ORDER BY b\.(?:id DESC LIMIT|name$)/s,
  /FROM bucket_tasks WHERE \(\$cursor/,
  /^SELECT public_id AS id FROM storage_spool WHERE body IS NULL$/,
  /SET due_at = due_at \+ \$delta/,
];

const db = new Database(":memory:", { strict: true });
db.run(schema);
afterAll(() => db.close());

describe.each(Object.entries(TABLES))("%s", (name, table) => {
  const asked = statementsOf(table).filter((sql) => WHOLE.every((whole) => !whole.test(sql)));

  test("asks something, and all of it searches and scans nothing", () => {
    expect(asked.length).toBeGreaterThan(0);
    for (const sql of asked) {
      const plan = planOf(sql);
      expect({ sql, scans: plan.filter((step) => /^SCAN(?! CONSTANT)/.test(step)) }).toEqual({
        sql,
        scans: [],
      });
      expect({ sql, plan: plan.join("\n") }).toEqual({ sql, plan: expect.not.stringContaining("AUTOMATIC") });
    }
  });

  test("takes what is next as an index has it, and sorts nothing that waits", () => {
    const next = asked.filter((sql) => /ORDER BY due_at/.test(sql));
    for (const sql of next) {
      expect({ sql, plan: planOf(sql).join("\n") }).toEqual({
        sql,
        plan: expect.not.stringContaining("TEMP B-TREE"),
      });
    }
    expect(next).toHaveLength(NEXT_COUNTS[name] ?? 0);
  });
});

test("whatever is left out is still asked", () => {
  const all = Object.values(TABLES).flatMap(statementsOf);
  for (const whole of WHOLE) {
    expect(all.filter((sql) => whole.test(sql))).not.toEqual([]);
  }
});

/** Every statement that a table prepares. */
function statementsOf(table: (database: Database) => unknown): string[] {
  const asked: string[] = [];
  const listening = new Proxy(db, {
    get(target, name) {
      if (name !== "query") return Reflect.get(target, name) as unknown;
      return (sql: string) => {
        asked.push(sql.trim());
        return target.query(sql);
      };
    },
  });
  table(listening);
  return asked;
}

function planOf(sql: string): string[] {
  return db
    .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail);
}
