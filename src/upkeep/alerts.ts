// Looks every minute for what an operator has to be told. Who tells them is alert-teller.ts.
import type { Clock } from "../clock.ts";
import type { AlertStore } from "../db/store-alerts.ts";
import type { ScheduleStore } from "../db/store-schedules.ts";
import type { WatchStore } from "../db/store-watch.ts";
import { MINUTE_MS, HOUR_MS } from "../clock.ts";
import { startOfMonth } from "../ai/spans.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { judge, SPEND_OVER_PERCENT, UNANSWERED_OVER_MS, type WatchFacts } from "./alert-rules.ts";
import type { RecentCounts } from "./recent-figures.ts";

export interface AlertDeps {
  store: AlertStore & WatchStore & Pick<ScheduleStore, "latestRuns">;
  clock: Clock;
  log: Log;
  metrics: Pick<Metrics, "unansweredSeconds">;
  recent: RecentCounts;
  /** An answer that is less sure is a low one. */
  qualityThreshold: number;
  /** Of the data folder; null where the system does not tell. */
  diskSpace: () => { freeBytes: number; totalBytes: number } | null;
  clockSkews: () => { connection: string; skewMs: number }[];
  /** Whether somebody is to be told. */
  hasReceiver: boolean;
  onChanged: () => void;
}

/** Over which turns, requests and webhooks are counted. */
export const RECENT_MS = 5 * MINUTE_MS;
/** Jobs and users that are named at most. */
const NAMED_MAX = 20;

export class Alerts {
  readonly #deps: AlertDeps;

  constructor(deps: AlertDeps) {
    this.#deps = deps;
  }

  /** Raises what begins, ends what is over; gives how many changed. */
  async watch(): Promise<number> {
    const { store, clock, log, hasReceiver, onChanged } = this.#deps;
    const now = clock.now();
    const { raised, cleared } = judge(await this.#facts(now), await store.openAlerts());
    if (raised.length + cleared.length === 0) return 0;
    await store.changeAlerts({ raised, cleared }, !hasReceiver, now);
    for (const { name, subjectId, detail } of raised) {
      log.event("warning", "alert.raised", { alert: name, subjectId: subjectId || undefined, ...detail });
    }
    for (const { name, subjectId } of cleared) {
      log.event("info", "alert.cleared", { alert: name, subjectId: subjectId || undefined });
    }
    onChanged();
    return raised.length + cleared.length;
  }

  async #facts(now: number): Promise<WatchFacts> {
    const { store, metrics, recent, qualityThreshold, diskSpace, clockSkews } = this.#deps;
    const { unanswered, ...worries } = await store.worries(
      {
        unansweredBefore: now - UNANSWERED_OVER_MS,
        answersSince: now - HOUR_MS,
        confidenceMin: qualityThreshold,
        monthAt: startOfMonth(now),
        spendPercentMin: SPEND_OVER_PERCENT,
        namedMax: NAMED_MAX,
      },
      now,
    );
    const { conversationCount, oldestAt } = unanswered;
    const oldestMs = oldestAt === null ? 0 : now - oldestAt;
    metrics.unansweredSeconds.set(oldestMs / 1000);
    return {
      ...worries,
      unanswered: { conversationCount, oldestMs },
      disk: diskSpace(),
      clockSkews: clockSkews(),
      ...(await recent.look(now)),
      ...(await this.#tasks(now)),
    };
  }

  /** The newest run of each task comes before the newest that went well. */
  async #tasks(now: number): Promise<Pick<WatchFacts, "failedTasks" | "lastBackupAgeMs">> {
    const runs = await this.#deps.store.latestRuns();
    const newest = [...Map.groupBy(runs, ({ task }) => task).values()].map(([run]) => run);
    const backup = runs.find(({ task, state }) => task === "backup" && state === "succeeded");
    const finishedAt = backup?.["finishedAt"];
    return {
      failedTasks: newest
        .filter((run) => run?.["state"] === "failed")
        .map((run) => ({ task: String(run?.["task"]), code: run?.["errorCode"]?.toString() ?? null })),
      lastBackupAgeMs: typeof finishedAt === "number" ? now - finishedAt : null,
    };
  }
}
