// The double's account: its conversations and messages, and how Chatwoot shows them in the API and in webhooks.
// It keeps, it does not judge: tokens, faults and requests are chatwoot.ts' business.
import { sampleMessage } from "../../src/chatwoot/sample.ts";
import type { SampleContact, SampleConversation, SampleWriter } from "../../src/chatwoot/sample.ts";
import {
  botPush,
  contactPush,
  conversationObject,
  humanPush,
} from "../../src/chatwoot/sample-conversation.ts";

export interface Room {
  conversationId: number;
  inboxId: number;
  channel: string;
  contact: SampleContact;
  status: string;
  assignee: "none" | "human" | "bot";
  canReply: boolean;
  labels: readonly string[];
  assigneeId: number | null;
  teamId: number | null;
  createdAt: number;
}

export interface NewMessage {
  conversationId: number;
  direction: "incoming" | "outgoing" | "activity" | "template";
  /** Nobody writes an activity or a template. */
  writer: SampleWriter | null;
  content: string | null;
  contentType: string;
  /** Kept word for word, as Chatwoot's JSON column does. */
  contentAttributes: Record<string, unknown>;
  attachments: unknown[];
  isPrivate: boolean;
  createdAt: number;
}

export interface StoredMessage extends NewMessage {
  id: number;
}

const FIRST_MESSAGE_ID = 88_000;
const LIST_LAST_MAX = 20;
const LIST_AFTER_MAX = 100;
const LIST_BETWEEN_MAX = 1000;
const DIRECTIONS = ["incoming", "outgoing", "activity", "template"];

export class ChatwootAccount {
  readonly accountId: number;
  readonly messages: StoredMessage[] = [];
  readonly #rooms = new Map<number, Room>();

  constructor(accountId: number) {
    this.accountId = accountId;
  }

  /** The highest message id given so far. */
  get lastId(): number {
    return this.messages.at(-1)?.id ?? FIRST_MESSAGE_ID;
  }

  room(conversationId: number): Room | null {
    return this.#rooms.get(conversationId) ?? null;
  }

  /** The conversation, made with what `wanted` says when it is new, changed by it when not. */
  ensureRoom(conversationId: number, createdAt: number, wanted: Partial<Room> = {}): Room {
    const known = this.#rooms.get(conversationId) ?? newRoom(conversationId, createdAt);
    const room = { ...known, ...wanted, conversationId };
    this.#rooms.set(conversationId, room);
    return room;
  }

  store(message: NewMessage): StoredMessage {
    const stored = { ...message, id: this.lastId + 1 };
    this.messages.push(stored);
    return stored;
  }

  /** As the dashboard's "delete": the row stays, its words and attributes go. */
  delete(messageId: number): StoredMessage {
    const index = this.messages.findIndex((message) => message.id === messageId);
    const message = this.messages[index];
    if (message === undefined) throw new Error(`no message ${messageId} to delete`);
    const content = "This message was deleted";
    const deleted = { ...message, content, contentAttributes: { deleted: true }, attachments: [] };
    this.messages[index] = deleted;
    return deleted;
  }

  inRoom(conversationId: number): StoredMessage[] {
    return this.messages.filter((message) => message.conversationId === conversationId);
  }

  /** Chatwoot's message finder: the page sizes and borders of `after` and `before`. */
  list(conversationId: number, after: number | null, before: number | null): StoredMessage[] {
    const all = this.inRoom(conversationId);
    if (after !== null && before !== null) {
      return all.filter(({ id }) => id >= after && id < before).slice(0, LIST_BETWEEN_MAX);
    }
    if (after !== null) return all.filter(({ id }) => id > after).slice(0, LIST_AFTER_MAX);
    return all.filter(({ id }) => before === null || id < before).slice(-LIST_LAST_MAX);
  }

  /** The answer to `GET messages`, showing nothing above `lastShownId`. */
  listAnswer(messages: StoredMessage[], lastShownId: number): Record<string, unknown> {
    const shown = messages.filter(({ id }) => id <= lastShownId);
    return { meta: { labels: [], additional_attributes: {} }, payload: shown.map((m) => this.apiMessage(m)) };
  }

  /** The answer to `GET conversations/:id`. Its last message may be a private note, as in Chatwoot. */
  showAnswer(room: Room, now: number): Record<string, unknown> {
    const messages = this.inRoom(room.conversationId);
    const last = messages.at(-1);
    const spoken = messages.findLast((message) => message.direction !== "activity");
    return {
      ...conversationObject(this.sampleRoom(room, now), last === undefined ? [] : [this.apiMessage(last)]),
      can_reply: room.canReply,
      last_non_activity_message: spoken === undefined ? null : this.apiMessage(spoken),
    };
  }

  /** A message as list, show and create answer it: its type an integer, its moment in seconds. */
  apiMessage(message: StoredMessage): Record<string, unknown> {
    const room = this.ensureRoom(message.conversationId, message.createdAt);
    return {
      id: message.id,
      content: message.content,
      inbox_id: room.inboxId,
      conversation_id: message.conversationId,
      message_type: DIRECTIONS.indexOf(message.direction),
      content_type: message.contentType,
      status: "sent",
      content_attributes: message.contentAttributes,
      created_at: Math.floor(message.createdAt / 1000),
      private: message.isPrivate,
      source_id: null,
      ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
      ...apiSender(message.writer, this.sampleRoom(room, message.createdAt)),
    };
  }

  /** The webhook body of an incoming or outgoing message. */
  webhookBody(
    message: StoredMessage,
    event: "message_created" | "message_updated",
    now: number,
  ): Record<string, unknown> {
    const room = this.ensureRoom(message.conversationId, now);
    return sampleMessage({
      ...this.sampleRoom(room, now),
      event,
      messageId: message.id,
      createdAt: message.createdAt,
      updatedAt: now,
      direction: message.direction === "incoming" ? "incoming" : "outgoing",
      writer: message.writer ?? "phone",
      content: message.content,
      contentType: message.contentType,
      contentAttributes: message.contentAttributes,
      attachments: message.attachments,
      isPrivate: message.isPrivate,
    });
  }

  /** A conversation as the builders of webhook bodies want it. */
  sampleRoom(room: Room, now: number): SampleConversation {
    const { conversationId, inboxId, channel, contact, status, assignee, canReply } = room;
    return {
      accountId: this.accountId,
      conversationId,
      inboxId,
      channel,
      contact,
      status,
      assignee,
      canReply,
      createdAt: now,
    };
  }
}

function newRoom(conversationId: number, createdAt: number): Room {
  const phoneNumber = `+55119${String(conversationId).padStart(8, "0")}`;
  const contact = { id: 9000 + conversationId, name: `Customer ${conversationId}`, phoneNumber };
  const place = { conversationId, inboxId: 12, channel: "Channel::Whatsapp", contact };
  const untouched = { labels: [], assigneeId: null, teamId: null };
  return { ...place, status: "pending", assignee: "none", canReply: true, ...untouched, createdAt };
}

/** A message from the phone, an activity and a template have no sender at all. */
function apiSender(writer: SampleWriter | null, room: SampleConversation): Record<string, unknown> {
  if (writer === "customer") return { sender: contactPush(room) };
  if (writer === "human") return { sender: humanPush() };
  if (writer === "bot") return { sender: botPush() };
  return {};
}
