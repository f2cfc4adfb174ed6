// The store's verbs for AI keys, each one transaction.
import type { CredentialStore } from "./store-credentials.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function credentialWork({ credentials }: Tables, transact: Transact): CredentialStore {
  return {
    addCredential: (credential, now) => transact(() => credentials.add(credential, now)),
    credentials: (userId) => transact(() => credentials.inOrder(userId)),
    listCredentials: (userId) => transact(() => credentials.list(userId)),
    changeCredential: (userId, credentialId, change, now) =>
      transact(() => {
        const manner = credentials.manner(userId, credentialId);
        if (manner !== null) credentials.change(userId, credentialId, { ...manner, ...change }, now);
        return manner !== null;
      }),
    removeCredential: (userId, credentialId) => transact(() => credentials.remove(userId, credentialId)),
    restCredential: (credentialId, until, reason, now) =>
      transact(() => credentials.rest(credentialId, until, reason, now)),
    wakeCredentials: (now) => transact(() => credentials.wake(now)),
    markCredentialUsed: (credentialId, now) => transact(() => credentials.use(credentialId, now)),
  };
}
