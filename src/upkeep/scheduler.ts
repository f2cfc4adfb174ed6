// Runs the tasks of schedule.ts at their moments, or when somebody asks: one run of a task at a time, each kept with what came
// of it. What was missed while nobody was there is made up for once. One task's failure is nobody else's.
import { MINUTE_MS, startDeadline } from "../clock.ts";
import type { NewRun, RunEnd, RunTrigger, ScheduleStore } from "../db/store-schedules.ts";
import type { Claimant } from "../db/store.ts";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import { Service, type ServiceDeps } from "../service.ts";
import type { Done, Task } from "./schedule.ts";
import { type RunStart, Scheduled, type ScheduleFacts } from "./scheduled.ts";

/** A run that begins so long after its moment makes up for a missed one. */
const MISSED_AFTER_MS = MINUTE_MS;
/** Longest pause between looks at the clock. */
const LOOK_MS = MINUTE_MS;

export interface SchedulerDeps extends Omit<ServiceDeps, "pollMs"> {
  store: ScheduleStore;
  metrics: Metrics;
  claimant: Claimant;
  /** Whose wall clock the moments are of, as IANA names it. */
  timeZone: string;
  tasks: readonly Task[];
}

export class Scheduler extends Service {
  readonly #deps: SchedulerDeps;
  readonly #scheduled: ReadonlyMap<string, Scheduled>;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: SchedulerDeps) {
    super({ ...deps, pollMs: LOOK_MS }, "schedule");
    this.#deps = deps;
    const now = deps.clock.now();
    this.#scheduled = new Map(deps.tasks.map((task) => [task.name, new Scheduled(task, deps.timeZone, now)]));
  }

  /** Reads which tasks are on and what their last runs gave. */
  async load(now: number): Promise<void> {
    const { store, metrics } = this.#deps;
    const rows = await store.ensureSchedules([...this.#scheduled.keys()], now);
    const runs = Map.groupBy(await store.latestRuns(), ({ task }) => task);
    for (const row of rows) this.#scheduled.get(row.name)?.load(row, runs.get(row.name) ?? []);
    for (const [task, { lastSuccessAt }] of this.#scheduled)
      if (lastSuccessAt !== null) metrics.scheduleSuccessSeconds.set({ task }, lastSuccessAt / 1000);
  }

  list(): (ScheduleFacts & { timeZone: string })[] {
    const { clock, timeZone } = this.#deps;
    return [...this.#scheduled.values()].map((each) => ({ ...each.facts(clock.now()), timeZone }));
  }

  /** Throws AppError `not_found` where there is no such task. */
  facts(name: string): ScheduleFacts & { timeZone: string } {
    const { clock, timeZone } = this.#deps;
    return { ...this.#named(name).facts(clock.now()), timeZone };
  }

  /** Off: its moments pass without a run. By hand it runs all the same. */
  async setEnabled(name: string, isEnabled: boolean): Promise<void> {
    const scheduled = this.#named(name);
    const now = this.#deps.clock.now();
    await this.#deps.store.enableSchedule(name, isEnabled, now);
    scheduled.setEnabled(isEnabled, now);
    this.wake();
  }

  /** Begins a run now; `ended` resolves with its end, well or not. Throws AppError `not_found`, or `conflict` while it runs. */
  async runNow(name: string): Promise<{ runId: string; ended: Promise<void> }> {
    const scheduled = this.#named(name);
    const begun = scheduled.isRunning ? null : await this.#begin(scheduled, "hand", null);
    if (begun === null || begun.runId === null) throw new AppError("conflict", `${name} is running already.`);
    return { runId: begun.runId, ended: begun.ended };
  }

  override async runOnce(): Promise<number> {
    let count = 0;
    for (const scheduled of this.#scheduled.values()) if (await this.#beginDue(scheduled)) count++;
    return count;
  }

  /** What runs hears that it is to end, and is waited for. */
  override async stop(): Promise<void> {
    await super.stop();
    await Promise.all(this.#running);
  }

  protected override nextAt(after: number): Promise<number | null> {
    const moments = [...this.#scheduled.values()].map((each) => each.nextAt(after));
    const known = moments.filter((at) => at !== null);
    return Promise.resolve(known.length === 0 ? null : Math.min(...known));
  }

  #named(name: string): Scheduled {
    const scheduled = this.#scheduled.get(name);
    if (scheduled === undefined) throw new AppError("not_found", "There is no such schedule.");
    return scheduled;
  }

  /** The next round tries again what the store could not write down; the other tasks do not wait for it. */
  async #beginDue(scheduled: Scheduled): Promise<boolean> {
    const { clock, log } = this.#deps;
    const now = clock.now();
    const dueAt = scheduled.dueMoment(now);
    if (dueAt === null || scheduled.isRunning || this.#mustWait(scheduled)) return false;
    const isMissed = scheduled.task.isFrequent !== true && now - dueAt > MISSED_AFTER_MS;
    try {
      return (await this.#begin(scheduled, isMissed ? "missed" : "schedule", dueAt)) !== null;
    } catch (error) {
      log.failure("schedule.not_begun", error, { task: scheduled.task.name });
      return false;
    }
  }

  #mustWait({ task }: Scheduled): boolean {
    const others = [...this.#scheduled.values()];
    return task.isHeavy === true && others.some((each) => each.task.isHeavy === true && each.isRunning);
  }

  /** Null: its due moment is taken already. */
  async #begin(scheduled: Scheduled, trigger: RunTrigger, dueAt: number | null) {
    const { task } = scheduled;
    const run = { task: task.name, trigger, dueAt, startedAt: this.#deps.clock.now() };
    scheduled.begin({ id: null, ...run });
    const kept = await this.#keepBegin(task, run).catch((error: unknown) => {
      scheduled.notBegun();
      throw error;
    });
    scheduled.passed(dueAt);
    if (kept === null) scheduled.notBegun();
    return kept && { runId: kept.id, ended: this.#track(this.#run(scheduled, { ...kept, ...run })) };
  }

  /** Without an id nothing is kept of it before it has ended; null: its moment is taken. */
  async #keepBegin({ isFrequent }: Task, run: NewRun): Promise<{ id: string | null } | null> {
    if (isFrequent === true && run.trigger !== "hand") return { id: null };
    const id = await this.#deps.store.beginRun(run, this.#deps.claimant);
    return id === null ? null : { id };
  }

  async #run(scheduled: Scheduled, run: RunStart): Promise<void> {
    scheduled.begin(run);
    const end = await this.#endOf(scheduled.task);
    // That all is well again is worth a row.
    const isIdle = end.state === "succeeded" && end.count === 0 && !scheduled.hasFailed;
    scheduled.ended(run, end);
    this.#report(run, end);
    if (run.id !== null || !isIdle) await this.#keepEnd(run, end);
    // Another one may have waited for it.
    this.wake();
  }

  async #endOf({ name, limitMs, run }: Task): Promise<RunEnd> {
    const { clock, log } = this.#deps;
    const deadline = startDeadline(clock, limitMs, this.stopSignal);
    try {
      return succeeded(await run(deadline.signal), clock.now());
    } catch (error) {
      if (this.isStopping) return failed("interrupted", stopping(), clock.now());
      const known = deadline.expired() ? tookTooLong(limitMs) : error;
      log.failure("schedule.run_failed", known, { task: name });
      return failed("failed", known, clock.now());
    } finally {
      deadline.clear();
    }
  }

  #report({ task, startedAt, trigger }: RunStart, { state, count, finishedAt }: RunEnd): void {
    const { metrics, log } = this.#deps;
    metrics.scheduleRuns.inc({ task, outcome: state });
    if (state !== "succeeded") return;
    metrics.scheduleSuccessSeconds.set({ task }, finishedAt / 1000);
    const level = count === 0 ? "debug" : "info";
    log.event(level, "schedule.ran", { task, trigger, count, durationMs: finishedAt - startedAt });
  }

  async #keepEnd({ id, ...run }: RunStart, end: RunEnd): Promise<void> {
    const { store, claimant, log } = this.#deps;
    try {
      if (id !== null) await store.endRun(id, end);
      else await store.keepRun(run, end, claimant);
    } catch (error) {
      log.failure("schedule.run_not_kept", error, { task: run.task });
    }
  }

  #track(work: Promise<void>): Promise<void> {
    const done = work.finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }
}

function succeeded(done: Done, finishedAt: number): RunEnd {
  const { count, detail } = typeof done === "number" ? { count: done, detail: {} } : done;
  return { state: "succeeded", count, detail, errorCode: null, errorMessage: null, finishedAt };
}

function failed(state: "failed" | "interrupted", error: unknown, finishedAt: number): RunEnd {
  const known = error instanceof AppError ? error : null;
  return {
    state,
    count: null,
    detail: {},
    errorCode: known?.reason ?? known?.code ?? "internal",
    errorMessage: known?.message ?? "Something went wrong inside lull; the log tells what.",
    finishedAt,
  };
}

function stopping(): AppError {
  return new AppError("stopping", "lull stopped before it was done.");
}

function tookTooLong(limitMs: number): AppError {
  return new AppError("busy", `It took longer than ${limitMs / 1000} seconds and was ended.`, {
    reason: "too_slow",
  });
}
