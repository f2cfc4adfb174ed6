// The one error type. Few codes, each with one HTTP status; the text is for people and never holds
// a secret, a phone number or a message. Expected outcomes are values, not errors.

/** Every code an error may carry, with the HTTP status it answers with. */
export const ERROR_STATUS = {
  invalid_body: 400,
  invalid_query: 400,
  invalid_json: 400,
  too_deep: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  changed_meanwhile: 412,
  invalid_idempotency_key: 400,
  idempotency_key_reused: 422,
  idempotency_running: 409,
  idempotency_unknown: 409,
  too_large: 413,
  unsupported_media_type: 415,
  invalid_number: 422,
  nobody_named: 422,
  invalid_limit: 422,
  unreadable_file: 422,
  too_many_attempts: 429,
  rate_limited: 429,
  spend_ceiling: 429,
  cannot_store: 500,
  internal: 500,
  unsealable: 500,
  busy: 503,
  stopping: 503,
  bad_config: 500,
  second_instance: 500,
  no_credential: 503,
  ai_unavailable: 503,
  ai_refused: 502,
  ai_bad_answer: 502,
  ai_context_too_long: 502,
  chatwoot_unreachable: 503,
  chatwoot_refused: 502,
  storage_unavailable: 503,
  storage_refused: 502,
  media_unavailable: 503,
  media_refused: 502,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface AppErrorDetails {
  /** What the reader can do about it, one sentence. */
  fix?: string;
  /** A word of a closed list that says more than the code does. */
  reason?: string;
  /** True when the same request may succeed later. */
  retryable?: boolean;
  /** Least wait before a retry, in milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** A failure that lull knows how to name. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly fix: string | undefined;
  readonly reason: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.fix = details.fix;
    this.reason = details.reason;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
