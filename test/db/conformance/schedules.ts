// Scheduled tasks: which are on, and their runs. A due moment is one run's alone, whoever else saw it come.
import { expect, test } from "bun:test";
import { DAY_MS, MINUTE_MS } from "../../../src/clock.ts";
import type { NewRun, RunEnd } from "../../../src/db/store-schedules.ts";
import type { OpenScene } from "../scene.ts";

const HERE = { instance: "here", boot: "first" };
const QUERY = { limit: 10, cursor: null, state: null };

const DONE = { state: "succeeded", detail: {}, errorCode: null, errorMessage: null } as const;

export function scheduleConformance(open: OpenScene): void {
  test("a task that is new is on and owes nothing; one that is known stays as it was set", async () => {
    await using scene = await open();
    const { first, now } = scene;
    expect(await first.ensureSchedules(["backup"], now)).toEqual([
      { name: "backup", isEnabled: true, lastDueAt: now },
    ]);
    await first.enableSchedule("backup", false, now);
    const later = await scene.second.ensureSchedules(["backup", "optimize"], now + DAY_MS);
    expect(later.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "backup", isEnabled: false, lastDueAt: now },
      { name: "optimize", isEnabled: true, lastDueAt: now + DAY_MS },
    ]);
  });

  test("what was due while it was off is not owed when it is on again; on twice changes nothing", async () => {
    await using scene = await open();
    const { first, now } = scene;
    await first.ensureSchedules(["backup"], now);
    await first.enableSchedule("backup", true, now + DAY_MS);
    expect(await first.ensureSchedules([], now)).toMatchObject([{ lastDueAt: now }]);
    await first.enableSchedule("backup", false, now + DAY_MS);
    await first.enableSchedule("backup", true, now + 2 * DAY_MS);
    expect(await first.ensureSchedules([], now)).toMatchObject([{ lastDueAt: now + 2 * DAY_MS }]);
  });

  test("a due moment is taken once, runs by hand as often as somebody asks", async () => {
    await using scene = await open();
    const { first, second, now } = scene;
    await first.ensureSchedules(["backup"], now);
    const run: NewRun = { task: "backup", trigger: "schedule", dueAt: now + 5, startedAt: now + 6 };
    expect(await first.beginRun(run, HERE)).toEqual(expect.any(String));
    expect(await second.beginRun({ ...run, trigger: "missed" }, HERE)).toBe(null);
    expect(await first.ensureSchedules([], now)).toMatchObject([{ lastDueAt: now + 5 }]);
    const byHand: NewRun = { task: "backup", trigger: "hand", dueAt: null, startedAt: now + 7 };
    expect(await first.beginRun(byHand, HERE)).toEqual(expect.any(String));
    expect(await first.beginRun(byHand, HERE)).toEqual(expect.any(String));
  });

  test("a run shows how it ended, and is kept whole when it is kept at its end alone", async () => {
    await using scene = await open();
    const { first, now } = scene;
    await first.ensureSchedules(["outbox"], now);
    const run: NewRun = { task: "outbox", trigger: "schedule", dueAt: now, startedAt: now + 1 };
    const end: RunEnd = { ...DONE, count: 3, detail: { freedBytes: 7 }, finishedAt: now + 9 };
    await first.keepRun(run, end, HERE);
    const { data } = await first.listRuns("outbox", QUERY);
    expect(data).toMatchObject([
      {
        task: "outbox",
        trigger: "schedule",
        state: "succeeded",
        count: 3,
        dueAt: now,
        startedAt: now + 1,
        finishedAt: now + 9,
        detail: '{"freedBytes":7}',
        errorCode: null,
      },
    ]);
    expect(await first.run(String(data[0]?.["id"]))).toEqual(data[0] ?? null);
    expect(await first.run("nobody's")).toBe(null);
  });

  test("an end is written once", async () => {
    await using scene = await open();
    const { first, now } = scene;
    await first.ensureSchedules(["backup"], now);
    const id = await first.beginRun({ task: "backup", trigger: "hand", dueAt: null, startedAt: now }, HERE);
    await first.endRun(id ?? "", { ...DONE, count: 1, finishedAt: now });
    await first.endRun(id ?? "", { ...DONE, state: "failed", count: null, finishedAt: now + MINUTE_MS });
    expect(await first.run(id ?? "")).toMatchObject({ state: "succeeded", finishedAt: now });
  });

  test("what a dead process left under way is interrupted, what this one does is not", async () => {
    await using scene = await open();
    const { first, now } = scene;
    await first.ensureSchedules(["backup"], now);
    const run: NewRun = { task: "backup", trigger: "hand", dueAt: null, startedAt: now };
    const dead = await first.beginRun(run, HERE);
    const mine = await first.beginRun(run, { ...HERE, boot: "second" });
    expect(await first.interruptRuns({ ...HERE, boot: "second" }, now + 9)).toBe(1);
    expect(await first.run(dead ?? "")).toMatchObject({ state: "interrupted", finishedAt: now + 9 });
    expect(await first.run(mine ?? "")).toMatchObject({ state: "running", finishedAt: null });
  });

  test("runs are listed by task and state, and of each task the newest and the newest good one are known", async () => {
    await using scene = await open();
    const { first, now } = scene;
    await first.ensureSchedules(["backup", "optimize"], now);
    const keep = (task: string, minute: number, state: RunEnd["state"]) =>
      first.keepRun(
        { task, trigger: "schedule", dueAt: now + minute, startedAt: now + minute },
        { ...DONE, state, count: null, finishedAt: now + minute },
        HERE,
      );
    await keep("backup", 1, "succeeded");
    await keep("backup", 2, "succeeded");
    await keep("optimize", 3, "failed");
    await keep("backup", 4, "failed");
    const failed = await first.listRuns("backup", { ...QUERY, state: "failed" });
    expect(failed.data.map(({ startedAt }) => startedAt)).toEqual([now + 4]);
    const page = await first.listRuns("backup", { ...QUERY, limit: 2 });
    expect(page.data.map(({ startedAt }) => startedAt)).toEqual([now + 4, now + 2]);
    const rest = await first.listRuns("backup", { ...QUERY, cursor: page.nextCursor });
    expect(rest.data.map(({ startedAt }) => startedAt)).toEqual([now + 1]);
    const latest = await first.latestRuns();
    expect(latest.map(({ startedAt }) => startedAt)).toEqual([now + 4, now + 3, now + 2]);
  });
}
