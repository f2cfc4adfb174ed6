// The store's verbs for scheduled tasks, each one transaction.
import { withoutKey } from "./page.ts";
import type { Claimant } from "./store.ts";
import type { NewRun, ScheduleStore } from "./store-schedules.ts";
import type { Tables } from "./tables.ts";
import { holder, type Transact } from "./transact.ts";

export function scheduleWork(tables: Tables, transact: Transact): ScheduleStore {
  const { schedules } = tables;
  return {
    ensureSchedules: (names, now) =>
      transact(() => {
        for (const name of names) schedules.ensure(name, now);
        return schedules.all();
      }),
    enableSchedule: (name, isEnabled, now) => transact(() => schedules.enable(name, isEnabled, now)),
    beginRun: (run, by) => transact(() => begin(tables, run, by)),
    endRun: (runId, end) => transact(() => schedules.end(runId, end)),
    keepRun: (run, end, by) =>
      transact(() => {
        const runId = begin(tables, run, by);
        if (runId !== null) schedules.end(runId, end);
      }),
    interruptRuns: (by, now) => transact(() => schedules.interrupt(holder(by), now)),
    run: (runId) =>
      transact(() => {
        const row = schedules.one(runId);
        return row === null ? null : withoutKey(row);
      }),
    listRuns: (task, query) => transact(() => schedules.list(task, query)),
    latestRuns: () => transact(() => schedules.latest().map(withoutKey)),
  };
}

function begin({ schedules, newId }: Tables, run: NewRun, by: Claimant): string | null {
  const runId = newId(run.startedAt);
  if (run.dueAt !== null) schedules.pass(run.task, run.dueAt, run.startedAt);
  return schedules.begin(run, runId, holder(by)) ? runId : null;
}
