// How every route answers: the envelope, the request id, errors without a stack or an echo of the input.
import { AppError, type ErrorCode } from "../errors.ts";

/** Headers of every answer that is not a page. */
export const ANSWER_HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** `{"success":true,…}` with status 200. */
export function accept(body: Record<string, unknown>): Response {
  return Response.json({ success: true, ...body }, { headers: ANSWER_HEADERS });
}

/** `{"success":false,…}` with the status of the error's code; `retry-after` in seconds when the error says when. */
export function refuse(error: AppError, requestId: string): Response {
  const { code, message, fix, reason, retryable, retryAfterMs, status } = error;
  const body = {
    success: false,
    error: message,
    code,
    retryable,
    ...(reason === undefined ? {} : { reason }),
    ...(fix === undefined ? {} : { fix }),
    requestId,
  };
  const retryAfter: Record<string, string> =
    retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
  return Response.json(body, { status, headers: { ...ANSWER_HEADERS, ...retryAfter } });
}

/** What Elysia itself refuses, in lull's words; its own messages could echo the input. */
export function fromFramework(code: string | number): AppError {
  const known: Record<string, [ErrorCode, string]> = {
    NOT_FOUND: ["not_found", "There is nothing at this address."],
    PARSE: ["invalid_json", "The body is not valid JSON."],
    VALIDATION: ["invalid_body", "The request does not have the expected shape."],
    INVALID_COOKIE_SIGNATURE: ["unauthorized", "The request is not authorised."],
  };
  const [errorCode, message] = known[String(code)] ?? [
    "internal",
    "Something went wrong inside lull; the log tells what.",
  ];
  return new AppError(errorCode, message, { retryable: errorCode === "internal" });
}
