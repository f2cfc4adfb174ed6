// What every hosted model does around its SDK: it bounds the exchange, races it with the signal, checks the answer.
// It knows no vendor; what a failure means is in failure.ts.
import { messagesFor } from "./messages-for.ts";
import { badAnswer, readFailure, unavailable } from "./failure.ts";
import type {
  ChatMessage,
  Completion,
  CompletionRequest,
  ModelCapabilities,
  ProviderName,
} from "./provider.ts";

/** The network as it is passed in; the runtime's `fetch` fits. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface HostedModelDeps {
  apiKey: string;
  /** Null: the provider's own address. */
  baseUrl: string | null;
  model: string;
  /** Not set: the model's own. */
  temperature?: number | null;
  capabilities: ModelCapabilities;
  fetch: Fetch;
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

/** The SDKs' own limit, above any of ours: the signal is what ends a call. */
export const SDK_TIMEOUT_MS = 10 * 60_000;

const BODY_MAX_BYTES = 8 * 1024 * 1024;
const TEXT_MAX_BYTES = 1024 * 1024;
const MODEL_NAME_MAX_CHARS = 200;

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
  signal.throwIfAborted();
  let answer: unknown;
  try {
    answer = await untilAborted(send(chatBody(asked, request), signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(asked.provider, error);
  }
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

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
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

function readField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function readModelName(answer: unknown): string | null {
  const name = readField(answer, "model");
  return typeof name === "string" && name !== "" && name.length <= MODEL_NAME_MAX_CHARS ? name : null;
}

function readCount(usage: unknown, name: string): number | null {
  const count = readField(usage, name);
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/**
 * The `fetch` an SDK is given. It sets all headers itself, since both SDKs add those of a `…_CUSTOM_HEADERS`
 * variable and facts about the machine; follows no redirect, which could carry the key to another host;
 * and reads the body whole, under a limit, while the signal still ends it.
 */
export function guardedFetch(provider: ProviderName, deps: Pick<HostedModelDeps, "apiKey" | "fetch">): Fetch {
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${deps.apiKey}`,
    "content-type": "application/json",
    "user-agent": "lull",
  };
  return async (input, init) => {
    const response = await deps.fetch(input, { ...init, headers, redirect: "manual" });
    const body = await readBounded(provider, response);
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

async function readBounded(provider: ProviderName, response: Response): Promise<Buffer<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > BODY_MAX_BYTES) throw unavailable(provider, "sent a body over 8 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
