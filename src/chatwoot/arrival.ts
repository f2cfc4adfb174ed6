// The words for what a webhook brings: a message or a piece of news, or a reason to leave it.

import type { Command } from "./command.ts";

/** Why a webhook was answered without being stored: the closed list. */
export const SKIP_REASONS = [
  "unsupported_event",
  "outgoing_message",
  "own_reply",
  "human_reply",
  "private_note",
  "template",
  "automation",
  "unsupported_channel",
  "unknown_account",
  "group",
  "blocked_contact",
  "blocklist",
  "deleted",
  "empty",
  "not_buffered",
  "mode_off",
  "status_handled",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export type MessageKind = "text" | "audio" | "image" | "video" | "file" | "location" | "contact" | "other";

/** An attachment as later steps need it; `url` is a secret and never logged. */
export interface Attachment {
  id: number | null;
  kind: MessageKind;
  url: string | null;
  contentType: string | null;
  sizeBytes: number | null;
  title: string | null;
  /** Chatwoot's own transcript of an audio, when it has one. */
  transcript: string | null;
}

/** What a message answers (Chatwoot's id), the ad its writer came from, and what it is. Rows keep it as JSON. */
export interface MessageExtra {
  inReplyTo: number | null;
  referral: Readonly<Record<string, string>> | null;
  /** Left out of all others. WhatsApp tells of an unsupported one only that it came. */
  form?: "sticker" | "unsupported";
}

/** What a webhook tells about its conversation; unknown parts are null and change nothing. */
export interface ConversationFacts {
  /** Chatwoot's display id. */
  conversationId: number;
  inboxId: number | null;
  channel: string | null;
  status: string | null;
  assignee: "none" | "human" | "bot" | null;
  canReply: boolean | null;
  contactId: number | null;
  contactName: string | null;
  contactPhone: string | null;
  /** WhatsApp's own id of the contact in this inbox: digits, a JID, a BSUID. */
  contactSourceId: string | null;
  /** The contact's identifier, where a bridge keeps a JID. */
  contactIdentifier: string | null;
  /** It has more readers than one customer: a group, a channel, a status update. */
  isGroup: boolean;
  /** Chatwoot's own `updated_at` of the conversation in ms: older news must not undo newer. */
  stateAt: number | null;
}

/** News that the store has to keep. */
export type Arrival =
  | {
      kind: "message";
      facts: ConversationFacts;
      messageId: number;
      messageKind: MessageKind;
      content: string | null;
      contentType: string;
      attachments: Attachment[];
      extra: MessageExtra;
      /** A one-time code that stood in the text; it stands nowhere else. */
      verificationCode: string | null;
    }
  | {
      kind: "edit";
      facts: ConversationFacts;
      messageId: number;
      content: string | null;
      attachments: Attachment[];
    }
  | { kind: "deletion"; facts: ConversationFacts; messageId: number }
  | {
      kind: "human_reply";
      facts: ConversationFacts;
      messageId: number;
      content: string | null;
      /** Null where it is not told. */
      writerName: string | null;
      /** In ms, for one that was found later; null: now. */
      writtenAt: number | null;
    }
  /** A colleague's word to lull itself. */
  | { kind: "command"; facts: ConversationFacts; command: Command; writerName: string | null }
  | { kind: "own_reply"; facts: ConversationFacts; messageId: number; replyId: string }
  /** What a customer thought of the conversation, 1–5, asked after its end. */
  | { kind: "rating"; facts: ConversationFacts; messageId: number; rating: number }
  /** A reply of lull's own that its rows have lost; `answersTo` as in ListedMessage. */
  | {
      kind: "lost_reply";
      facts: ConversationFacts;
      messageId: number;
      replyId: string;
      answersTo: number | null;
      content: string;
    }
  | { kind: "state"; facts: ConversationFacts }
  | { kind: "typing"; facts: ConversationFacts; isOn: boolean };

/** A webhook that lull leaves, though an older system may not. */
export interface LeftEvent {
  kind: "left";
  reason: SkipReason;
  /** Null: it belongs to none. */
  conversationId: number | null;
}

/** A webhook body, read: its account (null when it names none) and what it brings. */
export interface ReadEvent {
  accountId: number | null;
  event: string;
  /** Which conversation and message it is about; null: none, or none that can be read. */
  conversationId: number | null;
  messageId: number | null;
  outcome: { arrival: Arrival } | { skip: SkipReason };
}
