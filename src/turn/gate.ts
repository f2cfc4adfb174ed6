// The rule whether lull may speak in a conversation now. Pure: asked before the model, at the turn's end and before the POST.
import type { SilenceReason } from "./outcome.ts";

/** What the gate looks at: the latest news of the conversation; null where none came. */
export interface ConversationState {
  status: string | null;
  assignee: "none" | "human" | "bot" | null;
  channel: string | null;
  canReply: boolean | null;
  /** A person answered; until when lull is quiet (null: until resolved). */
  pausedAt: number | null;
  pausedUntil: number | null;
}

/** The gate with its settings and the moment filled in. */
export type Gate = (conversation: ConversationState) => SilenceReason | null;

/**
 * Why lull keeps silent in this conversation, or null when it may answer.
 * `answerStatuses` is CHATWOOT_ANSWER_STATUSES; news that never came (null) does not silence.
 */
export function silenceBy(
  conversation: ConversationState,
  answerStatuses: readonly string[],
  now: number,
): SilenceReason | null {
  if (isPaused(conversation, now)) return "human_active";
  if (conversation.assignee === "human") return "human_assigned";
  if (conversation.status !== null && !answerStatuses.includes(conversation.status)) return "status";
  if (conversation.canReply === false) return "window_closed";
  return null;
}

function isPaused(conversation: ConversationState, now: number): boolean {
  if (conversation.pausedAt === null) return false;
  return conversation.pausedUntil === null || now < conversation.pausedUntil;
}
