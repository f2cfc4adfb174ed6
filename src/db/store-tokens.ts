// What the store knows of the tokens that programs and users come with: their hashes, never themselves.
import type { ListQuery, Page } from "./store-insight.ts";

export interface NewToken {
  name: string;
  scope: "admin" | "service" | "chat" | "user";
  /** Of scope user alone. */
  userId: string | null;
  tokenHash: string;
}

/** Which tokens a list is of; what is left out says nothing. */
export interface TokenFilter {
  scope?: NewToken["scope"];
  userId?: string;
}

export interface TokenStore {
  /** Rejects with StoreError `conflict` for an unknown user. Gives the public id. */
  addToken(token: NewToken, now: number): Promise<string>;
  /** id, name, scope (`user:<id>` for a user's), createdAt. */
  listTokens(query: ListQuery & TokenFilter): Promise<Page>;
  removeToken(tokenId: string): Promise<boolean>;
  /** By the token's hash; one indexed look-up. */
  token(tokenHash: string): Promise<{ id: string; scope: NewToken["scope"]; userId: string | null } | null>;
}
