// One task of the schedule as it stands: whether it is on, its next moment, what its last run gave.
import type { RunEnd, RunTrigger, ScheduleRow } from "../db/store-schedules.ts";
import type { Row } from "../db/store-insight.ts";
import { type Around, momentsOf, type Task } from "./schedule.ts";

/** A run as it is told. */
export interface RunStart {
  /** Null where nothing is kept of it. */
  id: string | null;
  task: string;
  trigger: RunTrigger;
  dueAt: number | null;
  startedAt: number;
}

export class Scheduled {
  readonly task: Task;
  readonly #around: (at: number) => Around;
  #lastDueAt: number;
  #isEnabled = true;
  #running: RunStart | null = null;
  #last: Row | null = null;
  #lastSuccessAt: number | null = null;

  /** Due moments before `now` are none of its business until `load` says otherwise, unless it is done at every start. */
  constructor(task: Task, timeZone: string, now: number) {
    this.task = task;
    this.#around = momentsOf(task.when, timeZone);
    this.#lastDueAt = task.isAtStart === true ? 0 : now;
  }

  /** Takes up what the rows say of it; `runs` are the newest first. */
  load({ isEnabled, lastDueAt }: ScheduleRow, runs: readonly Row[]): void {
    this.#isEnabled = isEnabled;
    if (this.task.isFrequent !== true) this.#lastDueAt = lastDueAt;
    this.#last = runs[0] ?? null;
    const success = runs.find(({ state }) => state === "succeeded")?.["finishedAt"];
    this.#lastSuccessAt = typeof success === "number" ? success : null;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Whether the last run did not end well. */
  get hasFailed(): boolean {
    return this.#last !== null && this.#last["state"] !== "succeeded";
  }

  get lastSuccessAt(): number | null {
    return this.#lastSuccessAt;
  }

  setEnabled(isEnabled: boolean, now: number): void {
    if (isEnabled && !this.#isEnabled) this.#lastDueAt = now;
    this.#isEnabled = isEnabled;
  }

  /** The newest moment that has come and that no run has taken care of; null: none. */
  dueMoment(now: number): number | null {
    if (!this.#isEnabled) return null;
    const latest = this.#around(now).last;
    // The clock was set back: what lies behind it has been done by the other one.
    if (this.#lastDueAt > now) this.#lastDueAt = latest;
    return latest > this.#lastDueAt ? latest : null;
  }

  /** Null: never. */
  nextAt(now: number): number | null {
    const { next } = this.#around(now);
    return this.#isEnabled && Number.isFinite(next) ? next : null;
  }

  /** From now on nobody else begins one. */
  begin(run: RunStart): void {
    this.#running = run;
  }

  notBegun(): void {
    this.#running = null;
  }

  /** Its due moment is taken care of, by this run or by whoever had it before. */
  passed(dueAt: number | null): void {
    if (dueAt !== null) this.#lastDueAt = dueAt;
  }

  ended(run: RunStart, { detail, ...end }: RunEnd): void {
    this.#running = null;
    this.#last = { ...run, ...end, detail: JSON.stringify(detail) };
    if (end.state === "succeeded") this.#lastSuccessAt = end.finishedAt;
  }

  /** As an operator sees it. */
  facts(now: number): ScheduleFacts {
    const { name, title, when } = this.task;
    return {
      name,
      title,
      cron: "cron" in when ? when.cron : null,
      everyMs: "everyMs" in when ? when.everyMs : null,
      enabled: this.#isEnabled,
      isRunning: this.isRunning,
      nextAt: this.nextAt(now),
      lastSuccessAt: this.#lastSuccessAt,
      lastRun: this.#running === null ? this.#last : { ...this.#running, state: "running" },
    };
  }
}

export interface ScheduleFacts {
  name: string;
  title: string;
  cron: string | null;
  everyMs: number | null;
  enabled: boolean;
  isRunning: boolean;
  nextAt: number | null;
  lastSuccessAt: number | null;
  lastRun: Row | null;
}
