// What a customer's message tells of its sender: the key of the number, a pair to learn, a code that proves the number.
import type { Arrival } from "../chatwoot/arrival.ts";
import { senderOf } from "../chatwoot/facts.ts";
import { type Address, addressesOf, pairOf, phoneKeyOf } from "../identity/address.ts";
import type { Tables } from "./tables.ts";

type MessageArrival = Extract<Arrival, { kind: "message" }>;

/** A customer's message with the key of its sender's number. */
export type Incoming = MessageArrival & { phoneKey: string | null };

/** Learns what may be learned, redeems a code, and gives the message with the key of its sender's number. */
export function noteSender(
  tables: Tables,
  connection: number,
  arrival: MessageArrival,
  isSigned: boolean,
  now: number,
): Incoming {
  const from = addressesOf(senderOf(arrival.facts));
  if (isSigned) learnPair(tables, connection, from, now);
  if (arrival.verificationCode !== null) {
    const keys = from.find(({ kind }) => kind === "phone")?.keys ?? [];
    redeemCode(tables, connection, arrival, { code: arrival.verificationCode, keys }, now);
  }
  return { ...arrival, phoneKey: phoneKeyOf(from) };
}

/** An event that carries a LID or BSUID beside a number teaches whose it is. */
function learnPair(tables: Tables, connection: number, from: readonly Address[], now: number): void {
  const pair = pairOf(from);
  if (pair === null || tables.pairs.learn(connection, pair, now) !== "conflict") return;
  const place = { connection_id: connection, conversation_id: null };
  tables.events.add("identity.pair_conflict", place, "pair", {}, now);
}

function redeemCode(
  tables: Tables,
  connection: number,
  { facts, messageId }: MessageArrival,
  { code, keys }: { code: string; keys: readonly string[] },
  now: number,
): void {
  const outcome = tables.mappings.redeem(connection, keys, code, now);
  const place = { connection_id: connection, conversation_id: facts.conversationId };
  tables.events.add("number.code", place, String(messageId), { outcome }, now);
}
