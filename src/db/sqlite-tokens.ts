// The store's verbs for tokens, each one transaction.
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
    listTokens: (query) => transact(() => tokens.list(query)),
    removeToken: (tokenId) => transact(() => tokens.remove(tokenId)),
    token: (tokenHash) => transact(() => tokens.byHash(tokenHash)),
  };
}
