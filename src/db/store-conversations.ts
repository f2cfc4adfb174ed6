// What the store shows of conversations to people, and what an operator may do to one.
import type { ConversationState, Pause } from "../turn/gate.ts";
import type { ListQuery, Row } from "./store-insight.ts";

/** A conversation as its row tells it, and as the gate sees it. */
export interface ConversationView {
  row: Row;
  state: ConversationState;
}

export interface ConversationStory extends ConversationView {
  /** The newest, ascending. */
  events: Row[];
  /** The newest first. */
  turns: Row[];
}

/** As Chatwoot numbers it in its connection. */
export interface ConversationPlace {
  connectionKey: number;
  conversationId: number;
}

export const TIMELINE_KINDS = [
  "message",
  "buffer",
  "event",
  "turn",
  "delivery",
  "errand",
  "outcome",
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Where a page of a timeline ends: a moment, and which of the rows of that moment it is. */
export interface TimelinePoint {
  at: number;
  rank: number;
  key: number;
}

export interface TimelineQuery {
  limit: number;
  /** Only what is older; null: from the newest. */
  before: TimelinePoint | null;
  /** Null: all. */
  kind: TimelineKind | null;
}

export interface TimelineItem {
  at: number;
  kind: TimelineKind;
  /** JSON. */
  detail: string;
}

/** Which conversations a list is of; what is left out says nothing. */
export interface ConversationFilter {
  /** By name. */
  connection?: string;
  inboxId?: number;
  contactId?: number;
  userId?: string;
  /** Chatwoot's. */
  status?: string;
  /** How it ended last. */
  outcome?: string;
}

export interface ConversationStore {
  /** `state` is idle, buffering, processing, or paused at the moment. */
  listConversations(
    query: ListQuery & ConversationFilter,
    now: number,
  ): Promise<{ data: ConversationView[]; nextCursor: string | null }>;
  /** Where the conversation with this public id is; null when there is none. */
  conversationPlace(id: string): Promise<ConversationPlace | null>;
  /** With its newest events and turns; null when there is none. */
  conversationStory(
    place: ConversationPlace,
    limits: { events: number; turns: number },
  ): Promise<ConversationStory | null>;
  /** What was said there and what lull did about it, the newest first; `next` is null on the last page. */
  conversationTimeline(
    place: ConversationPlace,
    query: TimelineQuery,
  ): Promise<{ items: TimelineItem[]; next: TimelinePoint | null }>;
  /** lull is quiet there and drops what waits. Null when there is no such conversation. */
  pauseConversation(
    place: ConversationPlace,
    pause: Pause,
    now: number,
  ): Promise<{ cancelledBufferId: string | null } | null>;
  /** Whoever kept lull quiet there does so no more; false when nobody did. */
  resumeConversation(connectionKey: number, conversationId: number, now: number): Promise<boolean>;
}
