// The store's verbs for tokens, each one transaction.
import { page } from "./page.ts";
import type { TokenStore } from "./store-tokens.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function tokenWork({ tokens, newId }: Tables, transact: Transact): TokenStore {
  return {
    addToken: (token, now) =>
      transact(() => {
        const tokenId = newId(now);
        tokens.add(tokenId, token, now);
        return tokenId;
      }),
    listTokens: (query) => transact(() => page(tokens.list(query), query.limit)),
    removeToken: (tokenId) => transact(() => tokens.remove(tokenId)),
    token: (tokenHash) => transact(() => tokens.byHash(tokenHash)),
  };
}
