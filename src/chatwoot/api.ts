// What lull asks of a Chatwoot: the interface its services know. client.ts is the real one.

/** What an access token may do: a bot's cannot list messages. */
export type TokenKind = "user" | "bot";

/** A conversation as Chatwoot shows it now. */
export interface ConversationView {
  conversationId: number;
  status: string;
  assignee: "none" | "human" | "bot";
  canReply: boolean;
  /** The last message that is not an activity note, null when there is none. */
  lastMessage: ListedMessage | null;
  /** The highest id that it shows, of notes and activities as well; 0 when nothing was said. */
  lastMessageId: number;
  /** When something was last said in it, in ms; null where it is not told. */
  activeAt: number | null;
  /** As the `conversation` of a webhook would tell of it. */
  told: Told;
}

export type Told = Readonly<Record<string, unknown>>;

/** One message of Chatwoot's own list. */
export interface ListedMessage {
  id: number;
  direction: "incoming" | "outgoing" | "activity" | "template";
  isPrivate: boolean;
  /** Chatwoot's own rule for "a person wrote this", minus messages with lull's marker. */
  fromHuman: boolean;
  /** The `lull_reply_id` it carries, when lull sent it. */
  replyId: string | null;
  /** The highest message id that a reply of lull's answers; null for what answers nothing. */
  answersTo: number | null;
  isDeleted: boolean;
  content: string | null;
  contentType: string;
  attachments: unknown[];
  /** Of its content attributes those that tell of what it is; anything may stand under them. */
  attributes: Readonly<Record<string, unknown>>;
  /** The customer, for incoming messages; null else. */
  sender: { id: number; name: string | null; phoneNumber: string | null } | null;
  /** By Chatwoot's clock, in ms of whole seconds; null where it is not told. */
  createdAt: number | null;
}

/** What became of one POST of a message. */
export type SendOutcome =
  | { kind: "sent"; messageId: number }
  /** Chatwoot said no for good: sending the same again cannot help. */
  | { kind: "refused"; status: number; reason: string }
  /** Chatwoot says it did not take it (429, too many messages): safe to send later. */
  | { kind: "not_accepted"; retryAfterMs: number | null }
  /** It may or may not have been taken: never send again without looking. */
  | { kind: "unknown"; reason: string };

export interface OutgoingText {
  text: string;
  /** The marker, put in `content_attributes.lull_reply_id`. */
  replyId: string;
  /** The highest id of the messages it answers, put beside the marker; null: it answers none. */
  answersTo?: number | null;
  /** An approved template of WhatsApp, which goes out in the place of the text; null: the text itself. */
  template?: TemplateParams | null;
}

/** A note for colleagues, which customers never see. */
export interface MarkedNote {
  text: string;
  noteId: string;
}

export type Assignment = { assigneeId: number } | { teamId: number };

/** Chatwoot's `template_params`. */
export interface TemplateParams {
  name: string;
  language: string;
  category?: string;
  processed_params?: Record<string, unknown>;
}

/**
 * One connection's Chatwoot. `conversationId` is always the display id.
 * Every method but `createMessage` throws AppError `chatwoot_unreachable` (retryable: network, timeout, 429, 5xx,
 * an answer that is not Chatwoot's) or `chatwoot_refused` (other 4xx).
 */
export interface ChatwootApi {
  /** Found out once, then remembered; a failed try is not remembered. */
  tokenKind(signal: AbortSignal): Promise<TokenKind>;
  /** Throws where the account is not open to the connection's own token; what it answers otherwise says nothing more. */
  checkAccount(signal: AbortSignal): Promise<void>;
  /** True when some token of this connection can list messages. */
  canList(signal: AbortSignal): Promise<boolean>;
  showConversation(conversationId: number, signal: AbortSignal): Promise<ConversationView>;
  /** A page of all conversations that the token's user may see, from 1, the last active first; an empty one is beyond the end. */
  listConversations(page: number, signal: AbortSignal): Promise<ConversationView[]>;
  /** All messages with an id above `afterMessageId`, ascending, page by page. */
  listMessages(conversationId: number, afterMessageId: number, signal: AbortSignal): Promise<ListedMessage[]>;
  /** Sends one message. Never throws: what happened is the value. */
  createMessage(conversationId: number, message: OutgoingText, signal: AbortSignal): Promise<SendOutcome>;
  /** `noteId` goes with it as lull's marker, by which it is found again. */
  createPrivateNote(conversationId: number, note: MarkedNote, signal: AbortSignal): Promise<void>;
  setTyping(conversationId: number, isOn: boolean, signal: AbortSignal): Promise<void>;
  /** `open` hands the conversation to people. */
  setStatus(conversationId: number, status: "open" | "resolved", signal: AbortSignal): Promise<void>;
  /** Those that are there already stay. A bot's token may since Chatwoot 4.14.2. */
  addLabels(conversationId: number, labels: readonly string[], signal: AbortSignal): Promise<void>;
  assign(conversationId: number, to: Assignment, signal: AbortSignal): Promise<void>;
}
