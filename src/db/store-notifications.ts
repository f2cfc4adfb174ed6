// What the store knows of notifications: messages to customers that answer nothing, in the outbox beside the replies.
import type { Sender } from "../identity/layers.ts";

/** A conversation that a customer wrote in. */
export interface NotifiedConversation {
  connectionKey: number;
  conversationId: number;
  inboxId: number | null;
  /** Chatwoot's channel type; null where no event told it. */
  channel: string | null;
  /** Who wrote last. */
  sender: Sender;
  canReply: boolean | null;
  /** When the customer wrote last. */
  lastMessageAt: number;
  /** The highest message id that lull knows of. */
  anchorMessageId: number;
}

/** By which a caller may ask again without sending again. */
export interface RequestMark {
  key: string;
  /** Digest of what was asked. */
  hash: string;
}

export interface NewNotification {
  connectionKey: number;
  conversationId: number;
  text: string;
  /** What Chatwoot is given as `template_params`, as JSON; null: a plain text. */
  template: string | null;
  anchorMessageId: number;
  /** It keeps silent where a reply would. */
  isAnswer: boolean;
  request: RequestMark | null;
}

/** What stands in the outbox for a request; `isNew` false: it stood there before. */
export interface KeptNotification {
  deliveryId: string;
  isNew: boolean;
  /** Of the request it was made for; null where that had no mark. */
  requestHash: string | null;
}

export interface NotificationStore {
  /** Null: nobody wrote in it, as far as lull knows. */
  conversationToNotify(connectionKey: number, conversationId: number): Promise<NotifiedConversation | null>;
  /** The conversations that somebody at one of these addresses wrote in, the newest word first. */
  conversationsOf(connectionKey: number, phoneKeys: readonly string[], limit: number): Promise<number[]>;
  /** The addresses that are proven to be a user's own, there or everywhere. */
  provenKeysOf(userId: string, connectionKey: number, limit: number): Promise<string[]>;
  /** What was made for a request since a moment; null: nothing. */
  notificationOf(requestKey: string, since: number): Promise<KeptNotification | null>;
  /** Puts it in the outbox, unless something was made for the same request since. */
  addNotification(notification: NewNotification, since: number, now: number): Promise<KeptNotification>;
}
