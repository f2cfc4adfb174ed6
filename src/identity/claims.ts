// A user's own claim of a number: it names nobody until the code of the claim was sent from that WhatsApp.
import { type Clock, HOUR_MS } from "../clock.ts";
import type { UserStore } from "../db/store-users.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { RateLimit } from "../rate.ts";
import { storedNumber } from "./numbers.ts";
import type { Country } from "./phone.ts";
import { CODE_BYTES, CODE_LIFE_MS, hashCode, makeCode } from "./verification.ts";

export interface NumberClaimsDeps {
  store: Pick<UserStore, "ownNumbers" | "addMapping">;
  clock: Clock;
  random: Random;
  /** Of numbers that name none. */
  country: Country;
}

export interface NumberClaim {
  id: string;
  /** Shown to the user alone; what is kept is its hash. */
  code: string;
  expiresAt: number;
}

/** Claims of one user, of whichever numbers. */
const RATE = { countMax: 5, spanMs: HOUR_MS, message: "Too many numbers were claimed within an hour." };
/** Numbers of one user that they may add to by themselves. */
const NUMBERS_MAX = 20;

export class NumberClaims {
  readonly #deps: NumberClaimsDeps;
  readonly #rate: RateLimit;

  constructor(deps: NumberClaimsDeps) {
    this.#deps = deps;
    this.#rate = new RateLimit(deps.clock, RATE);
  }

  /**
   * Keeps the claim, unproven, with a new code; a code of an earlier claim of the number is void. Throws AppError
   * `invalid_number`, `rate_limited`, `not_found` (no such user), or `conflict`: too many numbers, or proven already.
   */
  async claim(userId: string, raw: string, connectionKey: number | null): Promise<NumberClaim> {
    const { store, clock, random, country } = this.#deps;
    const number = storedNumber(raw, { country, isExact: false });
    const known = await store.ownNumbers(userId);
    if (known === null) throw noSuchUser();
    if (known.length >= NUMBERS_MAX && !known.some(({ phoneKey }) => phoneKey === number.key))
      throw tooMany();
    this.#rate.take(userId);
    const code = makeCode(random.bytes(CODE_BYTES));
    const now = clock.now();
    const expiresAt = now + CODE_LIFE_MS;
    const mapping = { userId, connectionKey, number, isVerified: false, source: "self" } as const;
    const id = await store.addMapping(mapping, { codeHash: hashCode(code), expiresAt }, now);
    if (id === null) throw noSuchUser();
    if (known.some((one) => one.id === id && one.isVerified)) throw alreadyProven();
    return { id, code, expiresAt };
  }
}

function noSuchUser(): AppError {
  return new AppError("not_found", "There is no such user.");
}

function tooMany(): AppError {
  return new AppError("conflict", `A user may have at most ${NUMBERS_MAX} numbers.`, {
    fix: "Remove one that is not in use any more.",
  });
}

function alreadyProven(): AppError {
  return new AppError("conflict", "This number is proven already.", { fix: "There is nothing left to do." });
}
