// `lull schedule`: what it asks, what it prints, how it ends.
import { expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { askDaemon } from "../harness/command.ts";

/** Nobody waits between two looks. */
const clock = {
  ...systemClock(),
  setTimer: (_: number, fire: () => void) => systemClock().setTimer(0, fire),
};
const env = { LULL_DATA_DIR: "/nowhere/lull" };
const RUN = {
  id: "r-1",
  task: "backup",
  trigger: "hand",
  state: "succeeded",
  count: 1,
  startedAt: "2026-06-18T13:00:00.000Z",
};
const TASK = {
  name: "backup",
  cron: "7 3 * * *",
  everyMs: null,
  enabled: true,
  nextAt: "2026-06-19T03:07:00.000Z",
  lastRun: RUN,
  timeZone: "America/Sao_Paulo",
};
const SWEEP = { ...TASK, name: "outbox", cron: null, everyMs: 10_000, lastRun: null };

const ask = (argv: string[], answers: Record<string, unknown>) => askDaemon(argv, answers, { env, clock });

test("list shows when each comes, and of which clock that is", async () => {
  const answers = { "GET /schedules?limit=200": { data: [TASK, SWEEP], nextCursor: null } };
  const { code, printed } = await ask(["schedule", "list"], answers);
  expect(code).toBe(0);
  expect(printed).toMatch(/backup +yes +7 3 \* \* \* +2026-06-19T03:07:00.000Z .*succeeded +1/);
  expect(printed).toMatch(/outbox +yes +every 10 s/);
  expect(printed).toContain("moments are of America/Sao_Paulo");
});

test("runs shows how they went", async () => {
  const failed = { ...RUN, state: "failed", errorMessage: "There is no room." };
  const answers = { "GET /schedules/backup/runs?limit=50&state=failed": { data: [failed] } };
  const { printed } = await ask(["schedule", "runs", "backup", "--state", "failed"], answers);
  expect(printed).toMatch(/hand +failed +1 +There is no room\./);
});

test("run waits for the end, and fails with the run", async () => {
  const answers = {
    "POST /schedules/backup/run": { data: { ...RUN, state: "running" } },
    "GET /schedules/backup/runs/r-1": { data: RUN },
  };
  const done = await ask(["schedule", "run", "backup"], answers);
  expect(done).toMatchObject({ code: 0, printed: "✔ backup is done: 1" });
  const refused = { ...RUN, state: "failed", errorMessage: "There is no room." };
  const failed = await ask(["schedule", "run", "backup"], {
    "POST /schedules/backup/run": { data: refused },
  });
  expect(failed).toMatchObject({
    code: 1,
    complained: expect.stringContaining("backup failed: There is no room."),
  });
});

test("on and off say when it comes next", async () => {
  const on = await ask(["schedule", "on", "backup"], { "PUT /schedules/backup": { data: TASK } });
  expect(on.printed).toBe("✔ backup is on: next at 2026-06-19T03:07:00.000Z");
  const off = await ask(["schedule", "off", "backup"], { "PUT /schedules/backup": { data: TASK } });
  expect(off.printed).toBe("✔ backup is off: by hand only");
  expect(off.asked).toEqual([{ method: "PUT", path: "/schedules/backup", body: { enabled: false } }]);
});
