// Whom a body names whose bucket it is about: a user, a contact, a number, or several of them, in a connection.
import { DEFAULT_CONNECTION } from "../config.ts";
import type { BucketParty } from "../db/store-buckets.ts";
import { AppError } from "../errors.ts";
import { findParty, type PartyDeps, type PartyNames } from "../storage/party.ts";
import { found } from "./admin-lists.ts";
import { type Fields, wrong } from "./fields.ts";

export interface NamedPartyDeps extends PartyDeps {
  /** Of those that customers are served by. */
  connectionNamed: (name: string) => ServedConnection | null;
}

export interface ServedConnection {
  key: number;
  name: string;
  /** Null: it has no Chatwoot of its own. */
  accountId: number | null;
}

const TEXT_LENGTH_MAX = 200;
const CONTACT_REF = /^contact_\d{1,16}_account_\d{1,16}$/;

/**
 * Whose bucket a body means. Throws AppError `nobody_named` when it names nobody, `not_found` for a user or a connection
 * that is not there. `subjectId` is who asks.
 */
export async function readParty(
  fields: Fields,
  subjectId: string,
  deps: NamedPartyDeps,
): Promise<{ names: PartyNames; party: BucketParty }> {
  const userId = fields.line("userId", TEXT_LENGTH_MAX)?.toLowerCase() ?? null;
  const connection = await connectionIn(fields, userId, deps);
  const names = { userId, contactRef: contactRefIn(fields, connection), number: readNumber(fields) };
  if (Object.values(names).every((name) => name === null)) throw nobodyNamed();
  const party = found(await findParty(names, connection, subjectId, deps), "user");
  const isNobody = party.userId === null && party.contactRef === null && party.phoneKey === null;
  if (isNobody) throw nobodyNamed();
  return { names, party };
}

/** Where none is named: the user's own, else the environment's. */
export async function connectionIn(
  fields: Fields,
  userId: string | null,
  {
    store,
    connectionNamed,
  }: Pick<NamedPartyDeps, "connectionNamed"> & { store: Pick<PartyDeps["store"], "connectionNameOf"> },
): Promise<ServedConnection> {
  const named = fields.line("connection", TEXT_LENGTH_MAX) ?? null;
  const own = named === null && userId !== null ? await store.connectionNameOf(userId) : null;
  return found(connectionNamed(named ?? own ?? DEFAULT_CONNECTION), "connection");
}

/** A contact's id alone is one of the connection's own account. */
function contactRefIn(fields: Fields, { accountId }: ServedConnection): string | null {
  const value = fields.value("contactId");
  if (value === undefined || value === null || value === "") return null;
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && CONTACT_REF.test(text)) return text;
  if (typeof text === "string" && /^[1-9]\d{0,15}$/.test(text))
    return `contact_${text}_account_${accountId ?? 0}`;
  throw wrong("contactId", "a whole number, or contact_<number>_account_<number>");
}

/** Whatever stands there, null where nothing does: what is no phone's number is nobody's, not a mistake. */
export function readNumber(fields: Fields): string | null {
  const value = fields.value("whatsappNumber");
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" && typeof value !== "number") throw wrong("whatsappNumber", "text");
  const text = String(value);
  return text.trim() === "" ? null : text;
}

export function nobodyNamed(): AppError {
  return new AppError("nobody_named", "The request names nobody whose bucket it could be.", {
    fix: "Give a whatsappNumber, a contactId or a userId.",
  });
}
