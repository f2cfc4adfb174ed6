// What a turn is answered from, gathered: the batch in figures and words, what was said before, who asks. Pure.
import type { HistoryLine } from "../db/store-turns.ts";
import { type SensedAttachment, type SensedMessage, wordsOf } from "./sensed.ts";
import { urgencyOf } from "./urgency.ts";

/** What a verified customer let lull know; nothing of anybody else. */
export interface UserContext {
  fullName: string | null;
  /** As their profile says it, such as pt-BR: a hint, the turn's own language counts. */
  language: string | null;
  /** Of meetings with this very contact, the newest first. */
  meetingNotes: readonly { title: string | null; content: string; metAt: string | null }[];
}

export interface AggregatedContext {
  messageCount: number;
  /** From the first message of the batch to the last. */
  timeSpanMs: number;
  /** All that the batch says, in order: written, spoken, read in files. */
  combinedText: string;
  audioTranscripts: readonly string[];
  attachments: readonly SensedAttachment[];
  /** What was said before and is not in the summary, ascending. */
  conversationHistory: readonly HistoryLine[];
  /** Of what was said before that. */
  summary: string | null;
  /** Null: nobody who is known for certain. */
  userContext: UserContext | null;
  /** 1–10, by clear signs of the batch. */
  urgency: number;
}

export interface Gathered {
  messages: readonly SensedMessage[];
  firstAt: number;
  lastAt: number;
  history: readonly HistoryLine[];
  summary: string | null;
  userContext: UserContext | null;
}

export function gatherContext({
  messages,
  firstAt,
  lastAt,
  history,
  summary,
  userContext,
}: Gathered): AggregatedContext {
  const texts = messages.flatMap(wordsOf);
  const attachments = messages.flatMap((message) => message.attachments);
  return {
    messageCount: messages.length,
    timeSpanMs: lastAt - firstAt,
    combinedText: texts.join("\n"),
    audioTranscripts: attachments.flatMap(({ sense }) => (sense.kind === "heard" ? [sense.transcript] : [])),
    attachments,
    conversationHistory: history,
    summary,
    userContext,
    urgency: urgencyOf(texts).score,
  };
}
