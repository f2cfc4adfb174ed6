// The daemon's events in words for the page's timeline.
import type { Row } from "../db/store.ts";
import type { PlaygroundStep } from "./state.ts";

type Detail = Record<string, string | number | boolean | null>;

const WORDS: Readonly<Record<string, (detail: Detail) => string>> = {
  "buffer.closed": ({ messageCount, waitedMs }) =>
    `Silence reached after ${seconds(waitedMs)}: ${messageCount === 1 ? "1 message" : `${messageCount} messages`}, one question`,
  "buffer.cancelled": ({ reason }) => `The waiting messages were dropped: ${reason}`,
  "turn.claimed": ({ attempt }) => (attempt === 1 ? "Asking the model" : `Asking again, attempt ${attempt}`),
  "turn.answered": ({ parts }) =>
    parts === 1 ? "The model answered" : `The model answered, in ${parts} messages`,
  "turn.silenced": ({ reason }) => `No reply: ${reason}`,
  "turn.superseded": ({ discarded }) =>
    discarded
      ? "A new message arrived: the answer is thrown away, all are read again"
      : "Joined to the next turn",
  "turn.retry": ({ code }) => `It failed (${code}); trying again`,
  "turn.failed": ({ reason }) => `The turn failed: ${reason}`,
  "conversation.resumed": () => "lull may answer here again",
  "turn.handed_off": ({ reason }) => `Handed to the team (${reason})`,
  "notification.added": () => "A program asked for a message to the customer",
  "delivery.intent": ({ reason }) => `Not sent yet: ${reason}`,
  "delivery.unknown": ({ reason }) => `Sent or not? Looking it up (${reason})`,
  "delivery.sent": ({ messageId }) => `Posted once to Chatwoot, as message ${messageId}`,
  "delivery.failed": ({ reason }) => `The reply could not be delivered: ${reason}`,
  "delivery.cancelled": ({ reason }) => `The reply was not sent: ${reason}`,
};

/** What a turn does between the question and the answer; what the events tell anyway is left out. */
const WORK_WORDS: Readonly<Record<string, string>> = {
  transcribe: "A voice note was heard",
  look: "A picture was looked at",
  read: "A file was read",
  knowledge: "Your files were searched",
  summarise: "What was said before was summed up",
  enhance: "The answer was looked over once more",
  handoff: "The conversation goes to a person",
};

/** More than a turn has: its steps are numbered by when they began and which they are, far above every event. */
const WORK_STEPS_MAX = 1_000;

/** The timeline of a conversation: its events, the arrival of these messages, the work of a turn, oldest first. */
export function readSteps(
  events: readonly Row[],
  messages: readonly Row[],
  work: readonly Row[],
): PlaygroundStep[] {
  const steps = [...messages.map(messageStep), ...events.map(eventStep), ...work.flatMap(workStep)];
  return steps.sort((a, b) => a.at.localeCompare(b.at));
}

function workStep(row: Row, index: number): PlaygroundStep[] {
  const name = String(row["name"]);
  const words = WORK_WORDS[name];
  if (words === undefined) return [];
  const startedAt = Number(row["startedAt"]);
  const text = row["outcome"] === "ok" ? words : `${words}: ${String(row["outcome"])}`;
  const at = iso(startedAt + Number(row["durationMs"]));
  return [{ id: startedAt * WORK_STEPS_MAX + index, at, name: `turn.${name}`, text }];
}

/** Events count up; messages take the numbers below zero, so that no two steps share one. */
function messageStep(row: Row): PlaygroundStep {
  const id = Number(row["messageId"]);
  const wasDeleted = row["deletedAt"] !== null;
  const text = `Message ${id} received${wasDeleted ? ", deleted since" : ""}`;
  return { id: -id, at: iso(row["receivedAt"]), name: "message.received", text };
}

function eventStep(row: Row): PlaygroundStep {
  const name = String(row["name"]);
  const detail = JSON.parse(String(row["detail"])) as Detail;
  return { id: Number(row["id"]), at: iso(row["at"]), name, text: WORDS[name]?.(detail) ?? name };
}

function seconds(ms: Detail[string] | undefined): string {
  return `${(Number(ms) / 1000).toFixed(1)} s`;
}

function iso(value: Row[string] | undefined): string {
  return new Date(Number(value)).toISOString();
}
