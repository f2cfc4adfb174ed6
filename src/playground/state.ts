// What the playground page is told, as JSON: the whole picture every time, so that a page that was away
// needs no history. Shapes only; moments are ISO-8601 UTC.

export interface PlaygroundState {
  /** The daemon's clock: the page draws the countdown against it, never against its own. */
  now: string;
  responder: "offline" | "openai" | "groq";
  model: string;
  /** When this process started; a new value tells the page that the daemon was restarted. */
  bootedAt: string;
  pid: number;
  isProcessingOn: boolean;
  silenceMs: number;
  ageMaxMs: number;
  sizeMax: number;
  /** Chatwoot's status of the conversation. */
  status: string;
  /** What the conversation holds, oldest first: what the customer's phone shows, and the team's notes. */
  messages: PlaygroundBubble[];
  /** The open buffer, null when nobody waits. */
  buffer: PlaygroundBuffer | null;
  /** The conversation's newest turn, null before the first. */
  turn: PlaygroundTurn | null;
  /** The newest delivery, null before the first. */
  delivery: { id: string; state: string; reason: string | null } | null;
  /** Who keeps lull quiet in the conversation, null when nobody does. */
  pause: PlaygroundPause | null;
  /** What the daemon did, oldest first. */
  steps: PlaygroundStep[];
}

/** What the customer can attach. */
export const SAMPLE_NAMES = ["voice-note.ogg", "picture.jpg", "order.pdf"] as const;
export type SampleName = (typeof SAMPLE_NAMES)[number];

export interface PlaygroundBubble {
  id: number;
  /** A note is for the team: the customer never sees it. */
  from: "customer" | "bot" | "human" | "note";
  text: string;
  /** A file that came with it. */
  sample: SampleName | null;
  at: string;
}

export interface PlaygroundBuffer {
  id: string;
  count: number;
  openedAt: string;
  dueAt: string;
  /** The silence that it waits for, the whole of the ring; null: an older lull opened it. */
  windowMs: number | null;
  /** True while somebody types and the deadline is held. */
  isHeld: boolean;
}

export interface PlaygroundTurn {
  id: string;
  state: "scheduled" | "running" | "completed" | "failed";
  outcome: string | null;
  /** Why it stayed silent. */
  reason: string | null;
  /** The stable code of its last failure. */
  error: string | null;
  messageCount: number;
  attempts: number;
  nextTryAt: string | null;
}

export interface PlaygroundPause {
  by: string;
  /** Null: until the conversation is resolved. */
  until: string | null;
}

export interface PlaygroundStep {
  /** Ascending. */
  id: number;
  at: string;
  name: string;
  /** Figures and words of closed lists. */
  detail: StepDetail;
}

export type StepDetail = Record<string, string | number | boolean | null>;

/** What only the daemon's own store knows; the rest comes from the playground's Chatwoot. */
export type PlaygroundInsight = Omit<PlaygroundState, "now" | "status" | "messages">;
