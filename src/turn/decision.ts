// What the model decided, read from its text. Raw JSON never becomes a reply: what cannot be read is asked again.
import { AppError } from "../errors.ts";
import { looksLikeJson, parseJson, recoverObject } from "./broken-json.ts";

export interface Decision {
  shouldRespond: boolean;
  /** Trimmed; never blank when `shouldRespond`. */
  content: string;
  /** 0 to 1; null when the model gave none. */
  confidence: number | null;
  intent: string | null;
  actions: string[];
  /** How the text was understood: as it is, after a repair, or as the reply itself. */
  readAs: "json" | "repaired" | "text";
}

const ANSWER_MAX_CHARS = 65_536;
const INTENT_MAX_CHARS = 100;
const ACTIONS_MAX = 10;
const ACTION_MAX_CHARS = 100;

/** A part of our own answer format, which no customer is meant to see. */
const FORMAT_TRACE = /shouldRespond|["'](?:content|confidence|intent|actions)["']\s*:/;
/** What some models think aloud before they answer. */
const THINKING = /^\s*<think>[^]*?<\/think>/;

/**
 * Reads `{"shouldRespond","content","confidence","intent","actions"}` from a model's text: as JSON,
 * as JSON that can be repaired, or, when it is no JSON at all, as the reply itself. Throws `ai_bad_answer`
 * (retryable) for JSON of another shape, a reply that is blank or cut off, and an answer over 65,536 characters.
 */
export function readDecision(text: string): Decision {
  const answer = text.replace(THINKING, "").trim();
  if (answer === "") throw badAnswer("is empty");
  if (answer.length > ANSWER_MAX_CHARS) throw badAnswer("is too long");
  const value = parseJson(answer);
  if (typeof value === "string") return readDecision(value); // JSON, quoted once more
  if (value !== undefined && typeof value !== "number") return decide(value, "json");
  if (looksLikeJson(answer) || FORMAT_TRACE.test(answer)) return decide(recover(answer), "repaired");
  if (answer.startsWith("<think>")) throw badAnswer("is cut off");
  return {
    shouldRespond: true,
    content: answer,
    confidence: null,
    intent: null,
    actions: [],
    readAs: "text",
  };
}

function badAnswer(reason: string): AppError {
  return new AppError("ai_bad_answer", `the model's answer ${reason}`, { retryable: true });
}

// A cut answer that had not yet said whether to respond may have been about to say no.
function recover(answer: string): Record<string, unknown> {
  const recovered = recoverObject(answer);
  if (recovered === null) throw badAnswer("is JSON that cannot be read");
  if (recovered.isCut && recovered.object["shouldRespond"] === undefined) throw badAnswer("is cut off");
  return recovered.object;
}

function decide(value: unknown, readAs: "json" | "repaired"): Decision {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badAnswer("is no JSON object");
  const answer: Partial<Record<string, unknown>> = { ...value };
  const content = readContent(answer["content"]);
  const shouldRespond = readShouldRespond(answer["shouldRespond"]);
  if (shouldRespond && content === "") throw badAnswer("has no content");
  return {
    shouldRespond,
    content,
    confidence: readConfidence(answer["confidence"]),
    intent: readIntent(answer["intent"]),
    actions: readActions(answer["actions"]),
    readAs,
  };
}

function readContent(value: unknown): string {
  const content = typeof value === "string" ? value.trim() : "";
  if (FORMAT_TRACE.test(content) || isObjectText(content)) throw badAnswer("has JSON for content");
  return content;
}

function isObjectText(content: string): boolean {
  return /^[{[]/.test(content) && typeof parseJson(content) === "object";
}

// Left out, it is a yes: the content decides then.
function readShouldRespond(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (word === "true" || word === "false") return word === "true";
  throw badAnswer("does not say whether to respond");
}

function readConfidence(value: unknown): number | null {
  const isText = typeof value === "string" && value.trim() !== "";
  const confidence = isText ? Number(value) : value;
  if (typeof confidence !== "number" || Number.isNaN(confidence)) return null;
  return Math.min(Math.max(confidence, 0), 1);
}

function readIntent(value: unknown): string | null {
  const intent = typeof value === "string" ? value.trim().slice(0, INTENT_MAX_CHARS) : "";
  return intent === "" ? null : intent;
}

function readActions(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((action) => typeof action === "string")
    .map((action) => action.trim())
    .filter((action) => action !== "" && action.length <= ACTION_MAX_CHARS)
    .slice(0, ACTIONS_MAX);
}
