// The conversation inside every sample webhook body, and the people in it. The bodies themselves are in sample.ts.

export interface SampleContact {
  id: number;
  name: string;
  /** `+` and digits; null for a contact known by its WhatsApp user id alone. */
  phoneNumber: string | null;
  /** Where WhatsApp, or a bridge, calls the contact otherwise than by the number: a group. */
  sourceId?: string;
}

export interface SampleConversation {
  accountId: number;
  inboxId: number;
  /** The display id. */
  conversationId: number;
  /** When the message (or the change) was made, in ms. */
  createdAt: number;
  /** The conversation's own `updated_at` in ms; by default `createdAt`. */
  updatedAt?: number;
  /** By default `pending`, as in an inbox with a bot. */
  status?: string;
  /** By default `Channel::Whatsapp`. */
  channel?: string;
  contact: SampleContact;
  assignee?: "none" | "human" | "bot";
  /** Whether WhatsApp lets anybody write now; by default it does. */
  canReply?: boolean;
}

const ACCOUNT_NAME = "Sample account";
export const HUMAN = { id: 41, name: "Sample Agent", email: "agent@sample.example" };
export const BOT = { id: 7, name: "Sample Bot" };

/** The conversation as Chatwoot shows it, `messages` being at most its last public one. */
export function conversationObject(input: SampleConversation, messages: unknown[]): Record<string, unknown> {
  const lastActivity = seconds(input.createdAt);
  return {
    additional_attributes: {},
    can_reply: input.canReply ?? true,
    channel: channelOf(input),
    contact_inbox: contactInbox(input),
    id: input.conversationId,
    inbox_id: input.inboxId,
    messages,
    labels: [],
    meta: { sender: contactPush(input), ...assignment(input), team: null, hmac_verified: false },
    status: input.status ?? "pending",
    custom_attributes: {},
    snoozed_until: null,
    unread_count: messages.length,
    first_reply_created_at: null,
    priority: null,
    waiting_since: lastActivity,
    agent_last_seen_at: 0,
    contact_last_seen_at: 0,
    last_activity_at: lastActivity,
    timestamp: lastActivity,
    created_at: lastActivity,
    updated_at: (input.updatedAt ?? input.createdAt) / 1000,
    account: account(input),
  };
}

function contactInbox(input: SampleConversation): Record<string, unknown> {
  return {
    id: input.contact.id,
    contact_id: input.contact.id,
    inbox_id: input.inboxId,
    source_id: sourceId(input),
    created_at: isoMoment(input.createdAt),
    updated_at: isoMoment(input.createdAt),
    hmac_verified: false,
    pubsub_token: "sample_pubsub_token",
  };
}

/** How the channel names the contact: digits, Twilio's prefixed number, or a business-scoped id. */
export function sourceId(input: SampleConversation): string {
  if (input.contact.sourceId !== undefined) return input.contact.sourceId;
  const phone = input.contact.phoneNumber;
  if (phone === null) return `BR.sample${input.contact.id}`;
  return channelOf(input) === "Channel::TwilioSms" ? `whatsapp:${phone}` : phone.replace(/\D/g, "");
}

function channelOf(input: SampleConversation): string {
  return input.channel ?? "Channel::Whatsapp";
}

function assignment(input: SampleConversation): Record<string, unknown> {
  if (input.assignee === "human") return { assignee: humanPush(), assignee_type: "User" };
  if (input.assignee === "bot") return { assignee: botPush(), assignee_type: "AgentBot" };
  return { assignee: null, assignee_type: null };
}

/** The contact as `meta.sender` and a message row show it, with its type. */
export function contactPush(input: SampleConversation): Record<string, unknown> {
  return { ...contactFields(input.contact), type: "contact" };
}

function contactFields(contact: SampleContact): Record<string, unknown> {
  return {
    additional_attributes: {},
    custom_attributes: {},
    email: null,
    id: contact.id,
    identifier: null,
    name: contact.name,
    phone_number: contact.phoneNumber,
    thumbnail: "",
    blocked: false,
  };
}

/** The colleague as an assignee or a row's sender. */
export function humanPush(): Record<string, unknown> {
  return {
    id: HUMAN.id,
    name: HUMAN.name,
    available_name: HUMAN.name,
    avatar_url: "",
    type: "user",
    availability_status: "online",
    thumbnail: "",
  };
}

/** The bot as an assignee or a row's sender. */
export function botPush(): Record<string, unknown> {
  return { ...BOT, avatar_url: "", type: "agent_bot" };
}

export function isoMoment(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

export function account(input: SampleConversation): Record<string, unknown> {
  return { id: input.accountId, name: ACCOUNT_NAME };
}

/** The contact as a webhook's own sender or typing user, without a type. */
export function webhookContact(input: SampleConversation): Record<string, unknown> {
  return { account: account(input), avatar: "", ...contactFields(input.contact) };
}
