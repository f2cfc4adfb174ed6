// How long a message lets its buffer wait for silence, and why: the inbox's silence, the customer's own rhythm, or less
// because it is urgent. Pure.
import { urgencyOf } from "../turn/urgency.ts";
import { adaptiveSilence, type GapStats } from "./adaptive-window.ts";
import type { WindowRules } from "./window.ts";

/** An urgent buffer still waits so long after each message: many who are in a hurry send a second line. */
export const URGENT_SILENCE_MS = 3_000;

export interface Wait {
  silenceMs: number;
  /** Why, in words that tell nothing of what was written; null: the inbox waits so. */
  reason: string | null;
  /** 1–10, the highest of the buffer so far; null: nobody asked. */
  urgency: number | null;
}

export interface Waiting {
  /** All texts of the buffer with the newest; only read where urgent ones close early. */
  texts: readonly string[];
  /** What is known of the customer's gaps; null where the silence does not follow them. */
  gaps: GapStats | null;
  /** What was found out before in the same buffer. */
  before: Pick<Wait, "urgency" | "reason">;
}

export function waitAfter({ texts, gaps, before }: Waiting, rules: WindowRules): Wait {
  const { silenceMs: ceilingMs, urgencyMin } = rules;
  const usual = gaps === null ? { silenceMs: ceilingMs, reason: null } : adaptiveSilence(gaps, ceilingMs);
  if (urgencyMin === null) return { ...usual, urgency: before.urgency };
  const { score, signals } = urgencyOf(texts);
  const urgency = Math.max(score, before.urgency ?? 0);
  if (urgency < urgencyMin) return { ...usual, urgency };
  // Once urgent it stays so: words that calm down again do not make the first ones wait.
  const reason = score === urgency ? `urgent ${score}: ${signals.join(", ")}` : before.reason;
  return { silenceMs: Math.min(usual.silenceMs, URGENT_SILENCE_MS), reason, urgency };
}
