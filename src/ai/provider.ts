// The one interface behind which OpenAI, Groq and the offline responder stand.
import { AppError, type AppErrorDetails, type ErrorCode } from "../errors.ts";

export type ProviderName = "openai" | "groq" | "offline";

export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
  /** Pictures that belong to it, as data URLs, in order. Only in `CompletionRequest.seen`. */
  images?: readonly string[];
}

/** What an answer has to look like, as JSON Schema in which every field is required and no other is allowed. */
export interface AnswerSchema {
  name: string;
  schema: Readonly<Record<string, unknown>>;
}

export interface CompletionRequest {
  messages: ChatMessage[];
  /** The same for models that can see: with pictures in place of the words for them. */
  seen?: ChatMessage[];
  /** Models that cannot be held to it are only asked for JSON. */
  answer?: AnswerSchema;
  /** Most tokens of the answer. */
  outputTokensMax: number;
}

/** What a call took; null where the provider did not say. */
export interface Taken {
  /** That did it. */
  model: string;
  inputTokens: number | null;
  /** Of the input tokens those that the provider had in its cache, at another price. */
  cachedTokens: number | null;
  outputTokens: number | null;
  /** Of sound that was listened to. */
  audioSeconds?: number | null;
}

export interface Completion extends Taken {
  /** The model's raw text, not yet a decision. */
  text: string;
}

/** What one model can do beside reading and writing text. */
export interface ModelCapabilities {
  /** It looks at pictures. */
  sees: boolean;
  /** It can be held to a JSON schema. */
  obeysSchema: boolean;
}

/** What a provider may hold against a key: not the question was wrong, any other would fare no better for a while. */
export type KeyFault = "unauthorized" | "forbidden" | "billing" | "rate_limited";

/** The failure of a call. */
export class ModelError extends AppError {
  /** Null: it was not the key's. */
  readonly keyFault: KeyFault | null;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails, keyFault: KeyFault | null = null) {
    super(code, message, details);
    this.keyFault = keyFault;
  }
}

/**
 * One model under one credential. `complete` rejects with AppError, which is a ModelError when the key is to blame:
 * `ai_unavailable` (retryable: 429, 5xx, 408, 409, network, broken or foreign body; `retryAfterMs` when told),
 * `ai_refused` (final for this credential: 400, 401, 403, 404, 413, 422 and every billing error),
 * `ai_context_too_long` (the prompt must shrink), `ai_bad_answer` (retryable: an empty or shapeless answer).
 * When `signal` aborts it rejects at once with the signal's reason.
 */
export interface ChatModel {
  readonly provider: ProviderName;
  readonly model: string;
  readonly capabilities: ModelCapabilities;
  complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion>;
}
