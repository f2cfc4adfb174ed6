// What a turn paid for: the decision and what was found out on the way, as the row keeps it for a later attempt. Pure.
import type { TurnFindings } from "../db/store-turns.ts";
import { type Decision, readDecision } from "./decision.ts";

export interface Thought {
  decision: Decision;
  /** Of the inbox's prompt that it was asked with; null: lull's own rules alone. */
  promptVersion: number | null;
  /** What a second look found, as JSON; null: there was none. */
  quality: string | null;
}

export function writeThought({ decision, promptVersion, quality }: Thought): string {
  return JSON.stringify({ ...decision, promptVersion, quality });
}

/** What `writeThought` wrote, or the model's text as lull kept it before. */
export function readThought(json: string): Thought {
  const decision = readDecision(json);
  const kept = parsed(json);
  const { promptVersion, quality, readAs } = kept;
  return {
    decision: readAs === "text" || readAs === "repaired" ? { ...decision, readAs } : decision,
    promptVersion: typeof promptVersion === "number" ? promptVersion : null,
    quality: typeof quality === "string" ? quality : null,
  };
}

export function findingsOf({ decision, promptVersion, quality }: Thought, urgency: number): TurnFindings {
  const { confidence, intent } = decision;
  return { promptVersion, urgency, confidence, intent, quality };
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
