// What the store gives of the append-only timeline to those who follow it.
import type { Row } from "./store-insight.ts";

/** Which events are meant; what is left out says nothing. */
export interface EventFilter {
  /** Of a connection, by its name. */
  connection?: string;
  conversationId?: number;
  name?: string;
}

export interface EventStore {
  /**
   * At most `limit` events of after `afterId`, the oldest first: id, happenedAt, name, connection, conversationId, subjectId,
   * detail. `throughId` is how far was looked: the next look begins after it.
   */
  eventsAfter(
    afterId: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: Row[]; throughId: number }>;
  /** The ids of the oldest and the newest event that are kept; null: none is. */
  eventSpan(): Promise<{ firstId: number; lastId: number } | null>;
}
