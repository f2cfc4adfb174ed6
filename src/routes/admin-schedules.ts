// What lull does by the clock, as an operator sees it: when each task runs, what its runs gave, off and on, run it now.
import { Elysia } from "elysia";
import type { Row } from "../db/store-insight.ts";
import type { Store } from "../db/store.ts";
import type { ScheduleFacts } from "../upkeep/scheduled.ts";
import type { Scheduler } from "../upkeep/scheduler.ts";
import { answerPage, found, listQuery, present, type WithQuery } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { readFields } from "./fields.ts";
import { settings } from "./settings.ts";
import type { ChangeDeps } from "./admin.ts";

export interface ScheduleDeps {
  store: Store;
  scheduler: Scheduler;
}

interface WithName {
  params: { name: string };
}

const STATES = ["running", "succeeded", "failed", "interrupted"];
const WHY_MAX = 200;

/** The guard stands before these, too: the admin's routes take them in. */
export function scheduleRoutes(deps: ScheduleDeps & Pick<ChangeDeps, "changed" | "changes">) {
  const { store, scheduler, changed, changes } = deps;
  const raw = { parse: "none" } as const;
  const show = ({ params }: WithName): Response =>
    accept({ data: presentSchedule(scheduler.facts(params.name)) });
  const schedule = settings(changes)(show, async ({ params, request }: WithName & { request: Request }) => {
    const fields = await readFields(request, ["enabled", "why"]);
    const isEnabled = fields.needed("enabled", fields.flag("enabled"));
    const why = fields.line("why", WHY_MAX);
    await scheduler.setEnabled(params.name, isEnabled);
    changed(request, isEnabled ? "schedule.on" : "schedule.off", params.name, why);
    return show({ params });
  });
  return new Elysia({ name: "admin-schedules" })
    .get("/schedules", () => accept({ data: scheduler.list().map(presentSchedule) }))
    .get("/schedules/:name", schedule.show)
    .get("/schedules/:name/runs", async ({ params, query }: WithName & WithQuery) => {
      scheduler.facts(params.name);
      return answerPage(await store.listRuns(params.name, listQuery(query, STATES)));
    })
    .get("/schedules/:name/runs/:id", async ({ params }) => {
      const run = found(await store.run(params.id), "run");
      return accept({ data: present(found(run["task"] === params.name && run, "run")) });
    })
    .put("/schedules/:name", schedule.change, raw)
    .post(
      "/schedules/:name/run",
      async ({ params, request }: WithName & { request: Request }) => {
        const { runId } = await scheduler.runNow(params.name);
        changed(request, "schedule.run", params.name);
        return accept({ data: present(found(await store.run(runId), "run")) });
      },
      raw,
    );
}

function presentSchedule({ lastRun, ...facts }: ScheduleFacts & { timeZone: string }) {
  return { ...present(facts as unknown as Row), lastRun: lastRun === null ? null : present(lastRun) };
}
