// What a failed call of Google's API means, whoever made it: the SDK, whose codes are sometimes numbers and sometimes
// strings, or lull itself.
import { AppError } from "../errors.ts";
import { unavailable } from "./failure.ts";

/** However long Google asks us to wait, in ms. */
const RETRY_AFTER_MAX_MS = 3_600_000;

interface Meaning {
  message: string;
  reason: string;
  fix?: string;
}

const REJECTED: Meaning = { message: "The storage did not accept the request.", reason: "rejected" };
const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: {
    message: "The storage did not accept the service account.",
    reason: "unauthorized",
    fix: "Check GCS_CLIENT_EMAIL and GCS_PRIVATE_KEY.",
  },
  403: {
    message: "The service account may not do this.",
    reason: "forbidden",
    fix: "Check the roles of the service account in its project.",
  },
  404: { message: "There is no such bucket.", reason: "no_bucket" },
};

/** A failure with the status that was answered, so that whoever expects it need not read texts. */
export class GcsError extends AppError {
  /** Null: no answer came. */
  readonly answered: number | null;

  constructor(failure: AppError, answered: number | null) {
    const { code, message, fix, reason, retryable, retryAfterMs } = failure;
    super(code, message, {
      retryable,
      ...(fix === undefined ? {} : { fix }),
      ...(reason === undefined ? {} : { reason }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    this.answered = answered;
  }
}

/** True when this is Google's answer with one of these statuses. */
export function isAnswer(error: unknown, ...statuses: number[]): boolean {
  return error instanceof GcsError && error.answered !== null && statuses.includes(error.answered);
}

/** Reads what the SDK or `fetch` threw. */
export function readGcsFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const response = field(error, "response");
  const status = readStatus(field(response, "statusCode")) ?? readStatus(field(error, "code"));
  if (status === null) return new GcsError(unavailable("it could not be reached"), null);
  return failureOf(status, readHeader(field(response, "headers"), "retry-after"));
}

/** What an answer with this status means. */
export function failureOf(status: number, retryAfter: string | null): GcsError {
  const passes = status === 408 || status === 429 || status >= 500;
  if (passes) return new GcsError(unavailable(`it answered ${status}`, readRetryAfterMs(retryAfter)), status);
  // What is neither success nor refusal, such as a redirect, comes from something in between.
  if (status < 400) return new GcsError(unavailable("something else answered"), status);
  const { message, reason, fix } = MEANINGS[status] ?? REJECTED;
  return new GcsError(
    new AppError("storage_refused", message, fix === undefined ? { reason } : { reason, fix }),
    status,
  );
}

function readStatus(code: unknown): number | null {
  const status = typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === "number" && status >= 100 && status <= 599 ? status : null;
}

function readRetryAfterMs(header: string | null): number | undefined {
  if (header === null || !/^\d+$/.test(header.trim())) return undefined;
  return Math.min(Number(header) * 1000, RETRY_AFTER_MAX_MS);
}

function readHeader(headers: unknown, name: string): string | null {
  const value = headers instanceof Headers ? headers.get(name) : field(headers, name);
  return typeof value === "string" ? value : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
