// The door to /admin: a bearer token known by its hash alone, and a pause for those who guess.
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { hashToken } from "../upkeep/admin-token.ts";

/** Wrong tokens of one address within the span before it has to wait; a right one is refused meanwhile, too. */
const FAILURES_MAX = 10;
/** Wrong tokens of all addresses together within the span. */
const FAILURES_OF_ALL_MAX = 100;
const SPAN_MS = 5 * 60_000;

export interface AdminGuardDeps {
  clock: Clock;
  /** SHA-256 of the token, hex. */
  tokenHash: () => string;
}

export class AdminGuard {
  readonly #deps: AdminGuardDeps;
  #failures: { address: string; at: number }[] = [];

  constructor(deps: AdminGuardDeps) {
    this.#deps = deps;
  }

  /** Throws AppError `unauthorized`, or `too_many_attempts` with the wait, unless the request carries the token. */
  check(request: Request, address: string | null): void {
    const now = this.#deps.clock.now();
    const from = address ?? "unknown";
    this.#failures = this.#failures.filter(({ at }) => at > now - SPAN_MS);
    const own = this.#failures.filter((failure) => failure.address === from);
    if (own.length >= FAILURES_MAX || this.#failures.length >= FAILURES_OF_ALL_MAX) throw tooMany();
    if (this.#isRight(bearer(request))) return;
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

function tooMany(): AppError {
  return new AppError("too_many_attempts", "Too many wrong tokens.", {
    retryable: true,
    retryAfterMs: SPAN_MS,
  });
}
