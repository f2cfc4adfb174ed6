// Tokens of the API: what they look like, so that a leaked one is recognised wherever it turns up.
import type { NewToken } from "../db/store-tokens.ts";
import type { Random } from "../random.ts";

export type TokenScope = NewToken["scope"];
export const TOKEN_SCOPES = ["admin", "service", "chat", "user"] as const satisfies readonly TokenScope[];

/** Bytes of chance in a token: 256 bits, 43 characters of base64url. */
const TOKEN_BYTES = 32;
const TOKEN = new RegExp(`^lull_(?:${TOKEN_SCOPES.join("|")})_[\\w-]{43}$`);

/** `lull_<scope>_<43 characters>`. It is shown once; what is kept is its hash. */
export function makeApiToken(scope: TokenScope, random: Random): string {
  return `lull_${scope}_${Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url")}`;
}

/** Whether a text may be one at all: nothing else is worth a look at the database. */
export function isApiToken(text: string): boolean {
  return TOKEN.test(text);
}
