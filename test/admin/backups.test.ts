// Backups and the database's own upkeep over the whole app: made, proven, listed, kept; refused where they cannot be relied on.
import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { SCHEMA_VERSION } from "../../src/db/open.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";

type Row = Record<string, unknown>;

const backupsIn = (app: TestApp): string[] => {
  const folder = join(app.dataDir, "backups");
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
};
const pathOf = (app: TestApp, name: string): string => join(app.dataDir, "backups", name);
async function backUp(app: TestApp): Promise<Row> {
  await app.admin("POST", "/backups");
  await app.clock.settle();
  const { body } = await app.admin("GET", "/backups");
  return (body["data"] as Row[])[0] ?? {};
}
const lastRun = async (app: TestApp, task: string): Promise<Row> => {
  const { body } = await app.admin("GET", `/schedules/${task}/runs?limit=1`);
  return (body["data"] as Row[])[0] ?? {};
};

describe("a backup", () => {
  test("is a whole database of its own, for lull's user alone, without the master key", async () => {
    await using app = await openTestApp();
    await app.receive("quanto custa?");
    await app.clock.tick(30_010);
    const backup = await backUp(app);
    const file = pathOf(app, String(backup["file"]));
    expect({ ...backup }).toMatchObject({
      file: expect.stringMatching(/^lull-2026-06-18T130030Z-[0-9a-f-]{36}\.db$/),
      schemaVersion: SCHEMA_VERSION,
      createdAt: "2026-06-18T13:00:30.010Z",
      verifiedAt: "2026-06-18T13:00:30.010Z",
      counts: expect.objectContaining({ buffered_messages: 1, customer_conversations: 2, message_buffer: 1 }),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect([statSync(file).mode & 0o777, statSync(file).size]).toEqual([0o600, Number(backup["sizeBytes"])]);
    expect(backupsIn(app)).toHaveLength(2);
    using copy = new Database(file, { readonly: true });
    expect(copy.query("SELECT content FROM buffered_messages").all()).toEqual([{ content: "quanto custa?" }]);
    const key = readFileSync(join(app.dataDir, "master.key"), "utf8").trim();
    expect(readFileSync(file).includes(key)).toBe(false);
    expect(await lastRun(app, "backup")).toMatchObject({
      state: "succeeded",
      count: 1,
      detail: { backupId: backup["id"], sizeBytes: backup["sizeBytes"] },
    });
  });

  test("makes the oldest go: the last seven are kept", async () => {
    await using app = await openTestApp({ env: { BUFFER_PROCESSING_INTERVAL_MS: "3600000" } });
    for (let day = 0; day < 9; day++) {
      await backUp(app);
      await app.clock.tick(1_000);
    }
    expect(backupsIn(app)).toHaveLength(14);
    const { body } = await app.admin("GET", "/backups");
    const moments = (body["data"] as Row[]).map(({ createdAt }) => String(createdAt));
    expect(moments).toEqual(moments.toSorted().toReversed());
    expect([moments.at(0), moments.at(-1)]).toEqual(["2026-06-18T13:00:08.000Z", "2026-06-18T13:00:02.000Z"]);
    const metrics = await (await app.handle(new Request("http://localhost/metrics"))).text();
    expect(metrics).toContain("lull_backup_last_success_timestamp_seconds 1781787608");
  });

  test("tells of its age after a restart, too", async () => {
    await using app = await openTestApp();
    await backUp(app);
    await app.crash();
    await app.start();
    const metrics = await (await app.handle(new Request("http://localhost/metrics"))).text();
    expect(metrics).toContain("lull_backup_last_success_timestamp_seconds 1781787600");
  });

  test("is looked at again on demand: whole, changed, damaged, gone", async () => {
    await using app = await openTestApp();
    const { id, file } = await backUp(app);
    const verify = () => app.admin("POST", `/backups/${String(id)}/verify`);
    await app.clock.tick(5_000);
    expect((await verify()).body["data"]).toMatchObject({
      isWhole: true,
      fault: null,
      verifiedAt: "2026-06-18T13:00:05.000Z",
    });
    const path = pathOf(app, String(file));
    const bytes = readFileSync(path);
    {
      using copy = new Database(path);
      copy.run("UPDATE settings SET value = 'other' WHERE name = 'instance_id'");
      copy.run("CREATE TABLE extra (x)");
    }
    expect((await verify()).body["data"]).toMatchObject({
      isWhole: false,
      fault: "its bytes are not those that were written",
    });
    const broken = Buffer.from(bytes);
    broken.fill(0xff, 16_384, 3 * 16_384);
    writeFileSync(path, broken);
    expect((await verify()).body["data"]).toMatchObject({ isWhole: false, fault: expect.any(String) });
    writeFileSync(path, bytes);
    expect((await verify()).body["data"]).toMatchObject({ isWhole: true });
    expect((await app.admin("POST", "/backups/nobody's/verify")).status).toBe(404);
  });
});

describe("the database's own upkeep", () => {
  test("is a run of the schedule each, by hand", async () => {
    await using app = await openTestApp();
    for (const [work, tasks] of [
      ["optimize", ["optimize"]],
      ["integrity", ["integrity"]],
      ["cleanup", ["cleanup-buffers", "cleanup-logs", "cleanup-history"]],
    ] as const) {
      const { status, body } = await app.admin("POST", `/maintenance/${work}`);
      const runs = body["data"] as Row[];
      expect([work, status, runs.map(({ task }) => task)]).toEqual([work, 200, [...tasks]]);
      for (const task of tasks)
        expect(await lastRun(app, task)).toMatchObject({ trigger: "hand", state: "succeeded" });
    }
    expect((await app.admin("POST", "/maintenance/nothing")).status).toBe(404);
  });

  test("cuts the write-ahead log", async () => {
    await using app = await openTestApp();
    for (let count = 0; count < 20; count++) await app.receive(`oi ${count}`);
    const { body } = await app.admin("POST", "/maintenance/checkpoint");
    const { walBytesBefore, walBytes } = body["data"] as Record<string, number>;
    expect(walBytesBefore).toBeGreaterThan(100_000);
    expect(walBytes).toBe(0);
  });

  test("finds a row that names one which is gone, says so in the run and as a figure, and is well again after", async () => {
    await using app = await openTestApp();
    const figure = async () => {
      const text = await (await app.handle(new Request("http://localhost/metrics"))).text();
      return /^lull_db_integrity_ok (\d)$/m.exec(text)?.[1];
    };
    const raw = new Database(join(app.dataDir, "lull.db"));
    raw.run("PRAGMA foreign_keys = OFF");
    raw.run(
      `INSERT INTO turn_steps (job_id, attempt, name, outcome, started_at, duration_ms) VALUES (999, 1, 'x', 'ok', 0, 0)`,
    );
    expect(await figure()).toBe("1");
    await app.admin("POST", "/maintenance/integrity");
    expect(await lastRun(app, "integrity")).toMatchObject({
      state: "failed",
      errorCode: "damaged",
      errorMessage:
        "The database is damaged: a row of turn_steps names one of buffer_processing_jobs that is gone.",
    });
    expect(await figure()).toBe("0");
    raw.run("DELETE FROM turn_steps");
    raw.close();
    await app.admin("POST", "/maintenance/integrity");
    expect(await figure()).toBe("1");
  });
});
