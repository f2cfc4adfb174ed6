// The store's verbs for the chat API, each one transaction.
import type { ChatStore } from "./store-chat.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

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
