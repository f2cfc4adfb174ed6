// What is asked of buffers, turns and replies for people and for the schedule, as SQLite does it: what is recent or failed is
// found by an index, however much lies behind.
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import schema from "../../schema.sql" with { type: "text" };
import { jobTable } from "../../src/db/jobs.ts";
import type { Transact } from "../../src/db/transact.ts";
import { openWorkFigures } from "../../src/db/work-figures.ts";

const db = new Database(":memory:", { strict: true });
db.run(schema);
afterAll(() => db.close());

const transact: Transact = (work) => Promise.resolve(work());
/** What is looked at in the order of its keys ends by its limit; one bucket a user is a rule of the schema, and small. */
const BOUNDED = [/^SCAN b$/, /^SCAN user_bucket_mapping/, /^SCAN (?:\(subquery|json_each)/];

/** Every statement that is asked while `work` is done on a database that listens. */
async function plansOf(work: (listening: Database) => unknown): Promise<string[]> {
  const asked: string[] = [];
  const listening = new Proxy(db, {
    get(target, name) {
      if (name !== "query") return Reflect.get(target, name) as unknown;
      return (sql: string) => {
        asked.push(sql);
        return target.query(sql);
      };
    },
  });
  await work(listening);
  return asked.flatMap((sql) => {
    const steps = db.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`).all();
    return steps.map(({ detail }) => detail).filter((step) => step.startsWith("SCAN"));
  });
}

test("the figures of the work scan nothing that grows", async () => {
  const scans = await plansOf((listening) => openWorkFigures(listening, transact));
  expect(scans.filter((step) => BOUNDED.every((bounded) => !bounded.test(step)))).toEqual([]);
});

test("failed jobs are found by their state, whatever else is asked", async () => {
  const all = { limit: 10, cursor: "5", state: "failed" };
  const scans = await plansOf((listening) => {
    const jobs = jobTable(listening);
    jobs.list({ ...all, errorCode: "internal", isQuarantined: true });
    jobs.failed({ connection: "default", since: 1 }, 10);
    jobs.latestFailed({ isQuarantined: false }, 10);
    jobs.failedCount({ conversationId: 7 });
    jobs.worthy({ codes: ["internal"], wordsSince: 0, restMs: 1 }, 10, 0);
    jobs.due(0, 10);
    jobs.states([1, 2], 0);
  });
  expect(scans.filter((step) => BOUNDED.every((bounded) => !bounded.test(step)))).toEqual([]);
});
