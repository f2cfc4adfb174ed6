// The tokens of the double of Google Cloud Storage: a claim that the account signed is exchanged for one.
import { createPublicKey, verify } from "node:crypto";
import { json } from "./gcs-answer.ts";
import type { GcsRequest } from "./gcs-request.ts";
import type { GcsAnswer } from "./gcs-socket.ts";

export interface GcsAccount {
  /** PEM: whose claims get a token. */
  publicKey: string;
  clientEmail: string;
}

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CLAIM_LIFE_S = 3600;
const SKEW_MAX_S = 300;

export class GcsTokens {
  readonly #account: GcsAccount;
  readonly #now: () => number;
  #count = 0;

  constructor(account: GcsAccount, now: () => number) {
    this.#account = account;
    this.#now = now;
  }

  exchange(request: GcsRequest, url: string): GcsAnswer {
    const form = new URLSearchParams(request.body.toString());
    const isGrant = form.get("grant_type") === GRANT_TYPE;
    const problem = isGrant ? this.#problemOf(form.get("assertion") ?? "", url) : "no grant";
    if (problem !== null) return json({ error: "invalid_grant", error_description: problem }, 400);
    return json({ access_token: `token-${++this.#count}`, expires_in: CLAIM_LIFE_S, token_type: "Bearer" });
  }

  #problemOf(assertion: string, url: string): string | null {
    const [header = "", claim = "", signature = ""] = assertion.split(".");
    const { publicKey, clientEmail } = this.#account;
    const said = Buffer.from(`${header}.${claim}`);
    if (!verify("sha256", said, createPublicKey(publicKey), Buffer.from(signature, "base64url")))
      return "signature";
    const { iss, aud, exp, iat } = JSON.parse(Buffer.from(claim, "base64url").toString());
    if (iss !== clientEmail || aud !== `${url}/token`) return "whose";
    const isNow = Math.abs(this.#now() / 1000 - iat) < SKEW_MAX_S;
    return exp - iat === CLAIM_LIFE_S && isNow ? null : "time";
  }
}
