// Tasks by the clock, over a real store and a hand-driven clock: when each runs, what is kept of it, what is made up for.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/clock.ts";
import { openSqliteStore } from "../../src/db/sqlite.ts";
import { type Store, StoreError } from "../../src/db/store.ts";
import { AppError } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import type { Done, Task } from "../../src/upkeep/schedule.ts";
import { Scheduler } from "../../src/upkeep/scheduler.ts";
import { ManualClock, TEST_START } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-schedule-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let house = 0;

interface Stage extends AsyncDisposable {
  clock: ManualClock;
  scheduler: Scheduler;
  /** Minutes after the start at which each task ran. */
  ranAt: Record<string, number[]>;
  failures: string[];
  runs(task: string): Promise<Record<string, unknown>[]>;
  /** Everything in memory is lost; `openAgain` goes on with the rows. */
  openAgain(): Promise<Scheduler>;
}

type Plan = Partial<Task> & { name: string };

const QUERY = { limit: 100, cursor: null, state: null };

async function open(
  plans: readonly Plan[],
  timeZone = "UTC",
  wrap = (store: Store) => store,
): Promise<Stage> {
  const clock = new ManualClock();
  const store = openSqliteStore({ path: join(folder, `${house++}.db`), random: seededRandom() });
  const ranAt: Record<string, number[]> = {};
  const failures: string[] = [];
  const tasks = plans.map((plan): Task => {
    const { name, run = (): Promise<Done> => Promise.resolve(1) } = plan;
    return {
      title: name,
      when: { cron: "17 * * * *" },
      limitMs: 10 * MINUTE_MS,
      ...plan,
      run(signal) {
        clock.touch();
        (ranAt[name] ??= []).push((clock.now() - TEST_START) / MINUTE_MS);
        return run(signal);
      },
    };
  });
  let boot = 0;
  async function start(): Promise<Scheduler> {
    const claimant = { instance: "here", boot: String(boot++) };
    const scheduler = new Scheduler({
      store: wrap(store),
      clock,
      log: createLog((level, name, { task }) => void (level === "error" && failures.push(`${name} ${task}`))),
      metrics: openMetrics("test"),
      claimant,
      timeZone,
      tasks,
    });
    await scheduler.load(clock.now());
    await store.interruptRuns(claimant, clock.now());
    scheduler.start();
    await clock.settle();
    return scheduler;
  }
  let scheduler = await start();
  return {
    clock,
    get scheduler() {
      return scheduler;
    },
    ranAt,
    failures,
    runs: async (task) => (await store.listRuns(task, QUERY)).data,
    openAgain: async () => (scheduler = await start()),
    async [Symbol.asyncDispose]() {
      const stopping = scheduler.stop();
      await clock.settle();
      await stopping;
      await store.close();
      expect(clock.armedCount).toBe(0);
    },
  };
}

describe("a task by the clock", () => {
  test("runs at its minute, is kept, and shows its next moment", async () => {
    await using stage = await open([{ name: "hourly" }]);
    expect(stage.scheduler.facts("hourly")).toMatchObject({
      nextAt: TEST_START + 17 * MINUTE_MS,
      lastRun: null,
    });
    await stage.clock.tick(2 * HOUR_MS);
    expect(stage.ranAt["hourly"]).toEqual([17, 77]);
    const dueAt = TEST_START + 77 * MINUTE_MS;
    expect(await stage.runs("hourly")).toMatchObject([
      { trigger: "schedule", state: "succeeded", dueAt, startedAt: dueAt, finishedAt: dueAt, count: 1 },
      { trigger: "schedule", state: "succeeded" },
    ]);
    expect(stage.scheduler.facts("hourly")).toMatchObject({
      nextAt: TEST_START + 137 * MINUTE_MS,
      lastSuccessAt: dueAt,
      lastRun: { state: "succeeded", count: 1 },
    });
  });

  test("goes by the time zone's own clock, also where that is put forward", async () => {
    // 13:00 in UTC is 10:00 in São Paulo; Paris goes from 02:00 to 03:00 on the night of 29 March.
    await using stage = await open([{ name: "daily", when: { cron: "30 2 * * *" } }], "America/Sao_Paulo");
    await stage.clock.tick(DAY_MS);
    expect(stage.ranAt["daily"]).toEqual([(24 - 10 + 2.5) * 60]);
    await using spring = await open([{ name: "daily", when: { cron: "30 2 * * *" } }], "Europe/Paris");
    await spring.scheduler.stop();
    spring.clock.jump(Date.UTC(2026, 2, 28, 12) - spring.clock.now());
    await spring.openAgain();
    expect(spring.scheduler.facts("daily").nextAt).toBe(Date.UTC(2026, 2, 29, 1, 0));
  });

  test("keeps every moment it ever had apart from one by hand", async () => {
    await using stage = await open([{ name: "hourly" }]);
    await stage.clock.tick(5 * MINUTE_MS);
    const { runId, ended } = await stage.scheduler.runNow("hourly");
    await ended;
    expect(await stage.runs("hourly")).toMatchObject([{ id: runId, trigger: "hand", dueAt: null }]);
    await stage.clock.tick(15 * MINUTE_MS);
    expect(stage.ranAt["hourly"]).toEqual([5, 17]);
  });

  test("is skipped while its former run goes on, and cannot be run by hand meanwhile", async () => {
    const gate = Promise.withResolvers<number>();
    await using stage = await open([
      { name: "minutely", when: { cron: "* * * * *" }, limitMs: HOUR_MS, run: () => gate.promise },
    ]);
    await stage.clock.tick(3 * MINUTE_MS);
    expect(stage.ranAt["minutely"]).toEqual([1]);
    expect(stage.scheduler.facts("minutely")).toMatchObject({
      isRunning: true,
      lastRun: { state: "running" },
    });
    const refused = await stage.scheduler.runNow("minutely").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "conflict" });
    gate.resolve(2);
    await stage.clock.tick(2 * MINUTE_MS);
    expect(stage.ranAt["minutely"]).toEqual([1, 3, 4, 5]);
  });

  test("fails alone: its row has code and message, it is logged once, the others go on", async () => {
    const refuse = (): Promise<never> => Promise.reject(new AppError("cannot_store", "There is no room."));
    const crash = (): Promise<never> => Promise.reject(new Error("of somebody's +5511987654321"));
    await using stage = await open([
      { name: "refused", run: refuse },
      { name: "crashed", run: crash },
      { name: "well" },
    ]);
    await stage.clock.tick(20 * MINUTE_MS);
    expect(await stage.runs("refused")).toMatchObject([
      { state: "failed", errorCode: "cannot_store", errorMessage: "There is no room.", count: null },
    ]);
    expect(await stage.runs("crashed")).toMatchObject([
      { state: "failed", errorCode: "internal", errorMessage: expect.stringContaining("the log tells what") },
    ]);
    expect(await stage.runs("well")).toMatchObject([{ state: "succeeded" }]);
    expect(stage.failures).toEqual(["schedule.run_failed refused", "schedule.run_failed crashed"]);
    expect(stage.scheduler.facts("refused").lastSuccessAt).toBe(null);
  });

  test("is ended when it takes too long, and when lull stops", async () => {
    const hang = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    await using stage = await open([{ name: "endless", run: hang }]);
    await stage.clock.tick(27 * MINUTE_MS);
    expect(await stage.runs("endless")).toMatchObject([
      {
        state: "failed",
        errorCode: "too_slow",
        errorMessage: "It took longer than 600 seconds and was ended.",
      },
    ]);
    await stage.clock.tick(HOUR_MS - 5 * MINUTE_MS);
    const stopping = stage.scheduler.stop();
    await stage.clock.settle();
    await stopping;
    expect(await stage.runs("endless")).toMatchObject([{ state: "interrupted" }, { state: "failed" }]);
  });

  test("that works the disk hard waits for another one of its kind", async () => {
    const gate = Promise.withResolvers<number>();
    await using stage = await open([
      { name: "first", isHeavy: true, limitMs: HOUR_MS, run: () => gate.promise },
      { name: "second", isHeavy: true },
      { name: "light" },
    ]);
    await stage.clock.tick(30 * MINUTE_MS);
    expect(stage.ranAt).toEqual({ first: [17], light: [17] });
    gate.resolve(1);
    await stage.clock.settle();
    expect(stage.ranAt["second"]).toEqual([30]);
  });
});

describe("what was missed", () => {
  test("while lull was down is made up for once, however often it was due, and told from the rest", async () => {
    await using stage = await open([{ name: "hourly" }]);
    await stage.clock.tick(20 * MINUTE_MS);
    await stage.scheduler.stop();
    await stage.clock.tick(5 * HOUR_MS);
    await stage.openAgain();
    expect(stage.ranAt["hourly"]).toEqual([17, 320]);
    expect(await stage.runs("hourly")).toMatchObject([
      { trigger: "missed", dueAt: TEST_START + (17 + 5 * 60) * MINUTE_MS },
      { trigger: "schedule" },
    ]);
    await stage.scheduler.stop();
    await stage.openAgain();
    await stage.clock.tick(56 * MINUTE_MS);
    expect(stage.ranAt["hourly"]).toEqual([17, 320]);
  });

  test("by a jump of the clock is made up for once; a clock set back repeats nothing, and goes on from there", async () => {
    await using stage = await open([{ name: "hourly" }]);
    await stage.clock.tick(20 * MINUTE_MS);
    stage.clock.jump(3 * HOUR_MS);
    await stage.clock.tick(MINUTE_MS);
    expect(stage.ranAt["hourly"]).toEqual([17, 201]);
    stage.clock.jump(-5 * HOUR_MS);
    await stage.clock.tick(HOUR_MS);
    expect(stage.ranAt["hourly"]).toEqual([17, 201, -43]);
    // The moment of minute 17 has a run of its own already.
    await stage.clock.tick(HOUR_MS);
    expect(stage.ranAt["hourly"]).toEqual([17, 201, -43]);
  });

  test("by one that comes every few seconds is let go; nor is anything owed at the very first start", async () => {
    await using stage = await open([
      { name: "frequent", when: { everyMs: 10_000 }, isFrequent: true },
      { name: "hourly" },
    ]);
    expect(stage.ranAt).toEqual({});
    await stage.scheduler.stop();
    await stage.clock.tick(5 * MINUTE_MS);
    await stage.openAgain();
    await stage.clock.tick(25_000);
    expect(stage.ranAt["frequent"]).toHaveLength(2);
  });

  test("a run that a crash cut off is interrupted, and its moment is not repeated", async () => {
    const gate = Promise.withResolvers<number>();
    await using stage = await open([{ name: "hourly", run: () => gate.promise }]);
    await stage.clock.tick(17 * MINUTE_MS);
    const dead = stage.scheduler;
    await stage.openAgain();
    expect(await stage.runs("hourly")).toMatchObject([{ state: "interrupted", count: null }]);
    expect(stage.ranAt["hourly"]).toEqual([17]);
    gate.resolve(1);
    await dead.stop();
  });
});

describe("a task that comes every few seconds", () => {
  test("is kept where it did something or failed, and shows its last run all the same", async () => {
    const does: (() => Promise<number>)[] = [];
    const run = (): Promise<number> => does.shift()?.() ?? Promise.resolve(0);
    await using stage = await open([{ name: "sweep", when: { everyMs: 10_000 }, isFrequent: true, run }]);
    await stage.clock.tick(30_000);
    expect(stage.ranAt["sweep"]).toHaveLength(3);
    expect(await stage.runs("sweep")).toEqual([]);
    expect(stage.scheduler.facts("sweep")).toMatchObject({
      lastRun: { id: null, state: "succeeded", count: 0, startedAt: TEST_START + 30_000 },
    });
    does.push(() => Promise.resolve(4));
    does.push(() => Promise.reject(new AppError("busy", "Another writer.")));
    await stage.clock.tick(40_000);
    // The first that goes well after a failure is kept, too.
    expect(await stage.runs("sweep")).toMatchObject([
      { state: "succeeded", count: 0, startedAt: TEST_START + 60_000 },
      { state: "failed", errorCode: "busy" },
      { state: "succeeded", count: 4, startedAt: TEST_START + 40_000 },
    ]);
    const { ended } = await stage.scheduler.runNow("sweep");
    await ended;
    expect((await stage.runs("sweep"))[0]).toMatchObject({ trigger: "hand", count: 0 });
  });

  test("goes on where nothing can be written", async () => {
    const full = () => Promise.reject(new StoreError("full", undefined));
    await using stage = await open(
      [{ name: "sweep", when: { everyMs: 10_000 }, isFrequent: true }, { name: "hourly" }],
      "UTC",
      (store) => ({ ...store, keepRun: full, beginRun: full }),
    );
    await stage.clock.tick(18 * MINUTE_MS);
    expect(stage.ranAt["sweep"]).toHaveLength(6 * 18);
    expect(stage.failures).toContain("schedule.run_not_kept sweep");
    expect(stage.failures).toContain("schedule.not_begun hourly");
  });
});

describe("a task that is off", () => {
  test("stays off over a restart, runs by hand, and owes nothing when it is on again", async () => {
    await using stage = await open([{ name: "hourly" }]);
    await stage.scheduler.setEnabled("hourly", false);
    await stage.clock.tick(2 * HOUR_MS);
    await stage.scheduler.stop();
    await stage.openAgain();
    await stage.clock.tick(HOUR_MS);
    expect(stage.ranAt).toEqual({});
    expect(stage.scheduler.facts("hourly")).toMatchObject({ enabled: false, nextAt: null });
    await (
      await stage.scheduler.runNow("hourly")
    ).ended;
    await stage.scheduler.setEnabled("hourly", true);
    await stage.clock.tick(16 * MINUTE_MS);
    expect(stage.ranAt["hourly"]).toEqual([180]);
    await stage.clock.tick(MINUTE_MS);
    expect(stage.ranAt["hourly"]).toEqual([180, 197]);
  });
});
