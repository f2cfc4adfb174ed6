// What the store knows of messages that came by the chat API.
import type { SenderMark } from "./store-identity.ts";
import type { HistoryLine } from "./store-turns.ts";

export interface ChatMessageRow {
  connectionKey: number;
  /** The caller's word for where it came from. */
  source: string;
  phoneNumber: string | null;
  phoneKey: string | null;
  keyVersion: string | null;
  text: string;
}

export interface ChatStore {
  /** Keeps a message before anything is known of its sender. Gives its public id. */
  keepChatMessage(message: ChatMessageRow, now: number): Promise<string>;
  markChatSender(messageId: string, sender: SenderMark): Promise<void>;
  /** Lines of the same number in the same connection older than the message, ascending. Without a number: none. */
  chatHistory(messageId: string, limit: number): Promise<HistoryLine[]>;
  /** The answer, with the number and user of its question; nothing when that was erased meanwhile. Gives its public id. */
  keepChatAnswer(messageId: string, text: string, now: number): Promise<string>;
}
