// How lull behaves in one inbox: the settings, their defaults, and how what was saved lies over these. Pure.
import type { InboxMode } from "../config.ts";

/** Opening hours of one day as minutes since midnight; the end may be 1,440. */
export interface OpenSpan {
  fromMinute: number;
  toMinute: number;
}

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface BusinessHours {
  /** An IANA name, such as America/Sao_Paulo. */
  timeZone: string;
  /** A day without an entry is closed. */
  days: Readonly<Partial<Record<Weekday, readonly OpenSpan[]>>>;
  /** Closed days of that time zone, as YYYY-MM-DD. */
  holidays: readonly string[];
  /** When lull answers: while the shop is open, or while it is closed. */
  answer: "inside" | "outside";
  /** A customer who writes outside is told so, once a closed span. */
  isCustomerTold: boolean;
}

export interface HandoffSettings {
  /** A customer who asks for a person in so many words gets one. */
  isByWords: boolean;
  /** Further words of this shop that ask for a person. */
  words: readonly string[];
  /** What the customer is told; null: lull's own sentence in the customer's language; "": nothing. */
  customerText: string | null;
  label: string | null;
  assigneeId: number | null;
  teamId: number | null;
}

/** One version of the prompt and the share of conversations, in percent, that is answered by it. */
export interface PromptShare {
  version: number;
  percent: number;
}

export interface InboxSettings {
  mode: InboxMode;
  /** The waits of this inbox; null: the daemon's. */
  window: { silenceMs: number | null; ageMaxMs: number | null; sizeMax: number | null };
  /** Null: always open. */
  hours: BusinessHours | null;
  /** Patterns of numbers, `*` for any digits. With an allow list, everybody else is blocked. */
  lists: { block: readonly string[]; allow: readonly string[] };
  groups: "ignore" | "answer";
  /** Answers to one contact within an hour before lull takes it for a machine. */
  answersPerHourMax: number;
  handoff: HandoffSettings;
  quality: {
    /** What becomes of an answer that the model itself is not sure of. */
    lowConfidence: "send" | "handoff";
    /** Hosts that links of an answer may lead to; `*` is any. Links to others are taken out. */
    linkHosts: readonly string[];
  };
  /** Urgency from which a buffer closes early, where priority_processing is on. */
  urgencyMin: number;
  /** Labels that the model may set, where ai_actions is on. */
  labels: readonly string[];
  /** Empty: the newest version answers everybody. */
  promptShares: readonly PromptShare[];
}

/** What was saved of an inbox: only what differs from the defaults, part by part. */
export type SavedInboxSettings = Partial<InboxSettings>;

/** The settings of an inbox of which nothing was saved. `mode` is CHATWOOT_INBOX_MODE. */
export function inboxDefaults(mode: InboxMode): InboxSettings {
  return {
    mode,
    window: { silenceMs: null, ageMaxMs: null, sizeMax: null },
    hours: null,
    lists: { block: [], allow: [] },
    groups: "ignore",
    answersPerHourMax: 20,
    handoff: {
      isByWords: true,
      words: [],
      customerText: null,
      label: "bot-handoff",
      assigneeId: null,
      teamId: null,
    },
    quality: { lowConfidence: "send", linkHosts: ["*"] },
    urgencyMin: 8,
    labels: [],
    promptShares: [],
  };
}

/** A part that was saved stands whole: what it leaves out is not filled in. */
export function inboxSettings(saved: SavedInboxSettings, mode: InboxMode): InboxSettings {
  return { ...inboxDefaults(mode), ...saved };
}
