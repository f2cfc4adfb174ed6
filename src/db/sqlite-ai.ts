// The store's verbs for AI keys and for the chat API, each one transaction.
import type { ChatStore, CredentialStore } from "./store-ai.ts";
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

export function chatWork({ chat, newId }: Tables, transact: Transact): ChatStore {
  return {
    keepChatMessage: (message, now) =>
      transact(() => {
        const messageId = newId(now);
        chat.add(messageId, message, now);
        return messageId;
      }),
    markChatSender: (messageId, sender) => transact(() => chat.mark(messageId, sender)),
    chatHistory: (messageId, limit) => transact(() => chat.before(messageId, limit)),
    keepChatAnswer: (messageId, text, now) =>
      transact(() => {
        const answerId = newId(now);
        chat.answer(answerId, messageId, text, now);
        return answerId;
      }),
  };
}
