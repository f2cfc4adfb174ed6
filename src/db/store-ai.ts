// What the store knows of AI keys, of what calls took, and of messages that came by the chat API.
import type { SealedKey } from "../ai/credential.ts";
import type { HistoryLine, ListQuery, Page, Row } from "./store.ts";
import type { SenderMark, UserLimits } from "./store-users.ts";

export interface NewCredential {
  /** Made by the caller, since the sealed key is bound to it. */
  id: string;
  /** Null: a key of the system. */
  userId: string | null;
  provider: "groq" | "openai";
  sealed: SealedKey;
  lastFour: string;
  model: string | null;
  temperature: number | null;
  priority: number;
}

export interface StoredCredential extends NewCredential {
  restedUntil: number | null;
  restReason: string | null;
  lastUsedAt: number | null;
}

export interface CredentialChange {
  model?: string | null;
  temperature?: number | null;
  priority?: number;
}

export interface CredentialStore {
  /** False: no such user. */
  addCredential(credential: NewCredential, now: number): Promise<boolean>;
  /** Those of a user, or with null the system's, by priority, then least recently used. */
  credentials(userId: string | null): Promise<StoredCredential[]>;
  /** For people: id, provider, lastFour, model, temperature, priority, restedUntil, restReason, lastUsedAt, createdAt. */
  listCredentials(userId: string | null): Promise<Row[]>;
  changeCredential(
    userId: string | null,
    credentialId: string,
    change: CredentialChange,
    now: number,
  ): Promise<boolean>;
  removeCredential(userId: string | null, credentialId: string): Promise<boolean>;
  /** Passed over until then. */
  restCredential(credentialId: string, until: number, reason: string, now: number): Promise<void>;
  /** None is passed over any more. */
  wakeCredentials(now: number): Promise<void>;
  /** It answered: used now, and rested. */
  markCredentialUsed(credentialId: string, now: number): Promise<void>;
}

// --- usage

export type LimitKind = "requests_per_minute" | "tokens_per_day" | "spend_per_month";

export interface Reservation {
  connectionKey: number;
  /** Whose limits count; null: nobody's. */
  userId: string | null;
  credentialId: string | null;
  credentialSource: "user" | "owner" | "system";
  provider: string;
  model: string;
  step: string;
  /** The turn or message it is for. */
  subjectId: string;
  /** The most that the call may take. */
  tokens: number;
  /** Null: the price is not known, and no spending limit can count it. */
  microUsd: number | null;
  priceDate: string;
}

/** A limit that a reservation came near (80 %), reached, or cannot count (unpriced); told once for each span. */
export interface LimitNotice {
  kind: LimitKind;
  level: "warning" | "reached" | "unpriced";
  used: number;
  max: number;
}

export type Reserved =
  | { isReserved: true; usageKey: number; notices: LimitNotice[] }
  | { isReserved: false; kind: LimitKind; notices: LimitNotice[] };

export interface Settlement {
  outcome: string;
  /** Null: not told. */
  inputTokens: number | null;
  outputTokens: number | null;
  audioSeconds: number | null;
  costMicroUsd: number | null;
}

export interface UsageStore {
  /** Counts a call against the limits before it is made; refuses it when one would be passed. One transaction. */
  reserveUsage(reservation: Reservation, now: number): Promise<Reserved>;
  /** What it took takes the place of what was reserved. Once; a second time changes nothing. */
  settleUsage(usageKey: number, settlement: Settlement, now: number): Promise<void>;
  /** Reservations of a dead process stand as they are, with outcome `unknown`: the call may have been made. */
  settleLostUsage(now: number): Promise<number>;
  /** Used and limit of each kind in its present span, and sums by provider, model and step since `since`. */
  usageOf(userId: string, since: number, now: number): Promise<UsageReport | null>;
}

export interface UsageReport {
  limits: UserLimits;
  spans: { kind: LimitKind; startsAt: number; used: number }[];
  /** provider, model, step, credentialSource, calls, inputTokens, outputTokens, audioSeconds, costMicroUsd, unpricedCalls. */
  rows: Row[];
}

// --- the chat API

export interface ChatMessageRow {
  connectionKey: number;
  /** The caller's word for where it came from. */
  source: string;
  phoneNumber: string | null;
  phoneKey: string | null;
  keyVersion: string | null;
  text: string;
}

export interface ChatStore {
  /** Keeps a message before anything is known of its sender. Gives its public id. */
  keepChatMessage(message: ChatMessageRow, now: number): Promise<string>;
  markChatSender(messageId: string, sender: SenderMark): Promise<void>;
  /** Lines of the same number in the same connection older than the message, ascending. Without a number: none. */
  chatHistory(messageId: string, limit: number): Promise<HistoryLine[]>;
  /** The answer, with the number and user of its question; nothing when that was erased meanwhile. Gives its public id. */
  keepChatAnswer(messageId: string, text: string, now: number): Promise<string>;
}

// --- how well it goes, since a moment

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
