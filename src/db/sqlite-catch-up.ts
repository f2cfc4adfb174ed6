// The store's verbs for looks at Chatwoot, each one transaction.
import type { ConversationFacts } from "../chatwoot/arrival.ts";
import { conversationState } from "./conversations.ts";
import type { CatchUpStore } from "./store-catch-up.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function catchUpWork(tables: Tables, transact: Transact): CatchUpStore {
  const { catchUp } = tables;
  return {
    beginLook: (connection, place, now) => transact(() => catchUp.begin(connection, place, now)),
    endLook: (connection, mark, now) => transact(() => catchUp.end(connection, mark, now)),
    breakOffLook: (connection, reason) => transact(() => catchUp.breakOff(connection, reason)),
    lookState: (connection) => transact(() => catchUp.state(connection)),
    unheard: (connection, facts, { messageIds, replyIds }) =>
      transact(() => ({
        messageIds: catchUp.newMessages(connection, facts.conversationId, messageIds),
        replyIds: catchUp.lostReplies(replyIds),
        hasNews: hasNews(tables, connection, facts),
      })),
    talkedIn: (connection, since, limit) => transact(() => catchUp.talkedIn(connection, since, limit)),
  };
}

/** One that is not known tells all this with its first message. */
function hasNews({ conversations }: Tables, connection: number, facts: ConversationFacts): boolean {
  const row = conversations.find(connection, facts.conversationId);
  if (row === null) return false;
  const { status, assignee, canReply } = conversationState(row);
  return status !== facts.status || assignee !== facts.assignee || canReply !== facts.canReply;
}
