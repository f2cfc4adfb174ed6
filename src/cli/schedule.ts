// `lull schedule`: what lull does by the clock: when, how it went, off and on, and now.
import type { Command } from "commander";
import { pause } from "../clock.ts";
import { AppError } from "../errors.ts";
import { at, type Columns, type Row, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import type { Terminal } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown } from "./verb.ts";

interface RunsFlags extends DataFlags {
  state?: string;
}

/** Between two looks whether a run has ended. */
const LOOK_MS = 500;
const RUNS_MAX = 50;

export function addScheduleVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const schedule = program.command("schedule").description("What lull does by the clock.");
  dataVerb(schedule, "list", "All tasks: when each comes next, and how it went last.").action(
    (flags: DataFlags) => perform(flags, list),
  );
  dataVerb(schedule, "runs <name>", "The last runs of a task, newest first.")
    .option("--state <state>", "running, succeeded, failed or interrupted")
    .action((name: string, flags: RunsFlags) => perform(flags, (daemon) => runs(daemon, name, flags)));
  dataVerb(schedule, "run <name>", "Run a task now, and wait until it is done.").action(
    (name: string, flags: DataFlags) => perform(flags, (daemon) => run(daemon, name, terminal)),
  );
  dataVerb(schedule, "on <name>", "Let a task run by itself again.").action(
    (name: string, flags: DataFlags) => perform(flags, (daemon) => turn(daemon, name, true)),
  );
  dataVerb(schedule, "off <name>", "Run a task by hand only.").action((name: string, flags: DataFlags) =>
    perform(flags, (daemon) => turn(daemon, name, false)),
  );
}

const TASKS: Columns = {
  TASK: ({ name }) => name,
  ON: ({ enabled }) => enabled,
  WHEN: ({ cron, everyMs }) => cron ?? `every ${Number(everyMs) / 1000} s`,
  NEXT: ({ nextAt }) => nextAt,
  "LAST RUN": ({ lastRun }) => at(lastRun, "startedAt"),
  STATE: ({ lastRun }) => at(lastRun, "state"),
  DID: ({ lastRun }) => at(lastRun, "count"),
};

const RUNS: Columns = {
  STARTED: ({ startedAt }) => startedAt,
  ENDED: ({ finishedAt }) => finishedAt,
  BY: ({ trigger }) => trigger,
  STATE: ({ state }) => state,
  DID: ({ count }) => count,
  ERROR: ({ errorMessage }) => errorMessage,
};

async function list(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/schedules");
  const zone = shown(data[0]?.["timeZone"]);
  return { data, text: `${table(data, TASKS, "There are no tasks.")}\n\nmoments are of ${zone}` };
}

async function runs(daemon: DaemonClient, name: string, { state }: RunsFlags): Promise<Shown> {
  const filter = state === undefined ? "" : `&state=${segment(state)}`;
  const data = await daemon.ask("GET", `/schedules/${segment(name)}/runs?limit=${RUNS_MAX}${filter}`);
  return { data, text: table(data as Row[], RUNS, "It has not run yet, or had nothing to do.") };
}

/** Throws AppError with the run's own words when it failed. */
export async function run(daemon: DaemonClient, name: string, { clock }: Terminal): Promise<Shown> {
  const path = `/schedules/${segment(name)}`;
  let data = await daemon.ask("POST", `${path}/run`);
  const runPath = `${path}/runs/${segment(shown(at(data, "id")))}`;
  while (at(data, "state") === "running") {
    await pause(clock, LOOK_MS, new AbortController().signal);
    data = await daemon.ask("GET", runPath);
  }
  if (at(data, "state") === "succeeded")
    return { data, text: `✔ ${name} is done: ${shown(at(data, "count"))}` };
  throw new AppError("internal", `${name} failed: ${shown(at(data, "errorMessage"))}`);
}

async function turn(daemon: DaemonClient, name: string, enabled: boolean): Promise<Shown> {
  const data = await daemon.ask("PUT", `/schedules/${segment(name)}`, { enabled });
  const next = enabled ? `next at ${shown(at(data, "nextAt"))}` : "by hand only";
  return { data, text: `✔ ${name} is ${enabled ? "on" : "off"}: ${next}` };
}
