// The access token of a service account: a signed claim is exchanged for one that lives an hour. Asked for when it is
// first needed, kept until shortly before its end, and only once by however many calls wait for it.
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { type Clock, startDeadline } from "../clock.ts";
import type { AppError } from "../errors.ts";
import { refused, unavailable } from "./failure.ts";
import { failureOf, readGcsFailure } from "./gcs-failure.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ServiceAccount {
  clientEmail: string;
  /** PEM. */
  privateKey: string;
  /** Null: Google finds the key by itself. */
  privateKeyId: string | null;
}

export interface TokenSourceDeps {
  account: ServiceAccount;
  tokenUrl: string;
  fetch: Fetch;
  clock: Clock;
}

/** Objects and buckets, not the rights of others. */
const SCOPE = "https://www.googleapis.com/auth/devstorage.full_control";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CLAIM_LIFE_S = 3600;
/** So long before its end a token is renewed. */
const RENEWAL_MS = 5 * 60_000;
const EXCHANGE_MAX_MS = 30_000;
const KEY_FIX = "Check GCS_CLIENT_EMAIL and GCS_PRIVATE_KEY.";

interface Token {
  text: string;
  renewAt: number;
}

export class TokenSource {
  readonly #deps: TokenSourceDeps;
  #token: Token | null = null;
  #asking: Promise<Token> | null = null;

  constructor(deps: TokenSourceDeps) {
    this.#deps = deps;
  }

  /** A token that is good for some minutes. Rejects as ObjectStore promises. */
  async token(): Promise<string> {
    if (this.#token !== null && this.#deps.clock.monotonic() < this.#token.renewAt) return this.#token.text;
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    this.#token = await this.#asking;
    return this.#token.text;
  }

  /** The storage refused the token: the next call gets another. */
  forget(): void {
    this.#token = null;
  }

  // No caller's signal ends it, as others may wait for the same token; each of them stops waiting on its own.
  async #ask(): Promise<Token> {
    const { account, tokenUrl, clock } = this.#deps;
    const askedAt = clock.monotonic();
    const body = new URLSearchParams({
      grant_type: GRANT_TYPE,
      assertion: signClaim(account, tokenUrl, Math.floor(clock.now() / 1000)),
    });
    const limit = startDeadline(clock, EXCHANGE_MAX_MS);
    try {
      const response = await this.#deps.fetch(tokenUrl, {
        method: "POST",
        body,
        signal: limit.signal,
        redirect: "manual",
      });
      const text = await response.text();
      if (response.status !== 200) throw failureOfExchange(response);
      const { accessToken, lifeMs } = readToken(text);
      return { text: accessToken, renewAt: askedAt + lifeMs - RENEWAL_MS };
    } catch (error) {
      throw readGcsFailure(error);
    } finally {
      limit.clear();
    }
  }
}

function signClaim(
  { clientEmail, privateKey, privateKeyId }: ServiceAccount,
  aud: string,
  iat: number,
): string {
  const header = { alg: "RS256", typ: "JWT", ...(privateKeyId === null ? {} : { kid: privateKeyId }) };
  const claim = { iss: clientEmail, scope: SCOPE, aud, iat, exp: iat + CLAIM_LIFE_S };
  const said = [header, claim]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${said}.${sign("sha256", Buffer.from(said), readKey(privateKey)).toString("base64url")}`;
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw refused("The private key of the service account is none.", "unauthorized", KEY_FIX);
  }
}

/** Google answers 400 to a claim it does not accept, and to one whose time is not now. */
function failureOfExchange({ status, headers }: Response): AppError {
  if (status !== 400 && status !== 401) return failureOf(status, headers.get("retry-after"));
  const fix = `${KEY_FIX} Check the clock of this machine.`;
  return refused("Google did not accept the service account.", "unauthorized", fix);
}

function readToken(text: string): { accessToken: string; lifeMs: number } {
  const answer = readJson(text);
  if (typeof answer !== "object" || answer === null) throw unavailable("the token endpoint gave no token");
  const { access_token: accessToken, expires_in: lifeS } = answer as Record<string, unknown>;
  if (typeof accessToken !== "string" || typeof lifeS !== "number")
    throw unavailable("the token endpoint gave no token");
  return { accessToken, lifeMs: lifeS * 1000 };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
