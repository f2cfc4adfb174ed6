// What the playground says, worked out from the daemon's state alone. Pure: no page, no clock of its own.
import type {
  PlaygroundBuffer,
  PlaygroundPause,
  PlaygroundState,
  PlaygroundTurn,
  SampleName,
} from "../playground/state.ts";

export type PhaseKind =
  | "empty"
  | "quiet"
  | "off"
  | "waiting"
  | "held"
  | "answering"
  | "retrying"
  | "sending"
  | "answered"
  | "superseded"
  | "silent"
  | "handed_off"
  | "human"
  | "failed";

/** The one state the page is in: a title that is announced when it changes, and a sentence under it. */
export interface Phase {
  kind: PhaseKind;
  title: string;
  detail: string;
}

const SILENCES: Record<string, string> = {
  model_silent: "The model found nothing to answer.",
  human_active: "A person of the team is answering.",
  human_assigned: "The conversation is assigned to a person.",
  status: "The conversation's status is not one the bot answers in.",
  paused: "The bot is paused in this conversation.",
  mode_off: "The bot is off in this inbox.",
  outside_hours: "Outside business hours.",
  blocklist: "This number is on the blocklist.",
  group: "Group message, ignored.",
  window_closed: "The 24-hour window is closed.",
  low_confidence: "The answer was not good enough to send.",
  spend_ceiling: "The spending limit is reached.",
  rate_limited: "Too many answers in a short time.",
  no_credential: "There is no AI key to use.",
  loop: "It looked like two bots talking to each other.",
  superseded: "A new message arrived; it is answered together with that one.",
  deleted: "The customer deleted the messages.",
  empty: "There was nothing to read.",
  flag_off: "The feature is switched off.",
  handed_off: "The customer is with a person now.",
};

const PAUSES: Record<string, string> = {
  human: "A person of the team answered here",
  handoff: "lull handed the customer to the team",
  operator: "An operator paused lull here",
  command: "A colleague told lull to pause here",
  loop: "It looked like two bots talking to each other",
};

const SAMPLES: Record<SampleName, string> = {
  "voice-note.ogg": "Voice note: “Hi! Do you have the blue one in size 38?”",
  "picture.jpg": "Picture: a blue shoe, size 38",
  "order.pdf": "PDF, order.pdf: order 1042, two blue shoes in size 38, delivery on Friday",
};

/** The phase of `state`; an open buffer comes before whatever the last turn did. */
export function phaseOf(state: PlaygroundState): Phase {
  const { buffer, turn } = state;
  if (!state.isProcessingOn)
    return phase("off", "Processing is off", "Messages are kept; nothing is answered.");
  if (buffer !== null) return waiting(buffer, turn);
  if (turn?.state === "scheduled" || turn?.state === "running") return working(turn);
  const lastFrom = lastSaid(state);
  if (lastFrom === "human") return answeredByHuman(state);
  if (turn !== null) return finished(turn, state);
  if (lastFrom === undefined)
    return phase("empty", "Nothing is waiting", "The first message starts the countdown.");
  return phase("quiet", "Nothing is waiting", "No answer is due; the steps below say why.");
}

/** Who keeps lull quiet, and until when: `until` is a time of day, null where only the team or a resume ends it. */
export function pauseWords({ by }: PlaygroundPause, until: string | null): string {
  const end = until === null ? "until the conversation is resolved" : `until ${until}`;
  return `${PAUSES[by] ?? "lull is paused here"}; lull is quiet ${end}.`;
}

/** A file of the playground, and what is in it. */
export function sampleWords(sample: SampleName): string {
  return SAMPLES[sample];
}

/** The whole of the countdown ring: the silence that the open buffer waits for, else the one that every buffer does. */
export function ringMs({ buffer, silenceMs }: PlaygroundState): number {
  return buffer?.windowMs ?? silenceMs;
}

/** `3 messages will be answered together`. */
export function countWords(count: number): string {
  return count === 1 ? "1 message will be answered" : `${count} messages will be answered together`;
}

/**
 * What to say after a restart, by comparing the last state before it with the first one after it; it claims
 * only what it sees. `startedAt` is the new start as the page shows moments.
 */
export function restartWords(before: PlaygroundState, after: PlaygroundState, startedAt: string): string {
  const start = `Restarted (new start at ${startedAt}):`;
  const isComplete = before.messages.every((message) =>
    after.messages.some((other) => other.id === message.id),
  );
  // A long conversation scrolls out of the state, so only a shorter list is a loss.
  if (!isComplete && after.messages.length < before.messages.length)
    return `${start} some messages are missing.`;
  if (before.buffer === null) return `${start} nothing was lost.`;
  if (after.buffer?.id === before.buffer.id)
    return `${start} nothing was lost, ${deadlineWords(before.buffer, after.buffer)}.`;
  return `${start} nothing was lost, the waiting messages went on.`;
}

/** What the webhook answered to each copy of a message: `buffered, then duplicate`. */
export function webhookWords(answers: { status: number; body: unknown }[]): string {
  return answers.map((answer) => answerWords(answer.status, answer.body)).join(", then ");
}

/** A figure of milliseconds for people: `30 s`, `1.5 s`, `5 min`. */
export function durationWords(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${Number((ms / 1000).toFixed(1))} s`;
}

function phase(kind: PhaseKind, title: string, detail: string): Phase {
  return { kind, title, detail };
}

/** Who wrote last; a note for the team was said to nobody. */
function lastSaid({ messages }: PlaygroundState): PlaygroundState["messages"][number]["from"] | undefined {
  return messages.findLast(({ from }) => from !== "note")?.from;
}

function waiting(buffer: PlaygroundBuffer, turn: PlaygroundTurn | null): Phase {
  const count = countWords(buffer.count);
  if (buffer.isHeld) return phase("held", "Somebody is typing", `The deadline is held. ${count}.`);
  const isOvertaken = turn?.state === "running" || turn?.outcome === "superseded";
  if (isOvertaken) return phase("superseded", "A new message arrived; starting again", `${count}.`);
  return phase("waiting", "Waiting for silence", `${count}.`);
}

function working(turn: PlaygroundTurn): Phase {
  if (turn.state === "scheduled" && turn.error !== null) {
    return phase(
      "retrying",
      "It did not work; trying again",
      `Attempt ${turn.attempts} ended with ${turn.error}.`,
    );
  }
  return phase(
    "answering",
    "Writing the answer",
    `${turn.messageCount === 1 ? "1 message" : `${turn.messageCount} messages`} as one question.`,
  );
}

function answeredByHuman({ status, pause }: PlaygroundState): Phase {
  if (status === "resolved") return phase("quiet", "Resolved", "The next message goes back to the bot.");
  if (pause === null) return phase("quiet", "Nothing is waiting", "The bot may answer the next message.");
  return phase("human", "A person answered", "The bot stays quiet meanwhile.");
}

function finished(turn: PlaygroundTurn, state: PlaygroundState): Phase {
  if (turn.state === "failed") return failed(turn.error ?? "internal", turn.attempts);
  if (turn.outcome === "silenced") return phase("silent", "Stayed silent", silenceWords(turn.reason));
  if (turn.outcome === "handed_off")
    return phase("handed_off", "Handed to a person", "The conversation is open for the team.");
  if (turn.outcome === "superseded")
    return phase("quiet", "Nothing is waiting", "The answer was dropped for a newer message.");
  return delivered(turn, state);
}

function delivered(turn: PlaygroundTurn, state: PlaygroundState): Phase {
  const delivery = state.delivery;
  if (delivery === null) return phase("sending", "Sending the answer", "It waits in the outbox.");
  if (delivery.state === "failed") return failed(delivery.reason ?? "chatwoot_refused", turn.attempts);
  if (delivery.state === "cancelled") return phase("silent", "Stayed silent", silenceWords(delivery.reason));
  if (delivery.state !== "sent")
    return phase("sending", "Sending the answer", `The delivery is ${delivery.state}.`);
  if (lastSaid(state) === "customer") {
    return phase("quiet", "Nothing is waiting", "No answer is due; the steps below say why.");
  }
  return phase(
    "answered",
    "Answered once",
    `${turn.messageCount === 1 ? "1 message, 1 answer" : `${turn.messageCount} messages, 1 answer`}.`,
  );
}

function failed(code: string, attempts: number): Phase {
  return phase(
    "failed",
    "It failed",
    `Code ${code} after ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}.`,
  );
}

function silenceWords(reason: string | null): string {
  if (reason === null) return "No reason was given.";
  return `${SILENCES[reason] ?? "For a reason this page does not know."} (${reason})`;
}

function deadlineWords(before: PlaygroundBuffer, after: PlaygroundBuffer): string {
  if (after.dueAt === before.dueAt) return "deadline kept";
  return after.count > before.count ? "a newer message moved the deadline" : "but the deadline moved";
}

function answerWords(status: number, body: unknown): string {
  if (typeof body !== "object" || body === null || !("action" in body)) return `HTTP ${status}`;
  const reason = "reason" in body ? `/${String(body.reason)}` : "";
  return `${String(body.action)}${reason}`;
}
