// The rule that computes when a buffer closes. Pure: it knows nothing of rows, timers or the time of day.

export interface WindowLimits {
  /** The silence that closes a buffer, from its last message. */
  silenceMs: number;
  /** The longest wait, from its first message. */
  ageMaxMs: number;
  /** So many messages close it at once. */
  sizeMax: number;
}

export interface WindowState {
  firstAt: number;
  lastAt: number;
  messageCount: number;
  /** Somebody types: not before this moment, within the age cap. Null when nobody does. */
  heldUntil: number | null;
  /** An operator gave it more time: not before this moment, within the age cap. Null when none did. */
  extendedUntil: number | null;
}

/** How one inbox waits. */
export interface WindowRules extends WindowLimits {
  /** The silence follows how the customer writes, up to `silenceMs`. */
  isAdaptive: boolean;
  /** A buffer as urgent as this (1–10) closes early; null: none does. */
  urgencyMin: number | null;
}

/** How long one sign of typing holds a deadline when no "typing off" follows. */
export const TYPING_HOLD_MS = 30_000;

/** The moment (ms) the buffer closes: last message + silence, held by typing or an operator, capped by age; at the size cap, `now`. */
export function dueAt(window: WindowState, limits: WindowLimits, now: number): number {
  if (window.messageCount >= limits.sizeMax) return now;
  const silenceEndsAt = window.lastAt + limits.silenceMs;
  const endsAt = Math.max(silenceEndsAt, window.heldUntil ?? 0, window.extendedUntil ?? 0);
  return Math.min(endsAt, window.firstAt + limits.ageMaxMs);
}
