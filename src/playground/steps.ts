// The daemon's events and a turn's work as the page's timeline. What they are called is the page's business.
import type { Row } from "../db/store-insight.ts";
import type { PlaygroundStep, StepDetail } from "./state.ts";

/** What a turn does between the question and the answer that the events do not tell anyway. */
const WORK: readonly string[] = ["transcribe", "knowledge", "summarise", "enhance"];

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
  const [name, startedAt] = [String(row["name"]), Number(row["startedAt"])];
  if (!WORK.includes(name)) return [];
  const at = iso(startedAt + Number(row["durationMs"]));
  const id = startedAt * WORK_STEPS_MAX + index;
  return [{ id, at, name: `work.${name}`, detail: { outcome: row["outcome"] ?? null } }];
}

/** Events count up; messages take the numbers below zero, so that no two steps share one. */
function messageStep(row: Row): PlaygroundStep {
  const messageId = Number(row["messageId"]);
  const detail = { messageId, isDeleted: row["deletedAt"] !== null };
  return { id: -messageId, at: iso(row["receivedAt"]), name: "message.received", detail };
}

function eventStep(row: Row): PlaygroundStep {
  const detail = JSON.parse(String(row["detail"])) as StepDetail;
  return { id: Number(row["id"]), at: iso(row["at"]), name: String(row["name"]), detail };
}

function iso(value: Row[string] | undefined): string {
  return new Date(Number(value)).toISOString();
}
