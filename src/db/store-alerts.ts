// What the store keeps of alerts: what an operator has to be told, once when it begins and once when it is over.
import type { Errand } from "./store-errands.ts";
import type { ListQuery, Page } from "./store-insight.ts";
import type { ConversationPlace } from "./store-conversations.ts";

/** Figures and ids, never a word of anybody's. */
export type AlertDetail = Record<string, string | number | null>;

/** What it is about: a job, a user, a connection, a task; empty where there is but one. */
export interface AlertSubject {
  name: string;
  subjectId: string;
}

export interface NewAlert extends AlertSubject {
  detail: AlertDetail;
}

/** One thing to tell. The end is told after the beginning, never instead of it. */
export interface AlertNotice extends NewAlert {
  key: number;
  id: string;
  state: "raised" | "cleared";
  /** When that came about. */
  at: number;
  raisedAt: number;
  /** How often it was tried. */
  attempts: number;
}

export interface AlertStore {
  /** Those that are not over. */
  openAlerts(): Promise<AlertSubject[]>;
  /** Where nobody is to be told, `isTold` settles that at once. What is open already is not raised again. */
  changeAlerts(
    changes: { raised: readonly NewAlert[]; cleared: readonly AlertSubject[] },
    isTold: boolean,
    now: number,
  ): Promise<void>;
  /** What has to be told now, the oldest first. */
  dueAlerts(limit: number, now: number): Promise<AlertNotice[]>;
  nextAlertAt(now: number): Promise<number | null>;
  settleAlert(notice: AlertNotice, now: number): Promise<void>;
  /** Nobody took it: it is told again at `dueAt`. */
  delayAlert(notice: AlertNotice, reason: string, dueAt: number): Promise<void>;
  /** Told by an errand in Chatwoot, in one step. False: there is no such conversation, and nothing was done. */
  tellAlertByErrand(
    notice: AlertNotice,
    place: ConversationPlace,
    errand: Errand,
    now: number,
  ): Promise<boolean>;
  /** `state` open: those that are not over. */
  listAlerts(query: ListQuery): Promise<Page>;
}
