// Whom a notification goes to: the conversation that is named, or the one where that user or number wrote last.
import type { NotificationStore, NotifiedConversation } from "../db/store-notifications.ts";
import { AppError } from "../errors.ts";
import type { Address } from "../identity/address.ts";
import type { Resolver } from "../identity/resolver.ts";

/** Who is named, in one connection; at least one of the three. */
export interface Recipient {
  connectionKey: number;
  conversationId: number | null;
  /** Of the number that was given. */
  address: Address | null;
  /** Of a user who exists there. */
  userId: string | null;
}

export interface RecipientDeps {
  store: Pick<NotificationStore, "conversationToNotify" | "conversationsOf" | "provenKeysOf">;
  resolver: Pick<Resolver, "whoIs">;
}

/** Of one person: more is no person. */
const CONVERSATIONS_MAX = 50;
const NUMBERS_MAX = 20;

/**
 * The conversation to write in. Throws AppError `not_found` when nobody wrote there yet, `nobody_named` when what is
 * named does not go together. `subjectId` is who asks.
 */
export async function findConversation(
  recipient: Recipient,
  subjectId: string,
  deps: RecipientDeps,
): Promise<NotifiedConversation> {
  const { connectionKey } = recipient;
  const candidates = await candidatesOf(recipient, subjectId, deps);
  if (candidates.some((ids) => ids.length === 0)) throw neverWrote();
  const [first = [], ...others] = candidates;
  const conversationId = first.find((id) => others.every((ids) => ids.includes(id)));
  if (conversationId === undefined) throw disagreeing();
  const conversation = await deps.store.conversationToNotify(connectionKey, conversationId);
  if (conversation === null) throw neverWrote();
  return conversation;
}

/** The conversations that each of the names means, newest first. */
async function candidatesOf(
  { connectionKey, conversationId, address, userId }: Recipient,
  subjectId: string,
  { store, resolver }: RecipientDeps,
): Promise<number[][]> {
  const conversationsOf = (keys: readonly string[]) =>
    store.conversationsOf(connectionKey, keys, CONVERSATIONS_MAX);
  const candidates: number[][] = [];
  if (address !== null) candidates.push(await conversationsOf(address.keys));
  if (userId !== null)
    candidates.push(
      await conversationsOf(await keysOfUser(userId, connectionKey, subjectId, store, resolver)),
    );
  if (conversationId !== null) candidates.push([conversationId]);
  return candidates;
}

/** The user's proven numbers, but for those that more than one user answers to. */
async function keysOfUser(
  userId: string,
  connectionKey: number,
  subjectId: string,
  store: RecipientDeps["store"],
  resolver: RecipientDeps["resolver"],
): Promise<string[]> {
  const keys = await store.provenKeysOf(userId, connectionKey, NUMBERS_MAX);
  const asked = { connectionKey, contactId: null, conversationId: null, subjectId };
  const owners = await Promise.all(
    keys.map((key) => resolver.whoIs({ ...asked, addresses: [addressAt(key)] })),
  );
  return keys.filter((_, index) => owners[index]?.userId === userId && owners[index].isVerified);
}

function addressAt(key: string): Address {
  return { kind: key.startsWith("+") ? "phone" : "alias", keys: [key], isHearsay: false };
}

function neverWrote(): AppError {
  return new AppError("not_found", "There is no conversation with this recipient.", {
    fix: "The customer has to have written once, from a number that is proven to be theirs where a user is named.",
  });
}

function disagreeing(): AppError {
  return new AppError("nobody_named", "The recipients that are named do not have a conversation in common.", {
    fix: "Name one of userId, whatsappNumber and conversationId.",
  });
}
