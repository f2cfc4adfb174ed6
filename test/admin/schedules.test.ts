// What lull does by the clock, over the whole app: the list, runs, off and on, by hand; and that the sweep is the schedule's.
import { describe, expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";

type Facts = Record<string, unknown>;

describe("schedules", () => {
  test("are listed with their next moment and last run", async () => {
    await using app = await openTestApp();
    await app.clock.tick(10_000);
    const { body } = await app.admin("GET", "/schedules");
    const sweep = (body["data"] as Facts[]).find(({ name }) => name === "process-message-buffers");
    expect(sweep).toMatchObject({
      everyMs: 10_000,
      cron: null,
      enabled: true,
      isRunning: false,
      nextAt: "2026-06-18T13:00:20.000Z",
      lastRun: { state: "succeeded", trigger: "schedule", startedAt: "2026-06-18T13:00:10.000Z", count: 0 },
    });
    expect(await app.admin("GET", "/schedules/outbox")).toMatchObject({
      status: 200,
      body: { data: { name: "outbox", timeZone: expect.any(String) } },
    });
  });

  test("refuse what is none, and name the field that is wrong", async () => {
    await using app = await openTestApp();
    for (const [method, path, body] of [
      ["GET", "/schedules/nothing", undefined],
      ["GET", "/schedules/nothing/runs", undefined],
      ["POST", "/schedules/nothing/run", {}],
      ["PUT", "/schedules/nothing", { enabled: true }],
      ["GET", "/schedules/outbox/runs/nothing", undefined],
    ] as const)
      expect([path, (await app.admin(method, path, body)).status]).toEqual([path, 404]);
    const wrong = [{}, { enabled: "no" }, { enabled: true, why: 3 }, { on: true }];
    const errors = [];
    for (const body of wrong) {
      const answer = await app.admin("PUT", "/schedules/outbox", body);
      errors.push([answer.status, answer.body["error"]]);
    }
    expect(errors).toEqual([
      [400, "enabled is needed."],
      [400, "enabled must be true or false."],
      [400, "why must be text."],
      [400, "The body has a field that is not known; known are enabled, why."],
    ]);
    expect((await app.admin("GET", "/schedules/outbox/runs?state=asleep")).body["error"]).toBe(
      "state must be one of running, succeeded, failed, interrupted.",
    );
  });

  test("run by hand, and what came of it can be looked up", async () => {
    await using app = await openTestApp();
    const { body } = await app.admin("POST", "/schedules/outbox/run");
    const id = (body["data"] as Facts)["id"];
    const run = {
      id,
      task: "outbox",
      trigger: "hand",
      state: "succeeded",
      count: 0,
      dueAt: null,
      detail: {},
    };
    expect((await app.admin("GET", `/schedules/outbox/runs/${String(id)}`)).body["data"]).toMatchObject(run);
    expect((await app.admin("GET", "/schedules/outbox/runs?limit=5")).body["data"]).toMatchObject([run]);
    expect((await app.admin("GET", `/schedules/process-message-buffers/runs/${String(id)}`)).status).toBe(
      404,
    );
    expect(app.events.filter(({ fields }) => fields["action"] === "schedule.run")).toHaveLength(1);
  });

  test("that are off leave the sweep undone over a restart, and its timers at work", async () => {
    await using app = await openTestApp();
    await app.admin("PUT", "/schedules/process-message-buffers", { enabled: false, why: "a test" });
    expect((await app.admin("GET", "/audit-log")).body["data"]).toMatchObject([
      {
        action: "schedule.off",
        subjectId: "process-message-buffers",
        why: "a test",
        changes: [{ field: "enabled" }],
      },
    ]);
    await app.receive("oi");
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(1);
    await app.crash();
    await app.start();
    await app.clock.tick(60_000);
    const { body } = await app.admin("GET", "/schedules/process-message-buffers");
    expect(body["data"]).toMatchObject({ enabled: false, nextAt: null, lastRun: null });
    await app.admin("PUT", "/schedules/process-message-buffers", { enabled: true });
    await app.clock.tick(10_000);
    expect((await app.admin("GET", "/schedules/process-message-buffers")).body["data"]).toMatchObject({
      lastRun: { state: "succeeded" },
    });
  });

  test("are figures: runs by outcome and the last success", async () => {
    await using app = await openTestApp();
    await app.clock.tick(20_000);
    const metrics = await (await app.handle(new Request("http://localhost/metrics"))).text();
    expect(metrics).toContain('lull_schedule_runs_total{task="outbox",outcome="succeeded"} 2');
    expect(metrics).toMatch(/lull_schedule_last_success_timestamp_seconds\{task="outbox"\} 1781787620/);
  });
});
