// The store's verbs for identification, each one transaction.
import type { IdentityStore, SenderMark } from "./store-identity.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

const NOBODY: SenderMark = { userId: null, layer: null, isVerified: false };

export function identityWork(tables: Tables, transact: Transact): IdentityStore {
  const { identity, identityChanges, pairs, users, events, summaries } = tables;
  return {
    identityVersion: () => identityChanges.version(),
    findings: (connectionKey, keys) => transact(() => identity.findings(connectionKey, keys)),
    pair: (connectionKey, aliasKey) => transact(() => pairs.find(connectionKey, aliasKey)),
    lineOwners: (connectionKey, line) => transact(() => identity.owners(connectionKey, line)),
    // A user who went since they were found is not written down again.
    markSender: (jobKey, sender) =>
      transact(() => {
        const isKnown = sender.userId !== null && users.exists(sender.userId);
        const known = isKnown ? sender : NOBODY;
        const { connection, conversation } = identity.mark(jobKey, known);
        summaries.dropOfOthers(connection, conversation, known.userId);
      }),
    recordIdentityEvent: (name, { connectionKey, conversationId, subjectId }, detail, now) =>
      transact(() => {
        const place = { connection_id: connectionKey, conversation_id: conversationId };
        events.add(name, place, subjectId, detail, now);
      }),
  };
}
