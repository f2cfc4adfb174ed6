// The second look at an answer that its writer was not sure of: how it is asked for, how what comes back is read. Pure.
import type { ChatMessage } from "../ai/provider.ts";
import { recoverObject } from "./broken-json.ts";
import { type Decision, readDecision } from "./decision.ts";
import type { Prompt } from "./prompt.ts";
import { ENHANCE } from "./prompt-rules.ts";

/** A better answer and how good its writer takes it to be. */
export interface Enhanced {
  content: string;
  /** 0 to 1, as the other two; null when the model gave none. */
  confidence: number | null;
  coherence: number | null;
  relevance: number | null;
  actionableItems: string[];
  followUpQuestions: string[];
}

/** Of each kind. */
const ITEMS_MAX = 5;
const ITEM_LENGTH_MAX = 200;

/** Whether an answer is one to look at again; a model that gave no figure is taken at its word. */
export function isUnsure({ confidence }: Pick<Decision, "confidence">, threshold: number): boolean {
  return confidence !== null && confidence < threshold;
}

/** The prompt that the answer was made from, with the answer below it. */
export function enhancePrompt({ messages, seen }: Prompt, { content, confidence }: Decision): Prompt {
  const draft = JSON.stringify({ draft: content, confidence });
  const below: ChatMessage[] = [
    { role: "assistant", content: draft },
    { role: "user", content: ENHANCE },
  ];
  const prompt = { messages: [...messages, ...below] };
  return seen === undefined ? prompt : { ...prompt, seen: [...seen, ...below] };
}

/** Throws `ai_bad_answer` as `readDecision` does. */
export function readEnhanced(text: string): Enhanced {
  const { content, confidence } = readDecision(text);
  const scores: Record<string, unknown> = recoverObject(text)?.object ?? {};
  return {
    content,
    confidence,
    coherence: share(scores["coherence"]),
    relevance: share(scores["relevance"]),
    actionableItems: items(scores["actionableItems"]),
    followUpQuestions: items(scores["followUpQuestions"]),
  };
}

/** As the turn keeps it: figures, and what was found in a few words; the answer itself is kept elsewhere. */
export function qualityOf({ confidence: confidenceBefore }: Decision, enhanced: Enhanced): string {
  const { content: _content, ...found } = enhanced;
  const { actionableItems, followUpQuestions } = found;
  const counts = {
    actionableCount: actionableItems.length,
    followUpCount: followUpQuestions.length,
  };
  return JSON.stringify({ confidenceBefore, ...found, ...counts });
}

function share(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : null;
}

function items(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((item) => typeof item === "string" && item.trim() !== "")
    .slice(0, ITEMS_MAX)
    .map((item) => String(item).trim().slice(0, ITEM_LENGTH_MAX).toWellFormed());
}
