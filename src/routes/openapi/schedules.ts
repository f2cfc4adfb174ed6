// What lull does by the clock.
import { type Area, data, get, listOfStates, page, post, setting } from "./operation.ts";
import {
  anything,
  fields,
  flag,
  id,
  listOf,
  mapOf,
  moment,
  named,
  orNull,
  type Properties,
  text,
  told,
  upTo,
  whole,
  words,
} from "./schema.ts";

const WHY_LENGTH_MAX = 200;

const runRow = {
  id: told(orNull(id), "Null: nothing is kept of it."),
  task: text,
  trigger: words("schedule", "missed", "hand"),
  dueAt: told(orNull(moment), "The moment it is for; null: it was run by hand."),
  state: words("running", "succeeded", "failed", "interrupted"),
  startedAt: moment,
  finishedAt: orNull(moment),
  count: orNull(whole),
  detail: orNull(mapOf(anything)),
  errorCode: orNull(text),
  errorMessage: orNull(text),
};
export const run = named("ScheduleRun", fields(runRow));
const schedule = named(
  "Schedule",
  fields({
    name: text,
    title: text,
    cron: told(orNull(text), "With seconds before the minute where there are six."),
    everyMs: orNull(whole),
    timeZone: text,
    enabled: flag,
    isRunning: flag,
    nextAt: orNull(moment),
    lastSuccessAt: orNull(moment),
    lastRun: orNull(run),
  }),
);

const backup = fields({
  id,
  file: text,
  createdAt: moment,
  version: text,
  schemaVersion: whole,
  sizeBytes: whole,
  sha256: text,
  counts: told(mapOf(whole), "Rows of each table."),
  verifiedAt: moment,
});
const verdict = fields({
  ...(backup["properties"] as Properties),
  isWhole: flag,
  fault: told(orNull(text), "Why it is not to be relied on."),
});

export const schedules: Area = {
  tag: "schedules",
  text: "What lull does by the clock: when, off and on, by hand, and what every run gave; backups.",
  scopes: ["admin"],
  operations: [
    get("/admin/schedules", "All tasks with their next moments and last runs", data(listOf(schedule))),
    ...setting(
      "/admin/schedules/:name",
      "One task",
      "Switch a task off or on",
      data(schedule),
      fields({ enabled: flag, why: upTo(WHY_LENGTH_MAX) }, ["why"]),
    ),
    post("/admin/schedules/:name/run", "Run a task now", data(run)),
    get("/admin/schedules/:name/runs", "The runs of a task, the newest first", page(run), {
      query: listOfStates("running", "succeeded", "failed", "interrupted"),
    }),
    get("/admin/schedules/:name/runs/:id", "One run", data(run)),
    get("/admin/backups", "The backups that are kept, the newest first", page(named("Backup", backup))),
    post("/admin/backups", "Back up now: a run of that task", data(run)),
    post("/admin/backups/:id/verify", "Read all of a backup again", data(verdict)),
    post(
      "/admin/maintenance/checkpoint",
      "Cut the write-ahead log",
      data(fields({ walBytesBefore: whole, walBytes: whole })),
    ),
    post(
      "/admin/maintenance/:work",
      "optimize, integrity or cleanup, now: runs of their tasks",
      data(listOf(run)),
    ),
  ],
};
