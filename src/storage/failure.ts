// The two ways in which a store fails. A provider's own text is never repeated: it may echo names and keys.
import { AppError } from "../errors.ts";

/** The same call may succeed later, not before `retryAfterMs` when it is known. */
export function unavailable(reason: string, retryAfterMs?: number): AppError {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new AppError("storage_unavailable", `The storage is not available: ${reason}.`, {
    retryable: true,
    ...wait,
  });
}

/** The same call will fail again. `reason` is one word for whoever decides on it. */
export function refused(message: string, reason: string, fix?: string): AppError {
  return new AppError("storage_refused", message, fix === undefined ? { reason } : { reason, fix });
}
