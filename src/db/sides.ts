// Which side has a conversation while lull takes over from an older system: never another one in the midst of a talk.
import type { Database } from "bun:sqlite";
import { type ConversationRow, windowPlace } from "./conversations.ts";
import type { Side, SideRules } from "./store-legacy.ts";
import type { Tables } from "./tables.ts";

interface SideRow {
  side: Side;
  /** When a customer's message last went to the older system. */
  lastMessageAt: number;
}

export function sideTable(db: Database) {
  const find = db.query<SideRow, [{ connection: number; conversation: number }]>(`
    SELECT side, last_message_at AS lastMessageAt FROM conversation_sides
    WHERE connection_id = $connection AND conversation_id = $conversation`);
  const take = db.query<null, [{ connection: number; conversation: number; side: Side }]>(`
    INSERT INTO conversation_sides (connection_id, conversation_id, side, last_message_at)
    VALUES ($connection, $conversation, $side, 0)
    ON CONFLICT (connection_id, conversation_id) DO UPDATE SET side = excluded.side`);
  const heard = db.query<null, [{ connection: number; conversation: number; now: number }]>(`
    UPDATE conversation_sides SET last_message_at = $now
    WHERE connection_id = $connection AND conversation_id = $conversation`);
  return {
    find: (connection: number, conversation: number) => find.get({ connection, conversation }),
    take: (connection: number, conversation: number, side: Side) =>
      void take.run({ connection, conversation, side }),
    /** The older system has a message of the customer to answer from now on. */
    heard: (connection: number, conversation: number, now: number) =>
      void heard.run({ connection, conversation, now }),
  };
}

/** Whose an event of the conversation is; it is that side's from then on. */
export function takeSide(
  tables: Tables,
  connection: number,
  conversation: number,
  rules: SideRules,
  now: number,
): Side {
  const { side, present } = judge(tables, connection, conversation, rules, now);
  if (side !== present) tables.sides.take(connection, conversation, side);
  return side;
}

/** The side that is wanted, unless the other one is at work on the conversation. */
export function sideOf(
  tables: Tables,
  connection: number,
  conversation: number,
  rules: SideRules,
  now: number,
): Side {
  return judge(tables, connection, conversation, rules, now).side;
}

function judge(
  tables: Tables,
  connection: number,
  conversation: number,
  rules: SideRules,
  now: number,
): { side: Side; present: Side } {
  const known = tables.conversations.find(connection, conversation);
  const place =
    known === null
      ? { connectionKey: connection, conversationId: conversation, userId: null, inboxId: null }
      : windowPlace(known);
  const wanted = rules.wanted(place);
  const row = tables.sides.find(connection, conversation);
  const present = row?.side ?? "lull";
  if (wanted === present) return { side: wanted, present };
  const quietSince = now - rules.quietMs(place);
  if (wanted === "legacy") return { side: isLullAtWork(known, quietSince) ? "lull" : "legacy", present };
  const isOnItsWay = tables.forwards.waits(connection, conversation);
  return { side: isOnItsWay || (row?.lastMessageAt ?? 0) > quietSince ? "legacy" : "lull", present };
}

/** A buffer, a turn or a delivery that is not at its end, or a customer who may write on. */
function isLullAtWork(known: ConversationRow | null, quietSince: number): boolean {
  if (known === null) return false;
  return known.conversation_state !== "idle" || (known.last_message_at ?? 0) > quietSince;
}
