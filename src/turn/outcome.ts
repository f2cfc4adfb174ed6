// How a turn can end, and the closed list of reasons for a silence. Words only.

export type TurnOutcome = "answered" | "silenced" | "superseded" | "failed";

export const SILENCE_REASONS = [
  "model_silent",
  "human_active",
  "human_assigned",
  "status",
  "paused",
  "mode_off",
  "outside_hours",
  "blocklist",
  "group",
  "window_closed",
  "low_confidence",
  "spend_ceiling",
  "rate_limited",
  "no_credential",
  "loop",
  "superseded",
  "deleted",
  "empty",
  "flag_off",
  "handed_off",
] as const;
export type SilenceReason = (typeof SILENCE_REASONS)[number];

/** Whether a word, such as the code of a failure, is of that list. */
export function isSilenceReason(word: string): word is SilenceReason {
  return SILENCE_REASONS.some((reason) => reason === word);
}

/** Why lull handed a conversation to people: the customer's words, the model, an answer it was not sure of, a failure. */
export type HandoffReason = "words" | "model" | "low_confidence" | "failure";

/** Why an open buffer was dropped: a silence reason, or a person's word. */
export type CancelReason = SilenceReason | "operator";
