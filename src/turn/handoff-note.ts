// What colleagues read, beside a conversation that comes to them, of why and of what was said: a private note in plain
// English. Pure; posting it is the errands' work.
import { clippedText } from "../chatwoot/stored-text.ts";
import { cleanText, neutraliseLiquid } from "../delivery/reply.ts";
import type { HandoffReason } from "./outcome.ts";

export interface NoteMaterial {
  reason: HandoffReason;
  /** What the customer wrote and said in this turn, in order. */
  said: readonly string[];
  /** What lull would have answered; null: nothing. */
  draft: string | null;
  /** What was talked of before; null: nothing that was put into words. */
  summary: string | null;
}

/** In UTF-16 units, the whole note; it is the sum of its parts and their headings. */
export const NOTE_LENGTH_MAX = 2_000;
const SAID_LENGTH_MAX = 700;
const DRAFT_LENGTH_MAX = 600;
const SUMMARY_LENGTH_MAX = 500;

const WHY: Readonly<Record<HandoffReason, string>> = {
  words: "The customer asks for a person.",
  model: "The model hands this conversation to you.",
  low_confidence: "lull is not sure enough of its answer to send it.",
  failure: "lull has no answer that may be sent.",
};

/** Why people take over, what the customer wants, what lull would have said, what was talked of before. */
export function handoffNote({ reason, said, draft, summary }: NoteMaterial): string {
  const parts = [
    WHY[reason],
    ...part("The customer wrote:", said.join("\n"), SAID_LENGTH_MAX),
    ...part("lull would have answered:", draft, DRAFT_LENGTH_MAX),
    ...part("Before that:", summary, SUMMARY_LENGTH_MAX),
  ];
  return bounded(parts.join("\n\n"));
}

/** What colleagues read when a turn failed for good. `code` is of lull's own closed list. */
export function failureNote(code: string, turnId: string): string {
  const why = FAILURES[code] ?? `it failed (${code})`;
  return `lull could not answer this customer: ${why}. The turn is ${turnId}; it can be tried again.`;
}

const FAILURES: Readonly<Partial<Record<string, string>>> = {
  no_credential: "no key of an AI provider may be used (no_credential)",
  ai_unavailable: "no AI provider answered (ai_unavailable)",
  ai_refused: "the AI provider refused the request (ai_refused)",
  ai_bad_answer: "the model's answers could not be used (ai_bad_answer)",
  ai_context_too_long: "the conversation is too long for the model (ai_context_too_long)",
  chatwoot_unreachable: "Chatwoot could not be reached (chatwoot_unreachable)",
  chatwoot_refused: "Chatwoot refused a request (chatwoot_refused)",
  cannot_store: "lull could not write to its disk (cannot_store)",
  internal: "something in lull itself went wrong (internal)",
  quarantined: "lull stopped again and again while it worked on it (quarantined)",
};

/** What colleagues read where lull only watches: the reply that was not sent. */
export function draftNote(parts: readonly string[]): string {
  return bounded(`Draft, not sent:\n\n${parts.join("\n\n")}`);
}

/** The same of a handoff that did not come about; `note` is the summary that it would have brought. */
export function wouldHandOver(note: string): string {
  return bounded(`lull would hand this over: ${note}`);
}

function part(heading: string, text: string | null, lengthMax: number): string[] {
  const clipped = text === null ? null : clippedText(cleanText(text).trim(), lengthMax);
  return clipped === null ? [] : [`${heading}\n${clipped}`];
}

/** Chatwoot runs notes, too, through its template engine. What makes them harmless makes them longer. */
function bounded(text: string): string {
  return clippedText(neutraliseLiquid(text), NOTE_LENGTH_MAX) ?? "";
}
