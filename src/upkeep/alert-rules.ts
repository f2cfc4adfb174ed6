// What an operator has to be told: from which figure on an alert is raised, and below which it is over. Between the two it
// stays as it is, so that a figure on the edge does not ring all day. Pure.
import type { AlertDetail, AlertSubject, NewAlert } from "../db/store-alerts.ts";
import type { Worries } from "../db/store-watch.ts";
import { DAY_MS, MINUTE_MS } from "../clock.ts";

export const ALERT_NAMES = [
  "unanswered",
  "failed_jobs",
  "quarantined_job",
  "low_quality",
  "spend",
  "disk_full",
  "clock_skew",
  "slow_acknowledgement",
  "failed_turns",
  "server_errors",
  "failed_task",
  "old_backup",
] as const;
export type AlertName = (typeof ALERT_NAMES)[number];

/** What is known at a moment; null where it could not be known. */
export interface WatchFacts extends Omit<Worries, "unanswered"> {
  unanswered: { conversationCount: number; oldestMs: number };
  disk: { freeBytes: number; totalBytes: number } | null;
  /** By connection: how far this clock is from Chatwoot's. */
  clockSkews: { connection: string; skewMs: number }[];
  /** Of the last minutes: webhooks, turns, answered requests. */
  acknowledgements: { count: number; p99Ms: number };
  turns: { count: number; failedCount: number };
  requests: { count: number; failedCount: number };
  /** Tasks whose newest run failed. */
  failedTasks: { task: string; code: string | null }[];
  lastBackupAgeMs: number | null;
}

/** A subject as it stands: to raise, to leave as it is. Who is not named is over. */
interface Finding {
  subjectId?: string;
  isRaised: boolean;
  detail: AlertDetail;
}

type Rule = (facts: WatchFacts) => Finding[];

export const UNANSWERED_MS = 5 * MINUTE_MS;
/** Somebody who waits almost so long keeps it open. */
export const UNANSWERED_OVER_MS = 4 * MINUTE_MS;
export const SPEND_PERCENT = 95;
export const SPEND_OVER_PERCENT = 90;
/** Of so few nothing is said. */
const ANSWERS_MIN = 10;
const TURNS_MIN = 5;
const REQUESTS_MIN = 20;
const ACKNOWLEDGEMENTS_MIN = 20;
const MIB = 1024 * 1024;
const BACKUP_AGE_MAX_MS = 2 * DAY_MS;

const RULES: Record<AlertName, Rule> = {
  unanswered: ({ unanswered: { conversationCount, oldestMs } }) =>
    between(oldestMs, UNANSWERED_MS, UNANSWERED_OVER_MS, {
      conversationCount,
      waitedMinutes: Math.floor(oldestMs / MINUTE_MS),
    }),
  failed_jobs: ({ failedJobCount }) => between(failedJobCount, 1, 1, { failedJobCount }),
  quarantined_job: ({ quarantinedJobIds }) =>
    quarantinedJobIds.map((subjectId) => ({ subjectId, isRaised: true, detail: {} })),
  low_quality: ({ answers: { count, lowCount } }) =>
    count < ANSWERS_MIN ? [] : between(percent(lowCount, count), 30, 20, { answerCount: count, lowCount }),
  spend: ({ spenders }) =>
    spenders.flatMap(({ userId, usedPercent }) =>
      between(usedPercent, SPEND_PERCENT, SPEND_OVER_PERCENT, { usedPercent }, userId),
    ),
  disk_full: ({ disk }) => (disk === null ? [] : diskFull(disk)),
  clock_skew: ({ clockSkews }) =>
    clockSkews.flatMap(({ connection, skewMs }) => {
      const skewSeconds = Math.round(skewMs / 1000);
      return between(Math.abs(skewSeconds), 61, 30, { skewSeconds }, connection);
    }),
  slow_acknowledgement: ({ acknowledgements: { count, p99Ms } }) =>
    count < ACKNOWLEDGEMENTS_MIN ? [] : between(p99Ms, 2_001, 1_000, { webhookCount: count, p99Ms }),
  failed_turns: ({ turns }) => failing(turns, TURNS_MIN),
  server_errors: ({ requests }) => failing(requests, REQUESTS_MIN),
  failed_task: ({ failedTasks }) =>
    failedTasks.map(({ task, code }) => ({ subjectId: task, isRaised: true, detail: { code } })),
  old_backup: ({ lastBackupAgeMs }) =>
    lastBackupAgeMs === null
      ? []
      : between(lastBackupAgeMs, BACKUP_AGE_MAX_MS, BACKUP_AGE_MAX_MS, {
          ageHours: Math.floor(lastBackupAgeMs / (60 * MINUTE_MS)),
        }),
};

/** What begins and what is over, given what is open. */
export function judge(
  facts: WatchFacts,
  open: readonly AlertSubject[],
): { raised: NewAlert[]; cleared: AlertSubject[] } {
  const found = ALERT_NAMES.flatMap((name) =>
    RULES[name](facts).map(({ subjectId = "", ...finding }) => ({ name, subjectId, ...finding })),
  );
  const isAmong = (subjects: readonly AlertSubject[], { name, subjectId }: AlertSubject): boolean =>
    subjects.some((subject) => subject.name === name && subject.subjectId === subjectId);
  return {
    raised: found
      .filter((finding) => finding.isRaised && !isAmong(open, finding))
      .map(({ name, subjectId, detail }) => ({ name, subjectId, detail })),
    cleared: open.filter((subject) => !isAmong(found, subject)),
  };
}

/** Raised from `raiseAt` on, over below `overBelow`. */
function between(
  value: number,
  raiseAt: number,
  overBelow: number,
  detail: AlertDetail,
  subjectId = "",
): Finding[] {
  return value < overBelow ? [] : [{ subjectId, isRaised: value >= raiseAt, detail }];
}

/** Above 5 % of enough of them; over from 2.5 % down. */
function failing(
  { count, failedCount }: { count: number; failedCount: number },
  countMin: number,
): Finding[] {
  const share = percent(failedCount, count);
  if (count < countMin || share <= 2.5) return [];
  return [{ isRaised: share > 5, detail: { count, failedCount } }];
}

/** Less than a tenth or 500 MiB left; over with a little more than that. */
function diskFull({ freeBytes, totalBytes }: { freeBytes: number; totalBytes: number }): Finding[] {
  const freePercent = percent(freeBytes, totalBytes);
  const freeMib = Math.floor(freeBytes / MIB);
  if (freePercent >= 12 && freeMib >= 600) return [];
  return [
    {
      isRaised: freePercent < 10 || freeMib < 500,
      detail: { freeMib, freePercent: Math.floor(freePercent) },
    },
  ];
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
