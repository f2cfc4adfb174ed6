// What the store knows of the looks at Chatwoot for messages that no webhook brought.
import type { ConversationFacts } from "../chatwoot/arrival.ts";

/** How far a connection was looked through. */
export interface LookMark {
  /** What was said before this moment (ms) is none of lull's. */
  since: number;
  /** Everything up to this message was looked at; null: no look has come to its end yet. */
  messageId: number | null;
}

/** How the last look at a connection went. */
export interface LookState {
  /** When one last came to its end; null: none did. */
  lookedAt: number | null;
  /** Why the last one broke off; null: it did not. */
  reason: string | null;
}

/** Messages of one conversation, as Chatwoot lists them. */
export interface ListedIds {
  messageIds: readonly number[];
  /** The markers of lull's own among them. */
  replyIds: readonly string[];
}

export interface Unknown extends ListedIds {
  /** Status, assignee or window of a known conversation are not those that the rows tell of. */
  hasNews: boolean;
}

export interface CatchUpStore {
  /** Begins a look. `place` names the Chatwoot: with another one than the last time, all begins anew now. */
  beginLook(connectionKey: number, place: string, now: number): Promise<LookMark>;
  /** It came to its end: nothing up to the mark has to be looked at again. */
  endLook(connectionKey: number, mark: LookMark, now: number): Promise<void>;
  /** It broke off, and is to be looked at again from where it began. */
  breakOffLook(connectionKey: number, reason: string): Promise<void>;
  /** Null: it was never looked at. */
  lookState(connectionKey: number): Promise<LookState | null>;
  /** Which of these messages lull's rows do not know, and of which replies they know nothing at all. */
  unheard(connectionKey: number, facts: ConversationFacts, listed: ListedIds): Promise<Unknown>;
  /** The conversations in which customers wrote since the moment, of the latest messages; at most `limit`, the last first. */
  talkedIn(connectionKey: number, since: number, limit: number): Promise<number[]>;
}
