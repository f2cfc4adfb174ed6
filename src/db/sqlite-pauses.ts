// The store's verbs for pauses, each one transaction.
import type { PauseStore } from "./store-pauses.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function pauseWork({ conversations, events }: Tables, transact: Transact): PauseStore {
  return {
    resumeConversation: (connection, conversation, now) =>
      transact(() => {
        if (!conversations.resume(connection, conversation)) return false;
        const place = { connection_id: connection, conversation_id: conversation };
        events.add("conversation.resumed", place, String(conversation), {}, now);
        return true;
      }),
  };
}
