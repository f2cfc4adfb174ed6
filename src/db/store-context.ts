// What the store knows for a turn's context beside its material: the summary of what was said before, and what a user who
// is known for certain let lull know.
import type { Row } from "./store-insight.ts";

export interface Summary {
  text: string;
  /** Chatwoot's id of the last message it tells of. */
  lastMessageId: number;
  lineCount: number;
}

/** A summary, and what it was made from. */
export interface NewSummary {
  userId: string | null;
  text: string;
  /** Chatwoot's ids of the lines that were added to it, ascending; at least one. */
  messageIds: readonly number[];
  /** The one it goes on from; null: it is the first. */
  continues: Summary | null;
}

export interface KnownUser {
  language: string | null;
  /** title, content, metAt of notes of meetings with one of these numbers, the newest first. */
  notes: Row[];
}

export interface ContextStore {
  /** Of what was said with this user (null: with nobody who is known); null: there is none. */
  summary(connectionKey: number, conversationId: number, userId: string | null): Promise<Summary | null>;
  /** False: a line that it was made from is gone by now, or another summary is there. Then nothing is kept. */
  keepSummary(
    connectionKey: number,
    conversationId: number,
    summary: NewSummary,
    now: number,
  ): Promise<boolean>;
  /** `keys`: the forms of the sender's numbers. Notes of other contacts, or without a number, are left out. */
  knownUser(userId: string, keys: readonly string[], notesMax: number): Promise<KnownUser>;
}
