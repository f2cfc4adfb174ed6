// What the store knows of AI keys: sealed, in their order, used and rested.
import type { SealedKey } from "../ai/credential.ts";
import type { Row } from "./store-insight.ts";

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
