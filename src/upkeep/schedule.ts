// Every task that lull does by the clock, on one page: when, what, and how long it may take at most. Each has a minute of
// its own, so that no two begin together. Who runs them, and keeps what came of it, is scheduler.ts.
import { Cron } from "croner";
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { RunDetail } from "../db/store-schedules.ts";

/** How much a run did, and what is worth knowing of it. */
export type Done = number | { count: number; detail: RunDetail };

export type When = { cron: string } | { everyMs: number };

export interface Task {
  name: string;
  title: string;
  /** Minute, hour, day, month, weekday of the time zone's own clock, with seconds before them where there are six. */
  when: When;
  /** It comes so often that a moment missed harms nobody, and that its runs are kept only where there is something to tell. */
  isFrequent?: true;
  /** A start is a moment of its own. */
  isAtStart?: true;
  /** It works the disk hard: the next one of these waits for it. */
  isHeavy?: true;
  /** A run that takes longer is ended. */
  limitMs: number;
  run: Work;
}

type Work = (signal: AbortSignal) => Promise<Done>;

/** What the tasks are done by. */
export interface Deeds {
  sweepMs: number;
  buffers: { round(): Promise<number> };
  relay: { round(): Promise<number> };
  catchUp: { run: Work };
  failedJobs: { retryWorthy(): Promise<number> };
  cleanup: Record<"buffers" | "logs" | "history", Work>;
  backups: { run: Work };
  maintenance: Record<"checkIntegrity" | "optimize", Work>;
  alerts: { watch(): Promise<number> };
}

/** After a long time down there are thousands of conversations to read. */
const CATCH_UP_MS = HOUR_MS;
/** It rests most of the time; what is left when it is ended goes at the next run. */
const CLEANUP_MS = 6 * HOUR_MS;
/** All of a large database is read. */
const FILE_MS = 2 * HOUR_MS;

export function scheduledTasks(deeds: Deeds): Task[] {
  const { sweepMs, buffers, relay, catchUp, failedJobs, cleanup, backups, maintenance, alerts } = deeds;
  return [
    {
      name: "process-message-buffers",
      title: "Closes buffers whose deadline has passed without their timer noticing",
      when: { everyMs: sweepMs },
      isFrequent: true,
      limitMs: MINUTE_MS,
      run: () => buffers.round(),
    },
    {
      name: "outbox",
      title: "Sends deliveries that are due, and looks up those whose fate is unknown",
      when: { everyMs: sweepMs },
      isFrequent: true,
      limitMs: MINUTE_MS,
      run: () => relay.round(),
    },
    {
      name: "catch-up",
      title: "Looks at every Chatwoot for what no webhook brought; also at the start",
      when: { everyMs: MINUTE_MS },
      isFrequent: true,
      isAtStart: true,
      limitMs: CATCH_UP_MS,
      run: (signal) => catchUp.run(signal),
    },
    {
      name: "retry-failed-jobs",
      title: "Tries turns again whose failure may have passed; never quarantined ones",
      when: { cron: "3-58/5 * * * *" },
      isFrequent: true,
      limitMs: MINUTE_MS,
      run: () => failedJobs.retryWorthy(),
    },
    {
      name: "cleanup-buffers",
      title: "Forgets buffers that ended long ago, with their messages and turns",
      when: { cron: "7 3 * * *" },
      isHeavy: true,
      limitMs: CLEANUP_MS,
      run: (signal) => cleanup.buffers(signal),
    },
    {
      name: "cleanup-logs",
      title: "Forgets old runs, webhooks, events, forwards, alerts and answers",
      when: { cron: "27 * * * *" },
      isHeavy: true,
      limitMs: CLEANUP_MS,
      run: (signal) => cleanup.logs(signal),
    },
    {
      name: "cleanup-history",
      title: "Forgets what was said long ago",
      when: { cron: "37 3 * * *" },
      isHeavy: true,
      limitMs: CLEANUP_MS,
      run: (signal) => cleanup.history(signal),
    },
    {
      name: "backup",
      title: "Copies the database, proves the copy, keeps the last seven",
      when: { cron: "17 2 * * *" },
      isHeavy: true,
      limitMs: FILE_MS,
      run: (signal) => backups.run(signal),
    },
    {
      name: "integrity",
      title: "Reads the whole database for damage",
      when: { cron: "47 4 * * *" },
      isHeavy: true,
      limitMs: FILE_MS,
      run: (signal) => maintenance.checkIntegrity(signal),
    },
    {
      name: "optimize",
      title: "Lets SQLite plan by what there is, and cuts a long write-ahead log",
      when: { cron: "52 * * * *" },
      isFrequent: true,
      limitMs: 5 * MINUTE_MS,
      run: (signal) => maintenance.optimize(signal),
    },
    {
      name: "alerts",
      title: "Looks for what an operator has to be told",
      when: { everyMs: MINUTE_MS },
      isFrequent: true,
      limitMs: MINUTE_MS,
      run: () => alerts.watch(),
    },
  ];
}

/** The moments of a task around one, in ms. */
export interface Around {
  /** The last up to it; -Infinity: there was none. */
  last: number;
  /** The first after it; Infinity: there is none any more. */
  next: number;
}

/** Throws where the pattern or the time zone is none. */
export function momentsOf(when: When, timeZone: string): (at: number) => Around {
  const around = "everyMs" in when ? aroundEvery(when.everyMs) : aroundPattern(when.cron, timeZone);
  let known: Around = { last: Infinity, next: -Infinity };
  // Asked many times between two moments, and a pattern takes its time.
  return (at) => (known = known.last <= at && at < known.next ? known : around(at));
}

function aroundEvery(everyMs: number): (at: number) => Around {
  return (at) => {
    const last = at - (at % everyMs);
    return { last, next: last + everyMs };
  };
}

function aroundPattern(cron: string, timeZone: string): (at: number) => Around {
  const pattern = new Cron(cron, { timezone: timeZone });
  return (at) => ({
    last: pattern.previousRuns(1, new Date(at + 1))[0]?.getTime() ?? -Infinity,
    next: pattern.nextRun(new Date(at))?.getTime() ?? Infinity,
  });
}
