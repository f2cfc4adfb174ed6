// What the endpoints about a user's own things stand on, be it an admin or the user who asks.
import type { NewKey } from "../ai/credentials.ts";
import { DEFAULT_CONNECTION } from "../config.ts";
import type { CredentialChange } from "../db/store-credentials.ts";
import { type Store, StoreError } from "../db/store.ts";
import { AppError } from "../errors.ts";
import type { NumberClaim } from "../identity/claims.ts";
import type { Country } from "../identity/phone.ts";
import type { OwnRequest } from "./own-request.ts";
import type { Fields } from "./fields.ts";

/** AI keys, sealed before they are kept. Null as a user: the system's. */
export interface KeyKeeper {
  /** Gives the id; null: no such user. */
  add(userId: string | null, key: NewKey): Promise<string | null>;
  /** False: no such key of theirs. */
  change(userId: string | null, keyId: string, change: CredentialChange): Promise<boolean>;
  remove(userId: string | null, keyId: string): Promise<boolean>;
  /** No key rests any more. */
  wake(): Promise<void>;
  /** A user is gone: nothing of theirs may be remembered. */
  forget(): void;
}

export interface OwnDeps {
  store: Store;
  now: () => number;
  /** Of numbers that name none. */
  country: Country;
  connectionNamed: (name: string) => { key: number; name: string } | null;
  credentials: KeyKeeper;
  claims: { claim(userId: string, raw: string, connectionKey: number | null): Promise<NumberClaim> };
}

const NAME_LENGTH_MAX = 200;

/**
 * The key of the connection that a body names, null where it says none; undefined when it does not say. A user of one
 * connection has no way to find out which others there are.
 */
export async function connectionKeyIn(
  fields: Fields,
  { userId, by }: Pick<OwnRequest<string | null>, "userId" | "by">,
  { store, connectionNamed }: OwnDeps,
): Promise<number | null | undefined> {
  const name = fields.line("connection", NAME_LENGTH_MAX);
  if (name === undefined || name === null) return name;
  const own = by === "user" && userId !== null ? await store.connectionNameOf(userId) : null;
  const connection = own === null || own === name ? connectionNamed(name) : null;
  if (connection === null) throw new AppError("not_found", "There is no such connection.");
  return connection.key;
}

/** The connection that is meant where none is named and there must be one: the user's own, else the environment's. */
export async function homeConnectionKey(
  userId: string,
  { store, connectionNamed }: OwnDeps,
): Promise<number | null> {
  const own = (await store.connectionNameOf(userId)) ?? DEFAULT_CONNECTION;
  return connectionNamed(own)?.key ?? null;
}

/** Runs a write; what breaks a rule of the store is answered with `refusal`. */
export async function orConflict<T>(work: Promise<T>, refusal: AppError): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StoreError && error.kind === "conflict") throw refusal;
    throw error;
  }
}

/** Throws AppError `conflict` when a user adds to what is full; an admin may add on. */
export function checkRoom(by: OwnRequest["by"], count: number, countMax: number, noun: string): void {
  if (by === "admin" || count < countMax) return;
  throw new AppError("conflict", `A user may have at most ${countMax} ${noun}.`, {
    fix: "Remove one first.",
  });
}
