// How long whatever failed waits before it is tried again: longer each time, up to a limit. Pure but for chance.
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";

export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/** A fifth more or less, so that what failed together does not come back together. */
const SPREAD = 0.2;

/** The wait after one more failure; `attempts` failed before it. Never shorter than what the error itself asks for. */
export function waitAfter(
  { firstMs, maxMs }: Backoff,
  attempts: number,
  error: unknown,
  random: Random,
): number {
  const askedMs = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
  const ownMs = Math.min(firstMs * 2 ** Math.min(attempts, 30), maxMs);
  return Math.max(askedMs, Math.round(ownMs * (1 - SPREAD + 2 * SPREAD * random.fraction())));
}

/** The word under which a failure is kept beside what failed: never a provider's own text. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof AppError)) return "failed";
  return error.reason ?? error.code;
}

/** The store itself is away: whatever else is tried now fares no better. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.code === "storage_unavailable";
}
