// The rule whether lull may speak in a conversation now. Pure: asked before the model, at the turn's end and before the POST.
import type { SilenceReason } from "./outcome.ts";

/** What the gate looks at: the latest news of the conversation; null where none came. */
export interface ConversationState {
  status: string | null;
  assignee: "none" | "human" | "bot" | null;
  channel: string | null;
  canReply: boolean | null;
  /** Somebody keeps lull quiet here; until when (null: until resolved). */
  pausedAt: number | null;
  pausedUntil: number | null;
  pausedBy: PausedBy | null;
  connectionKey: number;
  inboxId: number | null;
}

/** Who keeps lull quiet: a person's reply, a handoff to people, an operator, a colleague's command, the loop breaker. */
export type PausedBy = "human" | "handoff" | "operator" | "command" | "loop";

/** Who keeps lull quiet in a conversation, by name where it is known, and until when (null: until it is resolved). */
export interface Pause {
  by: PausedBy;
  byName: string | null;
  until: number | null;
}

/** The gate with its settings and the moment filled in. */
export type Gate = (conversation: ConversationState) => SilenceReason | null;

const PAUSE_REASONS: Readonly<Record<PausedBy, SilenceReason>> = {
  human: "human_active",
  handoff: "handed_off",
  operator: "paused",
  command: "paused",
  loop: "loop",
};

/**
 * Why lull keeps silent in this conversation, or null when it may answer.
 * `answerStatuses` is CHATWOOT_ANSWER_STATUSES; news that never came (null) does not silence.
 */
export function silenceBy(
  conversation: ConversationState,
  answerStatuses: readonly string[],
  now: number,
): SilenceReason | null {
  if (isPaused(conversation, now)) return PAUSE_REASONS[conversation.pausedBy ?? "human"];
  if (conversation.assignee === "human") return "human_assigned";
  if (conversation.status !== null && !answerStatuses.includes(conversation.status)) return "status";
  if (conversation.canReply === false) return "window_closed";
  return null;
}

/** A pause that ran out is none. */
export function isPaused(
  conversation: Pick<ConversationState, "pausedAt" | "pausedUntil">,
  now: number,
): boolean {
  if (conversation.pausedAt === null) return false;
  return conversation.pausedUntil === null || now < conversation.pausedUntil;
}
