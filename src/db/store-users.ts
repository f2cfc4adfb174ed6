// What the store knows of users and what is theirs. One method is one transaction; all changes tell `identityVersion`.
// Rows for people come as Row, with the outside names (camelCase) of the admin's answers; ids are public ids.
import type { UserLimits } from "../ai/limits.ts";
import type { StoredNumber } from "../identity/numbers.ts";
import type { ListQuery, Page, Row } from "./store-insight.ts";

export interface NewUser {
  name: string;
  email: string | null;
  /** Null: a user of all connections. */
  connectionKey: number | null;
}

export interface UserChange {
  name?: string;
  email?: string | null;
  /** How long what they said is kept; null: as long as everybody's. */
  retentionDays?: number | null;
}

export interface NewMapping {
  userId: string;
  /** Null: in all connections. */
  connectionKey: number | null;
  number: StoredNumber;
  isVerified: boolean;
  source: "admin" | "self";
}

/** A number of a user, as what claims and proves it needs it. */
export interface OwnNumber {
  id: string;
  phoneKey: string;
  isVerified: boolean;
}

export interface Challenge {
  codeHash: string;
  expiresAt: number;
}

export interface LineConfig {
  userId: string;
  connectionKey: number | null;
  phoneNumberId: string | null;
  inboxId: number | null;
  number: StoredNumber | null;
  isActive: boolean;
  isVerified: boolean;
}

export interface Profile {
  fullName: string | null;
  language: string | null;
  number: StoredNumber | null;
  /** Whether the number may identify: an admin wrote it, or the user has proven it. */
  isVerified: boolean;
}

/** What is left out stays as it is. Without `isVerified` the number counts when its user has proven it. */
export type ProfileChange = Partial<Profile>;

export interface MeetingNote {
  userId: string;
  title: string | null;
  content: string;
  contactName: string | null;
  contact: StoredNumber | null;
  metAt: number | null;
}

export interface WebhookLinks {
  webhookUrl: string | null;
  groqApiUrl: string | null;
  webhookEnabled: boolean;
  groqEnabled: boolean;
}

/** Methods that name a user give null or false when there is no such user (or row of that user). */
/** Which users a list is of; what is left out says nothing. */
export interface UserFilter {
  /** How it begins. */
  name?: string;
  /** How it begins. */
  email?: string;
  /** Of those that exist in one connection alone, by its name. */
  connection?: string;
}

export interface UserStore {
  /** Rejects with StoreError `conflict` when the e-mail is taken. Gives the public id. */
  addUser(user: NewUser, now: number): Promise<string>;
  listUsers(query: ListQuery & UserFilter): Promise<Page>;
  /** id, name, email, connection (name or null), the three limits, createdAt, updatedAt. */
  user(userId: string): Promise<Row | null>;
  /** Ids of users that begin so, at most `limit`. */
  userIdsFrom(idStart: string, limit: number): Promise<string[]>;
  /** What to call them: the full name of their profile, else the user's. */
  nameOf(userId: string): Promise<string | null>;
  /** The name of the one connection that is theirs; null: they are a user of all. */
  connectionNameOf(userId: string): Promise<string | null>;
  changeUser(userId: string, change: UserChange, now: number): Promise<boolean>;
  setLimits(userId: string, limits: UserLimits, now: number): Promise<boolean>;
  limits(userId: string): Promise<UserLimits | null>;
  /** Takes everything of theirs along: rows of their own, their history, the texts of their finished turns. */
  deleteUser(userId: string, now: number): Promise<boolean>;
  /** Empties the turns that were under way when their user was deleted and are over now; gives how many. Cheap when none is. */
  sweepDeletedUsers(now: number): Promise<number>;

  /** A mapping that is there already is changed: verified stays verified. Null: no such user. Gives the public id. */
  addMapping(mapping: NewMapping, challenge: Challenge | null, now: number): Promise<string | null>;
  /** id, number, kind (of its key: phone, exact, lid, bsuid), connection, isVerified, source, verifiedAt, createdAt, codeExpiresAt. */
  mappings(userId: string): Promise<Row[] | null>;
  ownNumbers(userId: string): Promise<OwnNumber[] | null>;
  /** Numbers that were the user's identify nobody by their history any more. */
  removeMapping(userId: string, mappingId: string): Promise<boolean>;

  /** Gives the public id; null: no such user. */
  addLineConfig(config: LineConfig, now: number): Promise<string | null>;
  /** All, or one user's: id, userId, connection, phoneNumberId, inboxId, phoneNumber, isActive, isVerified, createdAt, updatedAt. */
  lineConfigs(userId: string | null, query: ListQuery): Promise<Page>;
  /** One of the user's, or of anybody's where `userId` is null; null when there is none. */
  lineConfig(userId: string | null, configId: string): Promise<Row | null>;
  /** `userId` null: whoever's it is. A change of what it names by anyone but an admin must say isVerified false. */
  changeLineConfig(
    userId: string | null,
    configId: string,
    change: Partial<Omit<LineConfig, "userId">>,
    now: number,
  ): Promise<boolean>;
  removeLineConfig(userId: string | null, configId: string): Promise<boolean>;

  saveProfile(userId: string, change: ProfileChange, now: number): Promise<boolean>;
  /** fullName, language, whatsappNumber, isVerified; all null when it was never saved. Null: no such user. */
  profile(userId: string): Promise<Row | null>;

  /** Gives the public id; null: no such user. */
  addMeetingNote(note: MeetingNote, now: number): Promise<string | null>;
  /** id, title, content, contactName, contactPhone, metAt, createdAt. */
  meetingNotes(userId: string, query: ListQuery): Promise<Page | null>;
  removeMeetingNote(userId: string, noteId: string): Promise<boolean>;

  saveWebhookLinks(userId: string, links: WebhookLinks, now: number): Promise<boolean>;
  webhookLinks(userId: string): Promise<WebhookLinks | null>;
}
