// What the model is asked: one prompt from a turn and what is known of it. Pure.
import { clippedText } from "../chatwoot/stored-text.ts";
import { cleanText } from "../delivery/reply.ts";
import type { ChatMessage, CompletionRequest } from "../ai/provider.ts";
import type { FoundPassage } from "../db/store-knowledge.ts";
import type { HistoryLine } from "../db/store-turns.ts";
import { actionsInWords } from "./actions.ts";
import { attachmentWords, type Eyes, onOneLine } from "./attachment-words.ts";
import type { AggregatedContext, UserContext } from "./context.ts";
import { messageWords } from "./message-words.ts";
import {
  CONTEXT,
  DECISION_FORMAT,
  EXCERPTS,
  HOUSE,
  HOUSE_END,
  PLAIN_RULES,
  RULES,
  SHAPE,
} from "./prompt-rules.ts";
import type { SensedMessage } from "./sensed.ts";

export interface PromptInput {
  messages: readonly SensedMessage[];
  context: AggregatedContext;
  /** Of files that this customer may be answered from. */
  passages: readonly Pick<FoundPassage, "fileName" | "text">[];
  /** What the operator of the inbox wrote for its answers; null: nothing. */
  houseText: string | null;
  /** The names of what the model may have done beside its answer. */
  actions: readonly string[];
  /** Whether the answer is shaped for reading, or left to the model. */
  style: "shaped" | "free";
}

/** For models that cannot see and, where there is something to see, for those that can. */
export type Prompt = Pick<CompletionRequest, "messages" | "seen">;

/** Lines of history that a prompt holds at least, where there are as many. */
export const HISTORY_COUNT_MAX = 20;
/** Longest part of one line of history. */
const HISTORY_LINE_LENGTH_MAX = 1_500;
const NAME_LENGTH_MAX = 100;

/** System text with what is known and what files say, the history as it was said, then the batch. */
export function buildPrompt({ messages, context, passages, houseText, actions, style }: PromptInput): Prompt {
  const system = [
    RULES,
    ...(style === "shaped" ? [SHAPE] : []),
    ...house(houseText),
    ...known(context),
    ...excerpts(passages),
    DECISION_FORMAT,
    ...told(actionsInWords(actions)),
  ];
  const before = [systemMessage(system), ...context.conversationHistory.map(historyMessage)];
  return inBothForms(before, messages, context.timeSpanMs);
}

/** The rules that are always there, and the batch alone. */
export function plainPrompt({
  messages,
  context,
  houseText,
}: Pick<PromptInput, "messages" | "context" | "houseText">): Prompt {
  const system = [PLAIN_RULES, ...house(houseText), DECISION_FORMAT];
  return inBothForms([systemMessage(system)], messages, context.timeSpanMs);
}

function inBothForms(
  before: readonly ChatMessage[],
  batch: readonly SensedMessage[],
  spanMs: number,
): Prompt {
  const images = batch.flatMap(({ attachments }) =>
    attachments.flatMap(({ sense }) => (sense.kind === "seen" ? [sense.image] : [])),
  );
  const messages = [...before, turnMessage(batch, spanMs, "blind")];
  if (images.length === 0) return { messages };
  return { messages, seen: [...before, { ...turnMessage(batch, spanMs, "seeing"), images }] };
}

function systemMessage(parts: readonly string[]): ChatMessage {
  return { role: "system", content: parts.join("\n") };
}

function told(text: string | null): string[] {
  return text === null ? [] : [text];
}

function house(text: string | null): string[] {
  return text === null ? [] : [HOUSE, text, HOUSE_END];
}

/** One line of JSON, so that nothing in it ends before its end. */
function known({ messageCount, timeSpanMs, urgency, summary, userContext }: AggregatedContext): string[] {
  const facts = { messages: messageCount, seconds: seconds(timeSpanMs), urgency };
  const customer = userContext === null ? {} : { customer: customerFacts(userContext) };
  return [CONTEXT, quoted({ ...facts, ...customer, ...(summary === null ? {} : { summary }) })];
}

function customerFacts({ fullName, language, meetingNotes }: UserContext): Record<string, unknown> {
  const name = clippedText(onOneLine(fullName), NAME_LENGTH_MAX);
  return {
    ...(name === null ? {} : { name }),
    ...(language === null ? {} : { language }),
    ...(meetingNotes.length === 0 ? {} : { meetingNotes }),
  };
}

/** As JSON, so that no excerpt ends before its end. */
function excerpts(passages: PromptInput["passages"]): string[] {
  if (passages.length === 0) return [];
  return [
    EXCERPTS,
    ...passages.map(({ fileName, text }) => quoted({ file: onOneLine(fileName), excerpt: text })),
  ];
}

/** What people do not see is not for a model either; JSON leaves three line ends as they are. */
function quoted(value: Record<string, unknown>): string {
  const seen = (_key: string, part: unknown): unknown => (typeof part === "string" ? cleanText(part) : part);
  return JSON.stringify(value, seen).replace(/[\u0085\u2028\u2029]/g, " ");
}

function historyMessage({ sender, content }: HistoryLine): ChatMessage {
  const text = cleanText(clippedText(content, HISTORY_LINE_LENGTH_MAX) ?? "");
  if (sender === "user") return { role: "user", content: text };
  return { role: "assistant", content: sender === "human" ? `(a colleague wrote) ${text}` : text };
}

/** The batch: one line a message, each starting with `[n] `. */
function turnMessage(messages: readonly SensedMessage[], spanMs: number, eyes: Eyes): ChatMessage {
  const head =
    messages.length === 1
      ? "The customer's turn is 1 message:"
      : `The customer's turn is ${messages.length} messages sent within ${seconds(spanMs)} s:`;
  const attached = attachmentWords(messages, eyes);
  const lines = messages.map((message, index) => {
    const parts = [...messageWords(message), onOneLine(message.content), ...(attached[index] ?? [])];
    return `[${index + 1}] ${inOneLine(parts)}`;
  });
  return { role: "user", content: [head, ...lines].join("\n") };
}

function seconds(spanMs: number): number {
  return Math.round(spanMs / 1000);
}

/** Text and attachments; what lull cannot read is named, never dropped. */
function inOneLine(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
