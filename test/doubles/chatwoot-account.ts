// The double's account: its conversations and messages, and how Chatwoot shows them in the API and in webhooks.
// It keeps, it does not judge: tokens, faults and requests are chatwoot.ts' business.
import { sampleMessage } from "../../src/chatwoot/sample.ts";
import type { SampleContact, SampleConversation, SampleWriter } from "../../src/chatwoot/sample.ts";
import { botPush, contactPush, humanPush, sourceId } from "../../src/chatwoot/sample-conversation.ts";

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
  /** When anything about it changed last. */
  updatedAt: number;
}

/** Which conversations a list is to show; undefined: any. */
export interface RoomFilter {
  status: string | undefined;
  isAssigned: boolean | undefined;
  inboxId: number | undefined;
  /** From 1. */
  page: number;
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
const ROOMS_PER_PAGE = 25;
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
  ensureRoom(conversationId: number, now: number, wanted: Partial<Room> = {}): Room {
    const known = this.#rooms.get(conversationId) ?? newRoom(conversationId, now);
    const changed = Object.keys(wanted).length > 0 ? { updatedAt: now } : {};
    const room = { ...known, ...changed, ...wanted, conversationId };
    this.#rooms.set(conversationId, room);
    return room;
  }

  /** A message touches its conversation. */
  store(message: NewMessage): StoredMessage {
    const stored = { ...message, id: this.lastId + 1 };
    const room = this.ensureRoom(message.conversationId, message.createdAt);
    const updatedAt = Math.max(room.updatedAt, message.createdAt);
    this.#rooms.set(room.conversationId, { ...room, updatedAt });
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

  /** Chatwoot's conversation finder: a page of those that fit, the last active first. */
  rooms({ status, isAssigned, inboxId, page }: RoomFilter): Room[] {
    const lasts = new Map(this.messages.map((message) => [message.conversationId, message]));
    const activeAt = (room: Room): number => lasts.get(room.conversationId)?.createdAt ?? room.createdAt;
    const lastId = (room: Room): number => lasts.get(room.conversationId)?.id ?? 0;
    return [...this.#rooms.values()]
      .filter((room) => status === undefined || room.status === status)
      .filter((room) => isAssigned === undefined || (room.assignee === "human") === isAssigned)
      .filter((room) => inboxId === undefined || room.inboxId === inboxId)
      .toSorted((a, b) => activeAt(b) - activeAt(a) || lastId(b) - lastId(a))
      .slice((page - 1) * ROOMS_PER_PAGE, page * ROOMS_PER_PAGE);
  }

  /** The answer to `GET conversations`. */
  roomsAnswer(rooms: readonly Room[]): Record<string, unknown> {
    const counts = { mine_count: 0, assigned_count: 0, unassigned_count: 0, all_count: this.#rooms.size };
    return { data: { meta: counts, payload: rooms.map((room) => this.showAnswer(room)) } };
  }

  /** The answer to `GET messages`, showing nothing above `lastShownId`. */
  listAnswer(messages: StoredMessage[], lastShownId: number): Record<string, unknown> {
    const shown = messages.filter(({ id }) => id <= lastShownId);
    return { meta: { labels: [], additional_attributes: {} }, payload: shown.map((m) => this.apiMessage(m)) };
  }

  /**
   * The answer to `GET conversations/:id`, and an entry of their list: not as webhooks have it. Nobody assigned leaves the
   * key out, the channel stands in `meta`, and how it calls the contact with the messages, of which the last may be a note.
   */
  showAnswer(room: Room): Record<string, unknown> {
    const messages = this.inRoom(room.conversationId);
    const last = messages.at(-1);
    const spoken = messages.findLast((message) => message.direction !== "activity");
    const activeAt = Math.floor((last?.createdAt ?? room.createdAt) / 1000);
    return {
      meta: this.#roomMeta(room),
      id: room.conversationId,
      messages: last === undefined ? [] : [this.#shownMessage(last, room)],
      account_id: this.accountId,
      uuid: `00000000-0000-4000-8000-${String(room.conversationId).padStart(12, "0")}`,
      additional_attributes: {},
      agent_last_seen_at: 0,
      assignee_last_seen_at: 0,
      can_reply: room.canReply,
      contact_last_seen_at: 0,
      custom_attributes: {},
      inbox_id: room.inboxId,
      labels: room.labels,
      muted: false,
      snoozed_until: null,
      status: room.status,
      created_at: Math.floor(room.createdAt / 1000),
      updated_at: room.updatedAt / 1000,
      timestamp: activeAt,
      first_reply_created_at: null,
      unread_count: 0,
      last_non_activity_message: spoken === undefined ? null : this.#shownMessage(spoken, room),
      last_activity_at: activeAt,
      priority: null,
      waiting_since: 0,
    };
  }

  #roomMeta(room: Room): Record<string, unknown> {
    const assignee = { human: humanPush(), bot: botPush(), none: null }[room.assignee];
    const type = room.assignee === "human" ? "User" : "AgentBot";
    return {
      sender: contactPush(this.sampleRoom(room, room.createdAt)),
      channel: room.channel,
      ...(assignee === null ? {} : { assignee, assignee_type: type }),
      hmac_verified: false,
    };
  }

  /** A message as a conversation shows it: with a word on its conversation. */
  #shownMessage(message: StoredMessage, room: Room): Record<string, unknown> {
    const source_id = sourceId(this.sampleRoom(room, message.createdAt));
    const conversation = { assignee_id: room.assigneeId, unread_count: 0, contact_inbox: { source_id } };
    return { ...this.apiMessage(message), account_id: this.accountId, conversation };
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

function newRoom(conversationId: number, now: number): Room {
  const phoneNumber = `+55119${String(conversationId).padStart(8, "0")}`;
  const contact = { id: 9000 + conversationId, name: `Customer ${conversationId}`, phoneNumber };
  const place = { conversationId, inboxId: 12, channel: "Channel::Whatsapp", contact };
  const untouched = { labels: [], assigneeId: null, teamId: null };
  const moments = { createdAt: now, updatedAt: now };
  return { ...place, status: "pending", assignee: "none", canReply: true, ...untouched, ...moments };
}

/** A message from the phone, an activity and a template have no sender at all. */
function apiSender(writer: SampleWriter | null, room: SampleConversation): Record<string, unknown> {
  if (writer === "customer") return { sender: contactPush(room) };
  if (writer === "human") return { sender: humanPush() };
  if (writer === "bot") return { sender: botPush() };
  return {};
}
