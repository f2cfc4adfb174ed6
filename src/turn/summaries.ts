// The rolling summary of a conversation: lines that a prompt has no room for are put into words by a model, some at a time
// and each once. No turn fails for want of it.
import { clippedText } from "../chatwoot/stored-text.ts";
import { type Clock, startDeadline } from "../clock.ts";
import type { ContextStore, Summary } from "../db/store-context.ts";
import type { OwnedLine, TurnClaim } from "../db/store-turns.ts";
import { cleanText } from "../delivery/reply.ts";
import { AppError } from "../errors.ts";
import { SUMMARY_SCHEMA } from "./answer-schemas.ts";
import { recoverObject } from "./broken-json.ts";
import { HISTORY_COUNT_MAX } from "./prompt.ts";
import { SUMMARISE } from "./prompt-rules.ts";
import type { TurnAsker } from "./turn-asker.ts";

/** What comes before a turn: the lines as they were said, and of what was said before these the summary. */
export interface Past {
  history: readonly OwnedLine[];
  summary: string | null;
}

export interface SummariesDeps {
  store: Pick<ContextStore, "summary" | "keepSummary">;
  clock: Clock;
}

/** Lines that are summarised at a time, at least: so long they are shown as they were said. */
export const SUMMARY_STEP = 20;
/** Lines that are read of a conversation; of one that was never summarised older ones are left out. */
export const HISTORY_READ_MAX = 100;
const SUMMARY_LENGTH_MAX = 2_000;
const SUMMARY_TOKENS_MAX = 700;
/** Of one line that is summarised. */
const LINE_LENGTH_MAX = 500;
/** The customer waits. */
const SUMMARY_TIME_MAX_MS = 10_000;

export class Summaries {
  readonly #deps: SummariesDeps;

  constructor(deps: SummariesDeps) {
    this.#deps = deps;
  }

  /** `history`: what was said with this user (null: nobody who is known). Rejects with the signal's reason or the store's error alone. */
  async of(
    claim: TurnClaim,
    history: readonly OwnedLine[],
    userId: string | null,
    asker: TurnAsker,
    signal: AbortSignal,
  ): Promise<Past> {
    const { connectionKey, conversationId } = claim;
    const before = await this.#deps.store.summary(connectionKey, conversationId, userId);
    const fresh = history.filter(({ messageId }) => messageId > (before?.lastMessageId ?? 0));
    const past = {
      history: fresh.slice(1 - HISTORY_COUNT_MAX - SUMMARY_STEP),
      summary: before?.text ?? null,
    };
    if (fresh.length < HISTORY_COUNT_MAX + SUMMARY_STEP) return past;
    const lines = fresh.slice(0, -HISTORY_COUNT_MAX);
    const text = await this.#summarise(before, lines, asker, signal);
    if (text === null) return past;
    const messageIds = lines.map(({ messageId }) => messageId);
    const summary = { userId, text, messageIds, continues: before };
    const now = this.#deps.clock.now();
    const isKept = await this.#deps.store.keepSummary(connectionKey, conversationId, summary, now);
    // What was deleted meanwhile is not told either.
    return isKept ? { history: fresh.slice(-HISTORY_COUNT_MAX), summary: text } : past;
  }

  /** Null: no model could, or might, in time. */
  async #summarise(
    before: Summary | null,
    lines: readonly OwnedLine[],
    asker: TurnAsker,
    signal: AbortSignal,
  ): Promise<string | null> {
    const deadline = startDeadline(this.#deps.clock, SUMMARY_TIME_MAX_MS, signal);
    const messages = summaryPrompt(before?.text ?? null, lines);
    const request = { messages, answer: SUMMARY_SCHEMA, outputTokensMax: SUMMARY_TOKENS_MAX };
    try {
      return readSummary(await asker.ask("summarise", request, deadline.signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError || deadline.expired()) return null;
      throw error;
    } finally {
      deadline.clear();
    }
  }
}

function summaryPrompt(before: string | null, lines: readonly OwnedLine[]) {
  const said = lines.map(({ sender, content }) => ({
    by: sender === "user" ? "customer" : sender === "bot" ? "you" : "colleague",
    text: cleanText(clippedText(content, LINE_LENGTH_MAX) ?? ""),
  }));
  return [
    { role: "system" as const, content: SUMMARISE },
    { role: "user" as const, content: JSON.stringify({ summarySoFar: before, lines: said }) },
  ];
}

/** Null: the model gave none. */
function readSummary(text: string): string | null {
  const summary = recoverObject(text)?.object["summary"];
  return typeof summary === "string" ? clippedText(cleanText(summary).trim(), SUMMARY_LENGTH_MAX) : null;
}
