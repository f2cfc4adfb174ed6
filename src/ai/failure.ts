// What a failed model call means: an SDK's error becomes an AppError of the codes in provider.ts.
// The provider's own text is never repeated, as it may echo the key, nor is its error kept as a cause.
import { DAY_MS } from "../clock.ts";
import { AppError } from "../errors.ts";
import { type KeyFault, ModelError, type ProviderName } from "./provider.ts";

/** The daily limits of Groq's free tier are the longest waits that are told in earnest. */
const RETRY_AFTER_MAX_MS = DAY_MS;

/** A 429 with one of these is no rate limit: it stays until somebody pays (OpenAI's error codes guide). */
const BILLING_CODES: ReadonlySet<string> = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
]);

/** Both providers' code for a prompt that does not fit. */
const CONTEXT_CODE = "context_length_exceeded";
/** Groq's 400 when the model's own output was no JSON: the answer is bad, the request was not. */
const BROKEN_OUTPUT_CODE = "json_validate_failed";

interface Meaning {
  reason: string;
  fix?: string;
  keyFault?: KeyFault;
}

const BILLING: Meaning = { reason: "billing", fix: "Check the billing of the key.", keyFault: "billing" };

const REFUSALS: Readonly<Record<number, Meaning>> = {
  400: { reason: "the request was not accepted", fix: "Check the model." },
  401: { reason: "the key was not accepted", fix: "Check the key.", keyFault: "unauthorized" },
  402: BILLING,
  403: { reason: "the key may not do this", fix: "Check what the key may use.", keyFault: "forbidden" },
  404: { reason: "no such model or address", fix: "Check the model and the base URL." },
  413: { reason: "the request was too large", fix: "Choose a model with higher limits." },
  422: { reason: "the request was not accepted", fix: "Check the model." },
};

/** The statuses below 500 that pass by themselves; 498 is Groq's "flex capacity exceeded". */
const PASSING: Readonly<Record<number, Meaning>> = {
  408: { reason: "request timeout" },
  409: { reason: "conflict" },
  429: { reason: "too many requests", keyFault: "rate_limited" },
  498: { reason: "no capacity" },
};

/** Reads what an SDK threw. `error` may be an SDK's error, a SyntaxError of a broken body, or ours in an SDK's wrap. */
export function readFailure(provider: ProviderName, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return unavailable(provider, "could not be reached");
  if (error instanceof SyntaxError) return unavailable(provider, "answered with broken JSON");
  if (error.cause instanceof AppError) return error.cause;
  const status: unknown = Reflect.get(error, "status");
  if (typeof status !== "number") return unavailable(provider, "could not be reached");
  const headers: unknown = Reflect.get(error, "headers");
  return readStatus(provider, status, readMarks(error), headers instanceof Headers ? headers : new Headers());
}

/** The provider may answer later: retry, not before `retryAfterMs` when it is known. */
export function unavailable(
  provider: ProviderName,
  reason: string,
  retryAfterMs?: number,
  keyFault?: KeyFault,
): AppError {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ModelError("ai_unavailable", `${provider} ${reason}`, { retryable: true, ...wait }, keyFault);
}

/** The model said nothing that can be used; another attempt may. */
export function badAnswer(provider: ProviderName, reason: string): AppError {
  return new AppError("ai_bad_answer", `${provider} ${reason}`, { retryable: true });
}

interface Marks {
  code: string | null;
  type: string | null;
}

// openai keeps the inner `error` object of the body, groq-sdk the whole body.
function readMarks(error: Error): Marks {
  const body: unknown = Reflect.get(error, "error");
  const inner = isRecord(body) && isRecord(body["error"]) ? body["error"] : body;
  if (!isRecord(inner)) return { code: null, type: null };
  const { code, type } = inner;
  return { code: typeof code === "string" ? code : null, type: typeof type === "string" ? type : null };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function readStatus(provider: ProviderName, status: number, marks: Marks, headers: Headers): AppError {
  const answered = `answered ${status}`;
  if (isBilling(marks)) return refused(provider, status, BILLING);
  if (status === 400 && marks.code === CONTEXT_CODE) {
    return new AppError("ai_context_too_long", `${provider} ${answered}: the prompt is too long`);
  }
  if (status === 400 && marks.code === BROKEN_OUTPUT_CODE) {
    return badAnswer(provider, `${answered}: the model wrote no JSON`);
  }
  const passing = PASSING[status];
  if (passing !== undefined) {
    const reason = `${answered}: ${passing.reason}`;
    return unavailable(provider, reason, readRetryAfterMs(headers), passing.keyFault);
  }
  if (status >= 500) return unavailable(provider, `${answered}: server error`, readRetryAfterMs(headers));
  if (status < 400) return unavailable(provider, `${answered}: no completion`);
  return refused(provider, status, REFUSALS[status] ?? { reason: "the request was not accepted" });
}

function isBilling({ code, type }: Marks): boolean {
  return (code !== null && BILLING_CODES.has(code)) || type === "insufficient_quota";
}

function refused(provider: ProviderName, status: number, { reason, fix, keyFault }: Meaning): AppError {
  const text = `${provider} answered ${status}: ${reason}`;
  return new ModelError("ai_refused", text, fix === undefined ? {} : { fix }, keyFault);
}

// A date is measured against the answer's own Date, so that neither clock has to be right.
function readRetryAfterMs(headers: Headers): number | undefined {
  const exactMs = readNumber(headers.get("retry-after-ms"));
  if (exactMs !== undefined) return boundWait(exactMs);
  const text = headers.get("retry-after");
  const seconds = readNumber(text);
  if (seconds !== undefined) return boundWait(seconds * 1000);
  return boundWait(Date.parse(text ?? "") - Date.parse(headers.get("date") ?? ""));
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function boundWait(waitMs: number): number | undefined {
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(Math.ceil(waitMs), 0), RETRY_AFTER_MAX_MS);
}
