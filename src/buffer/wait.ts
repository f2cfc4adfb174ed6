// How long a message lets its buffer wait for silence, and why: the inbox's silence, the customer's own rhythm, or less
// because it is urgent. Pure.
import { type Urgency, urgencyOf } from "../turn/urgency.ts";
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
  text: string;
  /** The texts before it in the same buffer; read only when they can matter. */
  textsBefore: () => readonly string[];
  /** What is known of the customer's gaps; null where the silence does not follow them. */
  gaps: GapStats | null;
  /** What was found out before in the same buffer. */
  before: Pick<Wait, "urgency" | "reason">;
}

export function waitAfter(waiting: Waiting, { silenceMs: ceilingMs, urgencyMin }: WindowRules): Wait {
  const { gaps, before } = waiting;
  const usual = gaps === null ? { silenceMs: ceilingMs, reason: null } : adaptiveSilence(gaps, ceilingMs);
  if (urgencyMin === null) return { ...usual, urgency: before.urgency };
  const { score, signals } = urgencyWith(waiting);
  const urgency = Math.max(score, before.urgency ?? 0);
  if (urgency < urgencyMin) return { ...usual, urgency };
  // Once urgent it stays so: words that calm down again do not make the first ones wait.
  const reason =
    score === urgency ? `urgent ${score}: ${signals.join(", ") || "no sign needed"}` : before.reason;
  return { silenceMs: Math.min(usual.silenceMs, URGENT_SILENCE_MS), reason, urgency };
}

/** Together with what was written before it; a message without any sign makes that no more urgent. */
function urgencyWith({ text, textsBefore }: Waiting): Urgency {
  const alone = urgencyOf([text]);
  return alone.signals.length === 0 ? alone : urgencyOf([...textsBefore(), text]);
}
