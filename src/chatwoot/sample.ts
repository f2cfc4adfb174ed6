// Webhook bodies as a Chatwoot 4.15 sends them, for the playground and for tests: every key a real one has,
// with invented people. It is no client and knows no network; which events exist at all is event.ts' business.
import { createHmac } from "node:crypto";
import {
  BOT,
  HUMAN,
  account,
  botPush,
  contactPush,
  conversationObject,
  humanPush,
  isoMoment,
  seconds,
  sourceId,
  webhookContact,
} from "./sample-conversation.ts";
import type { SampleContact, SampleConversation } from "./sample-conversation.ts";

export type { SampleContact, SampleConversation };

/** Who wrote it: `human` in the dashboard, `phone` in the WhatsApp Business app. */
export type SampleWriter = "customer" | "human" | "phone" | "bot";

export interface SampleMessage extends SampleConversation {
  event?: "message_created" | "message_updated";
  messageId: number;
  direction: "incoming" | "outgoing";
  content: string | null;
  contentType?: string;
  /** By default the customer for incoming, the bot for outgoing messages. */
  writer?: SampleWriter;
  contentAttributes?: Record<string, unknown>;
  /** In Chatwoot's own attachment shape; none leaves the key out, as Chatwoot does. */
  attachments?: unknown[];
  isPrivate?: boolean;
}

export type SampleConversationEvent =
  | "conversation_created"
  | "conversation_opened"
  | "conversation_status_changed"
  | "conversation_updated"
  | "conversation_resolved";

const INBOX_NAME = "Sample inbox";

/** The body of `message_created` or `message_updated`. */
export function sampleMessage(input: SampleMessage): Record<string, unknown> {
  const row = messageRow(input);
  return {
    account: account(input),
    additional_attributes: {},
    content_attributes: row["content_attributes"],
    content_type: row["content_type"],
    content: input.content,
    // Chatwoot shows the last public message here, so a note never appears.
    conversation: conversationObject(input, input.isPrivate ? [] : [row]),
    created_at: isoMoment(input.createdAt),
    id: input.messageId,
    inbox: { id: input.inboxId, name: INBOX_NAME },
    message_type: input.direction,
    private: input.isPrivate ?? false,
    sender: webhookSender(input),
    source_id: row["source_id"],
    ...(input.attachments?.length ? { attachments: input.attachments } : {}),
    event: input.event ?? "message_created",
  };
}

/** The body of a conversation event: the conversation itself at the top level. */
export function sampleConversation(
  input: SampleConversation & { event: SampleConversationEvent },
): Record<string, unknown> {
  const body = { ...conversationObject(input, []), event: input.event };
  // Null is what Chatwoot really sends: it reads the change after the save.
  if (input.event === "conversation_status_changed") return { ...body, changed_attributes: null };
  const isUpdate = input.event === "conversation_updated";
  return isUpdate ? { ...body, changed_attributes: changedAttributes(input) } : body;
}

/** The body of `conversation_typing_on` or `conversation_typing_off`; it has no account at the top. */
export function sampleTyping(
  input: SampleConversation & { isOn: boolean; by: "agent" | "contact"; isPrivate?: boolean },
): Record<string, unknown> {
  return {
    event: input.isOn ? "conversation_typing_on" : "conversation_typing_off",
    user: input.by === "agent" ? { ...HUMAN, type: "user" } : webhookContact(input),
    conversation: conversationObject(input, []),
    is_private: input.isPrivate ?? false,
  };
}

function changedAttributes(input: SampleConversation): unknown[] {
  const assigneeId = input.assignee === "human" ? HUMAN.id : null;
  return [
    { assignee_id: { previous_value: null, current_value: assigneeId } },
    { status: { previous_value: null, current_value: input.status ?? "pending" } },
  ];
}

/** Serialises as Rails does: `<`, `>`, `&` and the two line separators escaped, so only the raw bytes verify. */
export function railsJson(body: unknown): string {
  return JSON.stringify(body).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The three headers Chatwoot signs a delivery with; the key is the secret as a plain string. */
export function signBody(
  secret: string,
  timestampSeconds: number,
  raw: string,
  deliveryId: string,
): Record<string, string> {
  const digest = createHmac("sha256", secret).update(`${timestampSeconds}.${raw}`).digest("hex");
  return {
    "x-chatwoot-delivery": deliveryId,
    "x-chatwoot-timestamp": String(timestampSeconds),
    "x-chatwoot-signature": `sha256=${digest}`,
  };
}

/** The message as its database row: the type an integer, the moment in seconds. */
function messageRow(input: SampleMessage): Record<string, unknown> {
  const writer = writerOf(input);
  const echo = writer === "phone" ? { external_echo: true } : {};
  const isFromWhatsApp = writer === "customer" || writer === "phone";
  return {
    id: input.messageId,
    content: input.content,
    account_id: input.accountId,
    inbox_id: input.inboxId,
    conversation_id: input.conversationId,
    message_type: input.direction === "incoming" ? 0 : 1,
    created_at: seconds(input.createdAt),
    updated_at: isoMoment(input.updatedAt ?? input.createdAt),
    private: input.isPrivate ?? false,
    status: "sent",
    source_id: isFromWhatsApp ? `wamid.sample${input.messageId}` : null,
    content_type: input.contentType ?? "text",
    content_attributes: { ...echo, ...input.contentAttributes },
    external_source_ids: {},
    additional_attributes: {},
    processed_message_content: input.content,
    sentiment: {},
    conversation: rowConversation(input),
    ...rowSender(input, writer),
    ...(input.attachments?.length ? { attachments: input.attachments } : {}),
  };
}

function writerOf(input: SampleMessage): SampleWriter {
  return input.writer ?? (input.direction === "incoming" ? "customer" : "bot");
}

function rowConversation(input: SampleMessage): Record<string, unknown> {
  return {
    assignee_id: input.assignee === "human" ? HUMAN.id : null,
    unread_count: input.direction === "incoming" ? 1 : 0,
    last_activity_at: seconds(input.createdAt),
    contact_inbox: { source_id: sourceId(input) },
  };
}

/** The row's three sender keys; a message from the phone has nobody. */
function rowSender(input: SampleMessage, writer: SampleWriter): Record<string, unknown> {
  if (writer === "phone") return { sender_type: null, sender_id: null };
  if (writer === "human") return { sender_type: "User", sender_id: HUMAN.id, sender: humanPush() };
  if (writer === "bot") return { sender_type: "AgentBot", sender_id: BOT.id, sender: botPush() };
  return { sender_type: "Contact", sender_id: input.contact.id, sender: contactPush(input) };
}

/** The sender at the top level: a contact there has no `type`, everybody else has. */
function webhookSender(input: SampleMessage): Record<string, unknown> | null {
  const writer = writerOf(input);
  if (writer === "phone") return null;
  if (writer === "human") return { ...HUMAN, type: "user" };
  if (writer === "bot") return { ...BOT, type: "agent_bot" };
  return webhookContact(input);
}
