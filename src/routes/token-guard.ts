// The door to everything that asks for a token: tokens are known by their hashes alone, and those who guess must pause.
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { TokenStore } from "../db/store-tokens.ts";
import { AppError } from "../errors.ts";
import { RateLimit } from "../rate.ts";
import { hashToken } from "../upkeep/admin-token.ts";
import { isApiToken, type TokenScope } from "../upkeep/api-token.ts";

export type Caller =
  /** `tokenId` is null for the token of the settings, and for programs on lull's own socket. */
  | { scope: "admin" | "service" | "chat"; tokenId: string | null }
  | { scope: "user"; userId: string; tokenId: string };

export interface TokenGuardDeps {
  clock: Clock;
  store: Pick<TokenStore, "token">;
  /** SHA-256 of the admin token of the settings, hex. */
  tokenHash: () => string;
}

/** Wrong tokens of one address within the span before it is told to wait. */
const FAILURES_MAX = 10;
/** Wrong tokens of all addresses together within the span. */
const FAILURES_OF_ALL_MAX = 100;
const SPAN_MS = 5 * 60_000;

/** For each token of these scopes; operators and their services are never slowed down. */
const RATE = { countMax: 120, spanMs: 60_000, message: "Too many requests with this token." };
const RATED_SCOPES: readonly TokenScope[] = ["chat", "user"];

interface Failure {
  address: string;
  at: number;
}

export class TokenGuard {
  readonly #deps: TokenGuardDeps;
  readonly #rate: RateLimit;
  readonly #trusted = new WeakSet<Request>();
  readonly #callers = new WeakMap<Request, Caller>();
  #failures: Failure[] = [];

  constructor(deps: TokenGuardDeps) {
    this.#deps = deps;
    this.#rate = new RateLimit(deps.clock, RATE);
  }

  /**
   * Says who calls, if theirs is one of the allowed scopes; an admin may do what services and the chat may, but is nobody's
   * user. A right token always passes the pause: a guesser behind the same proxy must lock nobody out. Throws AppError
   * `unauthorized`, `too_many_attempts` or `rate_limited` with the wait, or `forbidden`.
   */
  async check(request: Request, address: string | null, allowed: readonly TokenScope[]): Promise<Caller> {
    const caller = await this.#callerOf(request);
    if (caller === null) throw this.#failure(address);
    if (caller.tokenId !== null && RATED_SCOPES.includes(caller.scope)) this.#rate.take(caller.tokenId);
    if (!isAllowed(caller.scope, allowed)) throw forbidden(allowed);
    this.#callers.set(request, caller);
    return caller;
  }

  /** Whether the request is an admin's; refusals and pauses count as no. */
  async isAdmin(request: Request, address: string | null): Promise<boolean> {
    try {
      await this.check(request, address, ["admin"]);
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  /** Who made a request that was let in: `socket`, `admin` (the token of the settings), `token:<id>` or `user:<id>`. */
  actorOf(request: Request): string {
    if (this.#trusted.has(request)) return "socket";
    const caller = this.#callers.get(request);
    if (caller?.scope === "user") return `user:${caller.userId}`;
    return caller === undefined || caller.tokenId === null ? "admin" : `token:${caller.tokenId}`;
  }

  /** Takes a request as an admin's without a token: it came by lull's own socket, which only its user can open. */
  trust(request: Request): void {
    this.#trusted.add(request);
  }

  async #callerOf(request: Request): Promise<Caller | null> {
    if (this.#trusted.has(request)) return { scope: "admin", tokenId: null };
    const token = bearer(request);
    if (token === null) return null;
    const hash = hashToken(token);
    if (areEqual(hash, this.#deps.tokenHash())) return { scope: "admin", tokenId: null };
    const known = isApiToken(token) ? await this.#deps.store.token(hash) : null;
    if (known === null) return null;
    const { id: tokenId, scope, userId } = known;
    if (scope !== "user") return { scope, tokenId };
    return userId === null ? null : { scope, userId, tokenId };
  }

  /** What a wrong token is answered with; counts it. */
  #failure(address: string | null): AppError {
    const now = this.#deps.clock.now();
    const from = address ?? "unknown";
    this.#failures = this.#failures.filter(({ at }) => at > now - SPAN_MS);
    const own = this.#failures.filter((failure) => failure.address === from);
    const counted = own.length >= FAILURES_MAX ? own : this.#failures;
    if (own.length >= FAILURES_MAX || counted.length >= FAILURES_OF_ALL_MAX) return tooMany(counted, now);
    this.#failures.push({ address: from, at: now });
    return new AppError("unauthorized", "The token is missing or wrong.", {
      fix: "Send it as 'Authorization: Bearer <token>'; the admin's was shown at the first start or is in admin.token.",
    });
  }
}

function bearer(request: Request): string | null {
  const match = /^Bearer (\S{1,500})$/.exec(request.headers.get("authorization") ?? "");
  return match?.[1] ?? null;
}

function areEqual(hash: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hash, "hex"), Buffer.from(other, "hex"));
}

function isAllowed(scope: TokenScope, allowed: readonly TokenScope[]): boolean {
  if (allowed.includes(scope)) return true;
  return scope === "admin" && allowed.some((one) => one !== "user");
}

/** Until the oldest of the failures that count is forgotten. */
function tooMany(failures: readonly Failure[], now: number): AppError {
  const retryAfterMs = (failures[0]?.at ?? now) + SPAN_MS - now;
  return new AppError("too_many_attempts", "Too many wrong tokens.", { retryable: true, retryAfterMs });
}

function forbidden(allowed: readonly TokenScope[]): AppError {
  return new AppError("forbidden", "This token may not do that.", {
    fix: `Use a token of scope ${allowed.join(" or ")}.`,
  });
}
