// What every hosted chat model does around its SDK: it builds the body and checks the answer. It knows no vendor; how an
// exchange is bounded is in exchange.ts.
import { messagesFor } from "./messages-for.ts";
import { answerOf, type HostedDeps, readCount, readField, readModelName } from "./exchange.ts";
import { badAnswer, unavailable } from "./failure.ts";
import type {
  ChatMessage,
  Completion,
  CompletionRequest,
  ModelCapabilities,
  ProviderName,
} from "./provider.ts";

export interface HostedModelDeps extends HostedDeps {
  /** Not set: the model's own. */
  temperature?: number | null;
  capabilities: ModelCapabilities;
}

/** The request both providers understand. A temperature only where somebody chose it: reasoning models refuse it. */
export interface ChatBody {
  model: string;
  temperature?: number;
  messages: BodyMessage[];
  max_completion_tokens: number;
  response_format:
    | { type: "json_object" }
    | { type: "json_schema"; json_schema: { name: string; strict: true; schema: Record<string, unknown> } };
}

type BodyMessage =
  { role: "system" | "assistant"; content: string } | { role: "user"; content: string | BodyPart[] };
type BodyPart = { type: "text"; text: string } | { type: "image_url"; image_url: { url: string } };

/** Which model is asked, and how. */
export interface Asked {
  provider: ProviderName;
  model: string;
  /** Null: the model's own. */
  temperature: number | null;
  capabilities: ModelCapabilities;
}

const TEXT_MAX_BYTES = 1024 * 1024;

/**
 * Asks one hosted model through its SDK's `send` and returns its checked answer.
 * Rejects as ChatModel.complete promises, also when the SDK itself would hang on a stalled body.
 */
export async function completeChat(
  asked: Asked,
  send: (body: ChatBody, signal: AbortSignal) => Promise<unknown>,
  request: CompletionRequest,
  signal: AbortSignal,
): Promise<Completion> {
  const answer = await answerOf(asked.provider, (limit) => send(chatBody(asked, request), limit), signal);
  return readCompletion(asked, answer);
}

function chatBody({ model, temperature, capabilities }: Asked, request: CompletionRequest): ChatBody {
  return {
    model,
    ...(temperature === null ? {} : { temperature }),
    messages: messagesFor(capabilities, request).map(bodyMessage),
    max_completion_tokens: request.outputTokensMax,
    response_format: answerFormat(capabilities, request),
  };
}

function bodyMessage({ role, content, images = [] }: ChatMessage): BodyMessage {
  if (role !== "user" || images.length === 0) return { role, content };
  const pictures = images.map((url): BodyPart => ({ type: "image_url", image_url: { url } }));
  return { role, content: [{ type: "text", text: content }, ...pictures] };
}

function answerFormat(
  { obeysSchema }: ModelCapabilities,
  { answer }: CompletionRequest,
): ChatBody["response_format"] {
  if (!obeysSchema || answer === undefined) return { type: "json_object" };
  const { name, schema } = answer;
  return { type: "json_schema", json_schema: { name, strict: true, schema: { ...schema } } };
}

// The SDKs hand over whatever came with a 200: a proxy's page as a string, another service's JSON.
function readCompletion(asked: Asked, answer: unknown): Completion {
  const choices = readField(answer, "choices");
  if (!Array.isArray(choices)) throw unavailable(asked.provider, "answered 200 without a completion");
  const text = readField(readField(choices[0], "message"), "content");
  if (typeof text !== "string" || text.trim() === "") throw badAnswer(asked.provider, "gave an empty answer");
  if (Buffer.byteLength(text) > TEXT_MAX_BYTES) throw badAnswer(asked.provider, "gave an answer over 1 MiB");
  const usage = readField(answer, "usage");
  return {
    text,
    model: readModelName(answer) ?? asked.model,
    inputTokens: readCount(usage, "prompt_tokens"),
    cachedTokens: readCount(readField(usage, "prompt_tokens_details"), "cached_tokens"),
    outputTokens: readCount(usage, "completion_tokens"),
  };
}
