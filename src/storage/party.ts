// Whose bucket a service means that names a user, a contact, a number, or several of them. A service is believed when it
// names a user; a number is identified, and reaches a user's bucket only where it is known to be theirs.
import type { BucketParty } from "../db/store-buckets.ts";
import type { UserStore } from "../db/store-users.ts";
import { addressOf, originOf, phoneKeyOf } from "../identity/address.ts";
import { type Country, keyOf } from "../identity/phone.ts";
import type { Resolver } from "../identity/resolver.ts";
import { partyOf } from "./buckets.ts";

/** Two of the three may be null. */
export interface PartyNames {
  /** In small letters. */
  userId: string | null;
  /** `contact_<id>_account_<id>`. */
  contactRef: string | null;
  /** As its caller has it. */
  number: string | null;
}

export interface PartyDeps {
  resolver: Pick<Resolver, "whoIs">;
  store: Pick<UserStore, "userIdsFrom" | "connectionNameOf">;
  /** Of numbers that name none. */
  country: Country;
}

const USER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null: the user is none. A party may still be nobody's, when its number is none either. `subjectId` is who asks. */
export async function findParty(
  { userId, contactRef, number }: PartyNames,
  connection: { key: number; name: string },
  subjectId: string,
  deps: PartyDeps,
): Promise<BucketParty | null> {
  const origin = originOf(number ?? "", deps.country);
  const address = number === null ? null : addressOf(number, deps.country, origin);
  const addresses = address === null ? [] : [address];
  const asNamed = { connectionKey: connection.key, contactRef, phoneKey: phoneKeyOf(addresses) };
  if (userId !== null && USER_ID.test(userId))
    return (await isUserOf(userId, connection.name, deps)) ? { ...asNamed, userId } : null;
  // What cannot be anybody's id is a placeholder, as long as something else says who it is.
  if (userId !== null && contactRef === null && number === null) return null;
  const asked = {
    connectionKey: connection.key,
    addresses,
    contactId: null,
    conversationId: null,
    subjectId,
  };
  const identification = await deps.resolver.whoIs(asked);
  return partyOf({ ...identification, contactRef }, asNamed.connectionKey, asNamed.phoneKey);
}

/** A number as it is dialled; null for what is no phone's. */
export function dialable(number: string, country: Country): string | null {
  const key = keyOf(number, country, originOf(number, country));
  return key.kind === "phone" ? key.dialable : null;
}

/** What a number is: `exact` where only its digits can tell it from another. */
export function kindOf(number: string, country: Country): "phone" | "lid" | "bsuid" | "exact" | "none" {
  const origin = originOf(number, country);
  const { kind } = keyOf(number, country, origin);
  if (kind !== "none") return kind;
  return addressOf(number, country, origin) === null ? "none" : "exact";
}

/** Whether the connection has such a user: one of another connection is nobody there. `userId` may be any text. */
export async function isUserOf(
  userId: string,
  connectionName: string,
  { store }: Pick<PartyDeps, "store">,
): Promise<boolean> {
  if (!USER_ID.test(userId)) return false;
  const [known] = await store.userIdsFrom(userId, 1);
  if (known !== userId) return false;
  const own = await store.connectionNameOf(userId);
  return own === null || own === connectionName;
}
