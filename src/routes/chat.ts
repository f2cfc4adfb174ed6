// The chat API: one message in, one answer out, now. `/functions/v1/api-chatbot` is its old address.
import { Elysia } from "elysia";
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";
import { type Locale, pickLocale } from "../locale.ts";
import type { Log } from "../log.ts";
import type { ChatAnswer, ChatMessage } from "../turn/chat-answer.ts";
import { ANSWER_HEADERS, accept } from "./answers.ts";
import { readJsonObject } from "./request-body.ts";
import type { TokenGuard } from "./token-guard.ts";

export interface ChatRoutesDeps {
  guard: TokenGuard;
  log: Log;
  locale: Locale | null;
  peerOf: (request: Request, server: unknown) => string | null;
  newRequestId: () => string;
  /** The key of a connection by its name, the environment's for null; null when there is none of that name. */
  connectionKey: (name: string | null) => number | null;
  answer: (message: ChatMessage, signal: AbortSignal) => Promise<ChatAnswer>;
}

/** Longest text in UTF-16 units. */
const TEXT_LENGTH_MAX = 32_000;
const WORD_LENGTH_MAX = 200;
const SOURCE_DEFAULT = "whatsapp";
/** The server closes a quiet connection after 10 s; a model, or two in a row, may think longer. */
const THINKING_SECONDS_MAX = 240;

/** The two failures a caller's program may know by heart, word for word; only the language may be another. */
const UNCONFIGURED = {
  plain: "Service de messagerie non configuré. Veuillez contacter l'administrateur.",
  fr: "Service de messagerie non configuré. Veuillez contacter l'administrateur.",
  en: "Messaging service not configured. Please contact the administrator.",
  "pt-BR": "Serviço de mensagens não configurado. Entre em contato com o administrador.",
} as const;
const FAILED = {
  plain: "Failed to process message. Please try again.",
  fr: "Le message n'a pas pu être traité. Veuillez réessayer.",
  en: "Failed to process message. Please try again.",
  "pt-BR": "Não foi possível processar a mensagem. Tente novamente.",
} as const;

export function chatRoutes(deps: ChatRoutesDeps) {
  const raw = { parse: "none" } as const;
  const take = ({ request, server }: { request: Request; server: unknown }) =>
    takeChat(request, server, deps);
  return new Elysia({ name: "chat" })
    .post("/v1/chat", take, raw)
    .post("/functions/v1/api-chatbot", take, raw);
}

async function takeChat(request: Request, server: unknown, deps: ChatRoutesDeps): Promise<Response> {
  await deps.guard.check(request, deps.peerOf(request, server), ["admin", "service", "chat"]);
  const message = readMessage(await readJsonObject(request, BODY_BYTES_MAX), deps);
  allowToThink(server, request);
  try {
    return present(await deps.answer(message, request.signal));
  } catch (error) {
    return refuseChat(error, pickLocale(request.headers.get("accept-language"), deps.locale), deps);
  }
}

function readMessage(body: Record<string, unknown>, deps: ChatRoutesDeps): ChatMessage {
  const text = readText(body, "text", TEXT_LENGTH_MAX);
  if (text === null) throw new AppError("invalid_body", "text must be text that is not empty.");
  const connectionKey = deps.connectionKey(readText(body, "connection", WORD_LENGTH_MAX));
  if (connectionKey === null) throw new AppError("not_found", "There is no such connection.");
  return {
    connectionKey,
    text,
    source: readText(body, "source", WORD_LENGTH_MAX) ?? SOURCE_DEFAULT,
    phoneNumber: readText(body, "phoneNumber", WORD_LENGTH_MAX),
    phoneNumberId: readText(body, "phoneNumberId", WORD_LENGTH_MAX),
    inboxId: readId(body, "inboxId"),
  };
}

/** Null when it is not there or blank. */
function readText(body: Record<string, unknown>, name: string, lengthMax: number): string | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value !== "string") throw new AppError("invalid_body", `${name} must be text.`);
  if (value.length > lengthMax) {
    throw new AppError("invalid_body", `${name} may have at most ${lengthMax} characters.`);
  }
  return value.trim() === "" ? null : value.trim();
}

function readId(body: Record<string, unknown>, name: string): number | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new AppError("invalid_body", `${name} must be a positive whole number.`);
}

function allowToThink(server: unknown, request: Request): void {
  const known = server as { timeout?: (request: Request, seconds: number) => void } | null;
  known?.timeout?.(request, THINKING_SECONDS_MAX);
}

function present({
  response,
  reason,
  userId,
  messageId,
  credential,
  confidence,
  intent,
}: ChatAnswer): Response {
  const silence = reason === null ? {} : { reason };
  const shouldRespond = response !== null;
  return accept({ response, shouldRespond, userId, messageId, credential, confidence, intent, ...silence });
}

function refuseChat(error: unknown, locale: Locale | null, { log, newRequestId }: ChatRoutesDeps): Response {
  const requestId = newRequestId();
  const language = locale ?? "plain";
  if (error instanceof AppError && error.code === "no_credential") {
    log.failure("chat.failed", error, { requestId, text: "No AI configuration available" });
    const flags = { retryable: false, configRequired: true };
    return say(503, { error: UNCONFIGURED[language], ...flags, code: error.code, requestId });
  }
  log.failure("chat.failed", error, { requestId });
  const code = error instanceof AppError ? error.code : "internal";
  return say(500, { error: FAILED[language], retryable: true, code, requestId });
}

function say(status: number, body: Record<string, unknown>): Response {
  return Response.json({ success: false, ...body }, { status, headers: ANSWER_HEADERS });
}
