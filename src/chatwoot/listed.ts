// What Chatwoot's API answers about messages and conversations, read into lull's words: pure, no network.
// Webhook bodies have another shape (a string as message type, no last message) and are event.ts' business.
import type { ConversationView, ListedMessage, Told } from "./api.ts";
import { ANSWERS_KEY, isBotType, markerOf, writerOf } from "./writer.ts";

/** Chatwoot's message types by the integer of its own table. */
const DIRECTIONS = ["incoming", "outgoing", "activity", "template"] as const;

/**
 * The messages of a list answer, as Chatwoot orders them; null when it is no such list. One entry that cannot be
 * read spoils the whole list: it might be the reply somebody looks for.
 */
export function readList(body: unknown): ListedMessage[] | null {
  const payload = asObject(body)["payload"];
  if (!Array.isArray(payload)) return null;
  const messages = payload.map(readListed);
  return messages.every((message) => message !== null) ? messages : null;
}

/** What a message answers, where its writer came from, that WhatsApp does not pass it on. */
const TELLING = ["in_reply_to", "referral", "is_unsupported"];

/** One message of a list, or the answer to a POST of one; null when it has no usable id or type. */
export function readListed(body: unknown): ListedMessage | null {
  const message = asObject(body);
  const id = readMessageId(message);
  const direction = readDirection(message["message_type"]);
  if (id === null || direction === null) return null;
  const attributes = asObject(message["content_attributes"]);
  const replyId = readMarker(message);
  return {
    id,
    direction,
    isPrivate: message["private"] === true,
    fromHuman: direction === "outgoing" && isByPerson(message),
    replyId,
    answersTo: replyId === null ? null : asId(attributes[ANSWERS_KEY]),
    isDeleted: attributes["deleted"] === true,
    content: asText(message["content"]),
    contentType: asText(message["content_type"]) ?? "text",
    attachments: Array.isArray(message["attachments"]) ? message["attachments"] : [],
    attributes: Object.fromEntries(TELLING.map((name) => [name, attributes[name]])),
    sender: direction === "incoming" ? readCustomer(message["sender"]) : null,
    createdAt: asMoment(message["created_at"]),
  };
}

/** The conversations of a list answer, as Chatwoot orders them; null when one of them is none, or the answer no list. */
export function readConversations(body: unknown): ConversationView[] | null {
  const payload = asObject(asObject(body)["data"])["payload"];
  if (!Array.isArray(payload)) return null;
  const conversations = payload.map((body) => readConversation(body, null));
  return conversations.every((conversation) => conversation !== null) ? conversations : null;
}

/** A conversation as `GET conversations/:id` (asked for by `askedId`) and the list show it; null when it is none. */
export function readConversation(body: unknown, askedId: number | null): ConversationView | null {
  const conversation = asObject(body);
  const conversationId = asId(conversation["id"]) ?? askedId;
  const status = asText(conversation["status"]);
  if (conversationId === null || status === null) return null;
  return {
    conversationId,
    status,
    assignee: readAssignee(asObject(conversation["meta"])),
    canReply: conversation["can_reply"] !== false,
    lastMessage: readLastMessage(conversation),
    lastMessageId: Math.max(0, ...shownMessages(conversation).map((shown) => readMessageId(shown) ?? 0)),
    activeAt: asMoment(conversation["last_activity_at"] ?? conversation["timestamp"]),
    told: { ...readTold(conversation), id: conversationId },
  };
}

/** A conversation's labels; null when the answer is no list of them. */
export function readLabels(body: unknown): string[] | null {
  const payload = asObject(body)["payload"];
  if (!Array.isArray(payload)) return null;
  return payload.every((label) => typeof label === "string") ? payload : null;
}

/** The id of a message object, null when it has none. */
export function readMessageId(body: unknown): number | null {
  return asId(asObject(body)["id"]);
}

/** The marker a message object carries, null when it carries none. */
export function readMarker(body: unknown): string | null {
  return markerOf(asObject(asObject(body)["content_attributes"]));
}

/** A type that a later Chatwoot adds is neither the customer's nor a person's, which an activity is not either. */
function readDirection(type: unknown): ListedMessage["direction"] | null {
  return typeof type === "number" ? (DIRECTIONS[type] ?? "activity") : null;
}

/** A note is for colleagues, so nobody's reply. */
function isByPerson(message: Record<string, unknown>): boolean {
  if (message["private"] === true) return false;
  const sender = message["sender"] ?? null;
  const writer = writerOf({
    sender: sender === null ? null : asObject(sender),
    content_attributes: asObject(message["content_attributes"]),
    additional_attributes: asObject(message["additional_attributes"]),
  });
  return writer === "person";
}

function readCustomer(body: unknown): ListedMessage["sender"] {
  const sender = asObject(body);
  const id = readMessageId(sender);
  if (id === null) return null;
  return { id, name: asText(sender["name"]), phoneNumber: asText(sender["phone_number"]) };
}

function readAssignee(meta: Record<string, unknown>): ConversationView["assignee"] {
  const assignee = meta["assignee"] ?? null;
  if (assignee === null) return "none";
  return isBotType(meta["assignee_type"]) || isBotType(asObject(assignee)["type"]) ? "bot" : "human";
}

function readLastMessage(conversation: Record<string, unknown>): ListedMessage | null {
  const last = readListed(shownMessages(conversation).at(-1));
  return last?.direction === "activity" ? null : last;
}

/** The very last message, and after it the last that is no activity: Chatwoot shows no others. */
function shownMessages(conversation: Record<string, unknown>): unknown[] {
  const messages: unknown[] = Array.isArray(conversation["messages"]) ? conversation["messages"] : [];
  const spoken = conversation["last_non_activity_message"] ?? null;
  return spoken === null ? messages : [...messages, spoken];
}

/** The API keeps the channel in `meta`, how the contact is called there with its messages, and leaves out that nobody is assigned. */
function readTold(conversation: Record<string, unknown>): Told {
  const meta = asObject(conversation["meta"]);
  const row = asObject(asObject(shownMessages(conversation).at(-1))["conversation"]);
  return {
    inbox_id: conversation["inbox_id"] ?? null,
    channel: meta["channel"] ?? null,
    status: conversation["status"],
    can_reply: conversation["can_reply"] ?? null,
    contact_inbox: row["contact_inbox"] ?? null,
    meta: {
      sender: meta["sender"] ?? null,
      assignee: meta["assignee"] ?? null,
      assignee_type: meta["assignee_type"] ?? null,
    },
    updated_at: conversation["updated_at"],
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function asId(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** Unix seconds as ms. */
function asMoment(seconds: unknown): number | null {
  const atMs = typeof seconds === "number" ? Math.round(seconds * 1000) : 0;
  return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : null;
}

function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
