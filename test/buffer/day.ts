// Plays a day of customers against the window rules alone, without rows or timers: when each buffer closes, and why then.
import { type GapStats, isWithinThought, withGap } from "../../src/buffer/adaptive-window.ts";
import { waitAfter } from "../../src/buffer/wait.ts";
import { dueAt, type WindowRules } from "../../src/buffer/window.ts";
import type { Customer } from "./traffic.ts";

/** How long a person pauses at least before something new comes to mind. */
const NEW_THOUGHT_MS = 20_000;

export interface PlayedBuffer {
  closedAt: number;
  windowMs: number;
  reason: string | null;
  messageCount: number;
  /** The customer's next message belonged to the same thought. */
  isEarly: boolean;
  lastAt: number;
}

export interface Played {
  /** When each message was written. */
  messagesAt: number[];
  buffers: PlayedBuffer[];
}

/** One customer's day; lull's answer goes out `answerMs` after each close. */
export function play(customer: Customer, rules: WindowRules, answerMs: number): Played {
  const messagesAt: number[] = [];
  const buffers: PlayedBuffer[] = [];
  let gaps: GapStats = { count: 0, logMean: 0, logVariance: 0 };
  let firstAt = 0;
  let lastAt = -Infinity;

  function say(at: number, isSameThought: boolean): void {
    const last = buffers.at(-1);
    const isOpen = last !== undefined && at < last.closedAt;
    if (last !== undefined) {
      const sinceAnswerMs = isOpen ? 0 : Math.max(0, at - last.closedAt - answerMs);
      if (rules.isAdaptive && isWithinThought(at - lastAt, sinceAnswerMs)) gaps = withGap(gaps, at - lastAt);
      if (!isOpen && isSameThought) last.isEarly = true;
    }
    if (!isOpen) firstAt = at;
    const wait = waitAfter(
      {
        text: "",
        textsBefore: () => [],
        gaps: rules.isAdaptive ? gaps : null,
        before: { urgency: null, reason: null },
      },
      rules,
    );
    const messageCount = isOpen ? last.messageCount + 1 : 1;
    const state = { firstAt, lastAt: at, messageCount, heldUntil: null, extendedUntil: null };
    const closedAt = dueAt(state, { ...rules, silenceMs: wait.silenceMs }, at);
    const { silenceMs: windowMs, reason } = wait;
    const played = { closedAt, windowMs, reason, messageCount, isEarly: false, lastAt: at };
    if (isOpen) buffers.pop();
    buffers.push(played);
    messagesAt.push(at);
    lastAt = at;
  }

  for (const { start, gapsMs } of customer) {
    const closedAt = buffers.at(-1)?.closedAt ?? 0;
    let at =
      "at" in start ? Math.max(start.at, lastAt + NEW_THOUGHT_MS) : closedAt + answerMs + start.afterAnswerMs;
    say(at, false);
    for (const gapMs of gapsMs) say((at += gapMs), true);
  }
  return { messagesAt, buffers };
}
