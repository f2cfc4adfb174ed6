// What the store knows of scheduled tasks: which of them are switched on, and their runs.
import type { ListQuery, Page, Row } from "./store-insight.ts";
import type { Claimant } from "./store.ts";

/** schedule: at its moment; missed: later, because nobody was there then; hand: somebody asked for it. */
export type RunTrigger = "schedule" | "missed" | "hand";

export interface ScheduleRow {
  name: string;
  isEnabled: boolean;
  /** Due moments up to this one are taken care of. */
  lastDueAt: number;
}

export interface NewRun {
  task: string;
  trigger: RunTrigger;
  /** The moment it is for; null for one by hand. */
  dueAt: number | null;
  startedAt: number;
}

export interface RunEnd {
  state: "succeeded" | "failed" | "interrupted";
  /** How much was done. */
  count: number | null;
  /** Figures and ids, never a text of anybody's. */
  detail: RunDetail;
  errorCode: string | null;
  errorMessage: string | null;
  finishedAt: number;
}

export type RunDetail = Record<string, string | number | boolean | null>;

export interface ScheduleStore {
  /** Adds tasks that are not there yet, enabled, as if taken care of until now; gives all of them. */
  ensureSchedules(names: readonly string[], now: number): Promise<ScheduleRow[]>;
  /** What was due while it was off is not made up for when it is on again. */
  enableSchedule(name: string, isEnabled: boolean, now: number): Promise<void>;
  /** A run begins, and its due moment is taken care of; null: somebody has taken that moment already. Gives its id. */
  beginRun(run: NewRun, by: Claimant): Promise<string | null>;
  endRun(runId: string, end: RunEnd): Promise<void>;
  /** Keeps a run that has ended already. */
  keepRun(run: NewRun, end: RunEnd, by: Claimant): Promise<void>;
  /** Runs that a dead process left under way ended with it; gives how many. */
  interruptRuns(by: Claimant, now: number): Promise<number>;
  /** One run; null when there is none. */
  run(runId: string): Promise<Row | null>;
  listRuns(task: string, query: ListQuery): Promise<Page>;
  /** The newest run of each task, and the newest that succeeded. */
  latestRuns(): Promise<Row[]>;
}
