// What those who trace lull are told of: turns, and the calls of models inside them. Figures and names, never what was said.
import type { ErrorCode } from "../errors.ts";
import type { ProviderName } from "./provider.ts";

export interface TracedCall {
  /** What it was for: a turn, or a message of the chat API. */
  subjectId: string;
  operation: "chat" | "transcription";
  provider: ProviderName;
  model: string;
  outcome: "ok" | ErrorCode;
  durationMs: number;
  /** In ms since 1970. */
  endedAt: number;
  inputTokens: number | null;
  cachedTokens: number | null;
  outputTokens: number | null;
}

/** It never throws and never waits: a turn goes on whatever becomes of its trace. */
export interface Tracing {
  turnBegan(turnId: string, conversationId: number, at: number): void;
  called(call: TracedCall): void;
  /** `outcome` is a word of a closed list. */
  turnEnded(turnId: string, outcome: string, at: number): void;
  /** Hands over what is left, for so long as that may take. */
  stop(): Promise<void>;
}

/** Nobody asked for traces. */
export const NO_TRACING: Tracing = {
  turnBegan: () => {},
  called: () => {},
  turnEnded: () => {},
  stop: () => Promise.resolve(),
};
