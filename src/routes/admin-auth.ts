// The door to /admin: a bearer token known by its hash alone, and a pause for those who guess.
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { hashToken } from "../upkeep/admin-token.ts";

/** Wrong tokens of one address within the span before it is told to wait. */
const FAILURES_MAX = 10;
/** Wrong tokens of all addresses together within the span. */
const FAILURES_OF_ALL_MAX = 100;
const SPAN_MS = 5 * 60_000;

export interface AdminGuardDeps {
  clock: Clock;
  /** SHA-256 of the token, hex. */
  tokenHash: () => string;
}

interface Failure {
  address: string;
  at: number;
}

export class AdminGuard {
  readonly #deps: AdminGuardDeps;
  #failures: Failure[] = [];

  constructor(deps: AdminGuardDeps) {
    this.#deps = deps;
  }

  /**
   * Passes a request that carries the token, always: a guesser behind the same proxy must not lock the operator out.
   * Else throws AppError `unauthorized`, or `too_many_attempts` with the wait.
   */
  check(request: Request, address: string | null): void {
    if (this.#isRight(bearer(request))) return;
    const now = this.#deps.clock.now();
    const from = address ?? "unknown";
    this.#failures = this.#failures.filter(({ at }) => at > now - SPAN_MS);
    const own = this.#failures.filter((failure) => failure.address === from);
    const counted = own.length >= FAILURES_MAX ? own : this.#failures;
    if (own.length >= FAILURES_MAX || counted.length >= FAILURES_OF_ALL_MAX) throw tooMany(counted, now);
    this.#failures.push({ address: from, at: now });
    throw new AppError("unauthorized", "The admin token is missing or wrong.", {
      fix: "Send it as 'Authorization: Bearer <token>'; it was shown at the first start or is in admin.token.",
    });
  }

  /** Whether the request carries the token; refusals and pauses count as no. */
  isAdmin(request: Request, address: string | null): boolean {
    try {
      this.check(request, address);
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  #isRight(token: string | null): boolean {
    if (token === null) return false;
    return timingSafeEqual(Buffer.from(hashToken(token), "hex"), Buffer.from(this.#deps.tokenHash(), "hex"));
  }
}

function bearer(request: Request): string | null {
  const match = /^Bearer (\S{1,500})$/.exec(request.headers.get("authorization") ?? "");
  return match?.[1] ?? null;
}

/** Until the oldest of the failures that count is forgotten. */
function tooMany(failures: readonly Failure[], now: number): AppError {
  const retryAfterMs = (failures[0]?.at ?? now) + SPAN_MS - now;
  return new AppError("too_many_attempts", "Too many wrong tokens.", { retryable: true, retryAfterMs });
}
