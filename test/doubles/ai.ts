// OpenAI and Groq, played strictly: it refuses what they would refuse and keeps its own ledger of what it was asked.
// It runs in process (`fetch`) or behind Bun.serve (`handle`). It is no model and streams nothing.

import { judgeFormat, schemaNameOf } from "./ai-format.ts";

import { type Picture, readContent } from "./ai-pictures.ts";

import { type HeardSound, readSound, transcribed } from "./ai-hearing.ts";

/** The key it knows unless told others. */
export const AI_TEST_KEY = "sk-test-0123456789abcdef";

export const AI_FAILURES = [
  "rate_limited",
  "billing",
  "unauthorized",
  "forbidden",
  "no_such_model",
  "server_error",
  "html",
  "malformed_json",
  "empty_choices",
  "empty_content",
  "context_too_long",
  "hang",
  "stall_body",
] as const;
export type AiFailure = (typeof AI_FAILURES)[number];

/** One request that was well-formed and had a known key, also when it then failed on purpose. */
export interface Asked {
  /** 1 for the first. */
  order: number;
  provider: "openai" | "groq";
  key: string;
  model: string;
  messages: { role: string; content: string }[];
  /** In order; only where there were any. */
  images?: Picture[];
  outputTokensMax: number | null;
  /** Only when it was sent. */
  temperature?: number;
  /** The name of the JSON schema that its answer was to be held to. */
  schema?: string;
  /** The last user message. */
  prompt: string;
  outcome: "answered" | AiFailure;
}

/** One request it turned away by itself: a mistake of the caller. */
export interface TurnedAway {
  status: number;
  reason: string;
}

type Provider = Asked["provider"];
type Question = Omit<Asked, "order" | "outcome">;

interface PlannedFailure {
  mode: AiFailure;
  headers: Record<string, string>;
}

const PATHS: Readonly<Record<string, Provider>> = {
  "/v1/chat/completions": "openai",
  "/openai/v1/chat/completions": "groq",
};

const HEARING_PATHS: Readonly<Record<string, Provider>> = {
  "/v1/audio/transcriptions": "openai",
  "/openai/v1/audio/transcriptions": "groq",
};

const FIELDS: Readonly<Record<Provider, ReadonlySet<string>>> = {
  openai: new Set(["model", "messages", "max_completion_tokens", "response_format", "temperature", "store"]),
  groq: new Set(["model", "messages", "max_completion_tokens", "response_format", "temperature"]),
};

export class AiDouble {
  /** Append-only, in the order of arrival. */
  readonly asked: Asked[] = [];
  readonly turnedAway: TurnedAway[] = [];
  /** Every sound it was sent, in the order of arrival. */
  readonly heard: HeardSound[] = [];
  /** How long it takes each sound to be. */
  soundSeconds = 7;
  /** How many of the 100 tokens of a prompt it says that it had in its cache. */
  cachedTokens = 0;
  readonly #keys: Set<string>;
  readonly #planned: PlannedFailure[] = [];
  readonly #plannedDeaf: PlannedFailure[] = [];
  #transcript: (heard: HeardSound) => string = () => "alô";
  #answer: (asked: Asked) => string = () => decisionOf("ok");
  #gate: PromiseWithResolvers<void> | null = null;
  #waiting = 0;

  constructor(options: { keys?: string[] } = {}) {
    this.#keys = new Set(options.keys ?? [AI_TEST_KEY]);
  }

  /** How many requests wait for `release`. */
  get waiting(): number {
    return this.#waiting;
  }

  /** From now on knows this key, too. */
  addKey(key: string): void {
    this.#keys.add(key);
  }

  /** From now on answers with a decision that has this content. */
  answerWith(answer: string | ((asked: Asked) => string)): void {
    this.#answer = (asked) => decisionOf(typeof answer === "string" ? answer : answer(asked));
  }

  /** From now on answers with exactly this text, whatever it is. */
  rawAnswer(text: string | ((asked: Asked) => string)): void {
    this.#answer = typeof text === "string" ? () => text : text;
  }

  /** The next `count` questions fail so; `headers` join the answer, such as `retry-after`. */
  failNext(mode: AiFailure, count = 1, headers: Record<string, string> = {}): void {
    for (let planned = 0; planned < count; planned++) this.#planned.push({ mode, headers });
  }

  /** From now on hears this in every sound. */
  hearAs(transcript: string | ((heard: HeardSound) => string)): void {
    this.#transcript = typeof transcript === "string" ? () => transcript : transcript;
  }

  /** The same for the next `count` sounds. */
  failNextHearing(mode: AiFailure, count = 1, headers: Record<string, string> = {}): void {
    for (let planned = 0; planned < count; planned++) this.#plannedDeaf.push({ mode, headers });
  }

  /** Questions wait from now on, already in the ledger, until `release`. */
  hold(): void {
    this.#gate ??= Promise.withResolvers();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  /** The network of a client in the same process; it rejects on abort as the real one does. */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : new Request(String(input), init);
    const aborted = Promise.withResolvers<never>();
    whenAborted(request.signal, () => aborted.reject(request.signal.reason));
    return Promise.race([this.handle(request), aborted.promise]);
  };

  readonly handle = async (request: Request): Promise<Response> => {
    const hearing = HEARING_PATHS[new URL(request.url).pathname];
    if (hearing !== undefined) return this.#hear(request, hearing);
    const question = await this.#read(request);
    if (question instanceof Response) return question;
    const planned = this.#planned.shift();
    const asked: Asked = {
      ...question,
      order: this.asked.length + 1,
      outcome: planned?.mode ?? "answered",
    };
    this.asked.push(asked);
    await this.#pass(request.signal);
    return planned
      ? fail(planned, asked, request.signal)
      : complete(asked, this.#answer(asked), this.cachedTokens);
  };

  async #hear(request: Request, provider: Provider): Promise<Response> {
    const key = this.#keyOf(request);
    if (key instanceof Response) return key;
    const sound = await readSound(request, provider);
    if (typeof sound === "string") return this.#turnAway(400, sound);
    const heard = { ...sound, provider, key, order: this.heard.length + 1 };
    this.heard.push(heard);
    const planned = this.#plannedDeaf.shift();
    return planned === undefined
      ? transcribed(heard, this.#transcript(heard), this.soundSeconds)
      : fail(planned, heard, request.signal);
  }

  async #pass(signal: AbortSignal): Promise<void> {
    if (this.#gate === null) return;
    const left = Promise.withResolvers<void>();
    whenAborted(signal, left.resolve);
    this.#waiting++;
    await Promise.race([this.#gate.promise, left.promise]);
    this.#waiting--;
  }

  async #read(request: Request): Promise<Question | Response> {
    const provider = PATHS[new URL(request.url).pathname];
    if (provider === undefined) return this.#turnAway(404, "unknown path");
    const key = this.#keyOf(request);
    if (key instanceof Response) return key;
    const isJson = /^application\/json(;|$)/.test(request.headers.get("content-type") ?? "");
    if (!isJson) return this.#turnAway(400, "not application/json");
    const body: unknown = await request.json().catch(() => null);
    const question = readQuestion(body, provider, key);
    return typeof question === "string" ? this.#turnAway(400, question) : question;
  }

  #keyOf(request: Request): string | Response {
    if (request.method !== "POST") return this.#turnAway(405, "not a POST");
    const key = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (key !== undefined && this.#keys.has(key)) return key;
    this.turnedAway.push({ status: 401, reason: "unknown key" });
    return unauthorized(key ?? "");
  }

  #turnAway(status: number, reason: string): Response {
    this.turnedAway.push({ status, reason });
    return errorAnswer(status, { message: reason, type: "invalid_request_error", code: null });
  }
}

/** The decision JSON with `content` in it. */
export function decisionOf(content: string): string {
  return JSON.stringify({ shouldRespond: true, content, confidence: 0.9, intent: "test", actions: [] });
}

function whenAborted(signal: AbortSignal, react: () => void): void {
  if (signal.aborted) react();
  else signal.addEventListener("abort", react, { once: true });
}

function readQuestion(body: unknown, provider: Provider, key: string): Question | string {
  if (!isRecord(body)) return "the body is no JSON object";
  const unknown = Object.keys(body).find((field) => !FIELDS[provider].has(field));
  if (unknown !== undefined) return `unknown parameter ${unknown}`;
  const { model, messages, max_completion_tokens: tokensMax, response_format: format, temperature } = body;
  if (typeof model !== "string" || model === "") return "model must be a string";
  if (!Array.isArray(messages) || messages.length === 0) return "messages must not be empty";
  const read = readContent(messages, provider, model);
  if (typeof read === "string") return read;
  if (tokensMax !== undefined && !isCount(tokensMax))
    return "max_completion_tokens must be a positive integer";
  if (temperature !== undefined && !isTemperature(temperature)) return "temperature must be from 0 to 2";
  const wrongFormat = format === undefined ? null : judgeFormat(format, read.messages);
  if (wrongFormat !== null) return wrongFormat;
  const prompt = read.messages.findLast((message) => message.role === "user")?.content ?? "";
  const outputTokensMax = tokensMax ?? null;
  const chosen = temperature === undefined ? {} : { temperature };
  const schema = schemaNameOf(format);
  const held = schema === null ? {} : { schema };
  return { provider, key, model, ...read, outputTokensMax, prompt, ...chosen, ...held };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

function isTemperature(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 2;
}

function complete(asked: Pick<Asked, "order" | "model">, text: string, cachedTokens = 0): Response {
  const message = { role: "assistant", content: text };
  const cached = cachedTokens > 0 ? { prompt_tokens_details: { cached_tokens: cachedTokens } } : {};
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, ...cached };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  return Response.json({
    id: `chatcmpl-${asked.order}`,
    object: "chat.completion",
    created: 0,
    model: asked.model,
    choices,
    usage,
  });
}

// Every error text repeats the key, as the worst provider would.
function fail(
  { mode, headers }: PlannedFailure,
  asked: Pick<Asked, "key" | "order" | "model">,
  signal: AbortSignal,
): Response | Promise<Response> {
  const message = `refused for ${asked.key}`;
  switch (mode) {
    case "rate_limited":
      return errorAnswer(429, { message, type: "requests", code: "rate_limit_exceeded" }, headers);
    case "billing":
      return errorAnswer(429, { message, type: "insufficient_quota", code: "insufficient_quota" }, headers);
    case "unauthorized":
      return unauthorized(asked.key);
    case "forbidden":
      return errorAnswer(403, { message, type: "invalid_request_error", code: "unsupported_country" });
    case "no_such_model":
      return errorAnswer(404, { message, type: "invalid_request_error", code: "model_not_found" });
    case "server_error":
      return errorAnswer(500, { message, type: "server_error", code: null }, headers);
    case "context_too_long":
      return errorAnswer(400, { message, type: "invalid_request_error", code: "context_length_exceeded" });
    case "html":
      return new Response(`<html>${asked.key}</html>`, {
        headers: { "content-type": "text/html", ...headers },
      });
    case "malformed_json":
      return new Response(`{"choices":[{"${asked.key}`, { headers: { "content-type": "application/json" } });
    case "empty_choices":
      return Response.json({ id: "chatcmpl-0", model: asked.model, choices: [] });
    case "empty_content":
      return complete(asked, "");
    case "hang":
      return hang(signal);
    case "stall_body":
      return stallBody(signal);
  }
}

function unauthorized(key: string): Response {
  const message = `Incorrect API key provided: ${key}.`;
  return errorAnswer(401, { message, type: "invalid_request_error", code: "invalid_api_key" });
}

function errorAnswer(
  status: number,
  error: { message: string; type: string; code: string | null },
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { ...error, param: null } }, { status, headers });
}

function hang(signal: AbortSignal): Promise<Response> {
  return new Promise((resolve) => whenAborted(signal, () => resolve(new Response(null, { status: 499 }))));
}

function stallBody(signal: AbortSignal): Response {
  const body = new ReadableStream({
    start: (controller) => whenAborted(signal, () => controller.error(signal.reason)),
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}
