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
  "delivery.intent": ({ reason }) => `Not sent yet: ${reason}`,
  "delivery.unknown": ({ reason }) => `Sent or not? Looking it up (${reason})`,
  "delivery.sent": ({ messageId }) => `Posted once to Chatwoot, as message ${messageId}`,
  "delivery.failed": ({ reason }) => `The reply could not be delivered: ${reason}`,
  "delivery.cancelled": ({ reason }) => `The reply was not sent: ${reason}`,
};

/** The timeline of a conversation: its events and the arrival of these messages, oldest first. */
export function readSteps(events: readonly Row[], messages: readonly Row[]): PlaygroundStep[] {
  const steps = [...messages.map(messageStep), ...events.map(eventStep)];
  return steps.sort((a, b) => a.at.localeCompare(b.at));
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
