// `lull import` as a whole: dry first, twice, killed in the middle, beside messages that arrive, with the daemon down.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "bun:sqlite";
import { openApp } from "../../src/app.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { lull } from "../harness/command.ts";
import { exportFolder, idOf, type Imported, importInto, runImport } from "./exports.ts";
import { writeExport } from "./many.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-many-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ROWS = 5_000;
const written = writeExport(folder, ROWS);

/** A mixture with rows of every fate, some of which only others of the same run can tell. */
const MIXED = exportFolder({
  users: [
    { id: idOf(1, 1), email: "ana@a.example" },
    { id: idOf(1, 2), email: "ANA@a.example" },
    { id: idOf(1, 3), email: "caio@c.example" },
    { id: idOf(1, 1), email: "again@a.example" },
  ],
  whatsapp_user_mapping: [
    { id: idOf(3, 1), user_id: idOf(1, 1), whatsapp_number: "+5511987654321", is_verified: true },
    { id: idOf(3, 2), user_id: idOf(1, 3), whatsapp_number: "551187654321", is_verified: true },
    { id: idOf(3, 3), user_id: idOf(1, 2), whatsapp_number: "+5511911112222", is_verified: true },
    { id: idOf(3, 4), user_id: idOf(1, 1), whatsapp_number: "11 98765-4321", is_verified: true },
  ],
  user_bucket_mapping: [
    { user_id: idOf(1, 1), bucket_name: "old-user-1" },
    { user_id: idOf(1, 3), bucket_name: "old-user-1" },
    { user_id: idOf(1, 1), bucket_name: "old-user-2" },
  ],
  feature_flags: [
    { flag_name: "typing_indicators", is_enabled: false },
    { flag_name: "typing_indicators", is_enabled: false },
  ],
  message_buffer: [
    { id: idOf(10, 1), conversation_id: 7, status: "completed", last_message_time: "2025-09-01 10:00:00+00" },
    { id: idOf(10, 2), conversation_id: 8, status: "active", last_message_time: "2025-09-01 10:00:00+00" },
  ],
  buffered_messages: [
    { buffer_id: idOf(10, 1), chatwoot_message_id: 5, content: "a" },
    { buffer_id: idOf(10, 9), chatwoot_message_id: 6, content: "b" },
  ],
  buffer_processing_jobs: [
    { buffer_id: idOf(10, 1), status: "completed" },
    { buffer_id: idOf(10, 2), status: "scheduled", scheduled_for: "2025-09-01 10:00:30+00" },
  ],
});

function tableCounts(app: TestApp): Record<string, number> {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    const names = db.query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const count = (name: string) =>
      db.query<{ n: number }, []>(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0;
    // That an import was run is written down each time.
    const kept = names.filter(({ name }) => name !== "audit_log");
    return Object.fromEntries(kept.map(({ name }) => [name, count(name)]));
  } finally {
    db.close();
  }
}

function objectCount({ objects }: TestApp): number {
  return [...objects.buckets.values()].reduce((sum, { objects: kept }) => sum + kept.size, 0);
}

function fates({ tables, refused }: Imported): unknown {
  return { tables, refused: refused.map(({ table, line, reason }) => `${table}:${line} ${reason}`) };
}

test("a dry run keeps nothing and foretells what the real one does, row by row", async () => {
  await using app = await openTestApp();
  const before = tableCounts(app);
  const dry = await importInto(app, [MIXED, "--dry-run"]);
  expect(dry.dryRun).toBe(true);
  expect(tableCounts(app)).toEqual(before);
  expect(await app.store().flags()).toContainEqual(
    expect.objectContaining({ name: "typing_indicators", isEnabled: true }),
  );

  const real = await importInto(app, [MIXED]);
  expect(fates(dry)).toEqual(fates(real));
  expect(real.refused.map(({ table, line, reason }) => [table, line, reason])).toEqual([
    ["users", 3, "email_taken"],
    ["whatsapp_user_mapping", 3, "number_taken"],
    ["whatsapp_user_mapping", 4, "missing_user"],
    ["user_bucket_mapping", 3, "bucket_taken"],
    ["user_bucket_mapping", 4, "user_has_other_bucket"],
    ["buffered_messages", 3, "missing_buffer"],
  ]);
  expect(JSON.stringify(app.events)).not.toMatch(/87654321|11112222|a\.example/);
  const again = await importInto(app, [MIXED]);
  expect(Object.values(again.tables).map(({ added, changed }) => added + changed)).toEqual(
    Object.values(again.tables).map(() => 0),
  );
});

test("five thousand rows of all tables come in once: the second time nothing changes", async () => {
  await using app = await openTestApp();
  const first = await importInto(app, [folder]);
  expect(first.refused).toEqual([]);
  const added = Object.fromEntries(
    Object.entries(first.tables).map(([table, counts]) => [table, counts.added]),
  );
  expect(added).toEqual(written);
  const rows = tableCounts(app);
  const second = await importInto(app, [folder]);
  for (const [table, counts] of Object.entries(second.tables))
    expect([table, counts]).toEqual([
      table,
      { rows: written[table] ?? 0, added: 0, changed: 0, unchanged: written[table] ?? 0, refused: 0 },
    ]);
  expect(tableCounts(app)).toEqual(rows);
});

test("an import that died in the middle is taken up where it stopped", async () => {
  let batchesLeft = 4;
  await using app = await openTestApp({
    wrapStore: (store) => {
      const importRows: typeof store.importRows = (...batch) =>
        batchesLeft-- > 0 ? store.importRows(...batch) : Promise.reject(new Error("killed"));
      return new Proxy(store, {
        get: (held, name, receiver): unknown =>
          name === "importRows" ? importRows : Reflect.get(held, name, receiver),
      });
    },
  });
  const broken = await runImport(app, [folder]);
  expect(broken.code).toBe(1);
  await app.crash();
  batchesLeft = Number.POSITIVE_INFINITY;
  await app.start();
  const resumed = await importInto(app, [folder]);
  const sum = (of: "added" | "unchanged") =>
    Object.values(resumed.tables).reduce((all, counts) => all + counts[of], 0);
  expect(sum("unchanged")).toBeGreaterThan(0);
  expect(sum("added") + sum("unchanged")).toBe(Object.values(written).reduce((all, count) => all + count, 0));
});

test("history keeps its order whatever that of the file, stands before lull's own and is archived nowhere", async () => {
  await using app = await openTestApp();
  const line = (nth: number, at: string) => ({
    id: idOf(13, nth),
    phone_number: "+5511987654321",
    content: `line ${nth}`,
    sender: "user",
    created_at: at,
  });
  await app.receive("mine");
  await app.clock.tick(31_000);
  const archived = objectCount(app);
  await importInto(app, [
    exportFolder({
      customer_conversations: [
        line(3, "2025-09-01 10:00:02+00"),
        line(1, "2025-09-01 10:00:00+00"),
        line(2, "2025-09-01 10:00:00+00"),
      ],
    }),
  ]);
  await app.clock.tick(60_000);
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  const contents = db
    .query<{ content: string }, []>("SELECT content FROM customer_conversations ORDER BY id")
    .all();
  db.close();
  expect(contents.slice(0, 4).map(({ content }) => content)).toEqual(["line 1", "line 2", "line 3", "mine"]);
  expect(archived).toBeGreaterThan(0);
  expect(objectCount(app)).toBe(archived);
});

test("every refused row goes into the report, and a person is shown the first of each reason", async () => {
  await using app = await openTestApp();
  const users = Array.from({ length: 25 }, (_, nth) => ({ id: idOf(1, nth), email: "no address" }));
  const path = join(folder, "..", `report-${process.pid}.jsonl`);
  const ran = await runImport(app, [exportFolder({ users }), "--report", path]);
  const reported = readFileSync(path, "utf8").trim().split("\n");
  rmSync(path);
  expect(reported).toHaveLength(25);
  expect(JSON.parse(reported[0] ?? "")).toEqual({
    table: "users",
    file: "users.csv",
    line: 2,
    id: idOf(1, 0),
    reason: "invalid email",
  });
  expect(ran.printed).toContain("Refused: users: invalid email (25)");
  expect(ran.printed).toContain("… and 5 more");
});

test("a dry run that the daemon forgot is told, and begun anew", async () => {
  await using app = await openTestApp();
  const lost = await app.admin("POST", "/import", { table: "users", rows: [], dryRun: "gone" });
  expect([lost.status, lost.body["code"]]).toEqual([409, "conflict"]);
});

test.each([
  [{ rows: [] }, "table"],
  [{ table: "moon", rows: [] }, "table"],
  [{ table: "users", rows: [{ line: 1, values: { id: 5 } }] }, "rows"],
  [{ table: "users", rows: Array(201).fill({ line: 1, values: {} }) }, "rows"],
  [{ table: "users", rows: [], exact: "yes" }, "exact"],
])("a batch %j is refused, with the field named", async (body, field) => {
  await using app = await openTestApp();
  const { status, body: answer } = await app.admin("POST", "/import", body);
  expect([status, String(answer["error"])]).toEqual([400, expect.stringContaining(field)]);
});

test("while no daemon runs the data folder itself takes it in, and the next start goes on with what was open", async () => {
  await using app = await openTestApp();
  await app.stop();
  const now = app.clock.now();
  const at = (ms: number): string => new Date(ms).toISOString();
  const export_ = exportFolder({
    message_buffer: [
      {
        id: idOf(10, 1),
        conversation_id: CONVERSATION,
        status: "active",
        buffer_end_time: at(now + 5_000),
        last_message_time: at(now - 25_000),
      },
    ],
    buffered_messages: [
      {
        buffer_id: idOf(10, 1),
        chatwoot_message_id: 5,
        content: "quanto custa?",
        received_at: at(now - 25_000),
      },
    ],
  });
  const ran = await lull(["import", export_, "--json"], {
    env: { LULL_DATA_DIR: app.dataDir },
    clock: app.clock,
    openDaemon: (config, surroundings) => openApp(config, { ...surroundings, clock: app.clock }),
  });
  expect([ran.code, JSON.parse(ran.printed)]).toMatchObject([0, { buffers: { opened: 1 } }]);
  await app.start();
  await app.clock.tick(6_000);
  expect(app.ai.asked).toHaveLength(1);
});
