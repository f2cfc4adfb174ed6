// What an alert says, and what to do about it: figures and ids, nothing of anybody's. Pure.
import type { AlertDetail } from "../db/store-alerts.ts";
import type { AlertName } from "./alert-rules.ts";

interface Words {
  text: (detail: AlertDetail, subjectId: string) => string;
  fix: string;
  /** Where in the admin's API more is told. */
  path: (subjectId: string) => string;
}

const WORDS: Record<AlertName, Words> = {
  unanswered: {
    text: ({ conversationCount, waitedMinutes }) =>
      `${conversationCount} conversations wait for an answer, the longest for ${waitedMinutes} minutes.`,
    fix: "See with lull status whether processing is on and what waits; lull doctor asks Chatwoot and the store.",
    path: () => "/admin/buffers",
  },
  failed_jobs: {
    text: ({ failedJobCount }) => `${failedJobCount} turns failed for good.`,
    fix: "Look at them with lull jobs list --state failed; lull jobs retry-failed tries them again.",
    path: () => "/admin/jobs?state=failed",
  },
  quarantined_job: {
    text: (_detail, jobId) => `The job ${jobId} failed again and again and is quarantined.`,
    fix: "Look at its steps, then lull jobs retry or lull jobs discard.",
    path: (jobId) => `/admin/turns/${jobId}`,
  },
  low_quality: {
    text: ({ lowCount, answerCount }) =>
      `${lowCount} of the last ${answerCount} answers were less sure than they should be.`,
    fix: "See in the conversations what is asked, and extend the prompt or the user's files by it.",
    path: () => "/admin/metrics?hours=1",
  },
  spend: {
    text: ({ usedPercent }, userId) => `The user ${userId} used ${usedPercent} % of this month's limit.`,
    fix: "Raise it with lull user limits, or let it be: at the limit lull is silent for that user.",
    path: (userId) => `/admin/users/${userId}/usage`,
  },
  disk_full: {
    text: ({ freeMib, freePercent }) =>
      `The disk of the data folder has ${freeMib} MiB left (${freePercent} %).`,
    fix: "Make room: without it messages cannot be stored. Old backups are the largest files most often.",
    path: () => "/admin/backups",
  },
  clock_skew: {
    text: ({ skewSeconds }, connection) =>
      `The clock is ${skewSeconds} seconds off from that of Chatwoot ${connection}.`,
    fix: "Set this machine's clock by NTP: from 300 seconds on signed webhooks are refused.",
    path: () => "/admin/connections",
  },
  slow_acknowledgement: {
    text: ({ p99Ms }) => `Webhooks are answered in up to ${p99Ms} ms; Chatwoot gives up at 5,000.`,
    fix: "See whether the disk or the processor is busy; lull's own store is told by lull_db_query_seconds.",
    path: () => "/admin/webhook-log",
  },
  failed_turns: {
    text: ({ failedCount, count }) => `${failedCount} of ${count} turns of the last minutes failed.`,
    fix: "Look at them with lull jobs list --state failed: their code says whose fault it is.",
    path: () => "/admin/jobs?state=failed",
  },
  server_errors: {
    text: ({ failedCount, count }) => `${failedCount} of ${count} requests of the last minutes failed here.`,
    fix: "Look for request.failed in the log.",
    path: () => "/admin/webhook-log",
  },
  failed_task: {
    text: ({ code }, task) => `The scheduled task ${task} failed${code === null ? "" : ` (${code})`}.`,
    fix: "Look at its runs, and run it again once the cause is gone.",
    path: (task) => `/admin/schedules/${task}/runs`,
  },
  old_backup: {
    text: ({ ageHours }) => `The last backup was made ${ageHours} hours ago.`,
    fix: "See that the task backup is enabled and has room, or make one with lull backup create.",
    path: () => "/admin/backups",
  },
};

export interface AlertWords {
  text: string;
  fix: string;
  path: string;
}

/** The words of an alert; one of an older version says its name. */
export function wordsOf(name: string, subjectId: string, detail: AlertDetail): AlertWords {
  const words = new Map<string, Words>(Object.entries(WORDS)).get(name);
  if (words === undefined) return { text: name, fix: "", path: "/admin/alerts" };
  return { text: words.text(detail, subjectId), fix: words.fix, path: words.path(subjectId) };
}
