// What the store counts of how well it goes, since a moment.
import type { ListQuery, Page } from "./store-insight.ts";

export interface IdentityFigures {
  customerMessages: number;
  identifiedMessages: number;
  /** By layer. */
  byLayer: Record<string, number>;
  users: number;
  usersWithKey: number;
  callsBySource: Record<string, number>;
}

export interface FigureStore {
  identityFigures(since: number): Promise<IdentityFigures>;
  /** Customer messages without a user: id, connection, conversationId, createdAt; no text, no number. */
  unidentifiedMessages(since: number, query: ListQuery): Promise<Page>;
  /** Users whom no key of their own answers: id, name. */
  usersWithoutKey(query: ListQuery): Promise<Page>;
}
