// What an arrival brings to the older system that lull takes over from: the webhook as it came, where the conversation is
// that side's.
import { skipped } from "./intake-receipt.ts";
import { takeSide } from "./sides.ts";
import type { SideRules } from "./store-legacy.ts";
import type { Intake, Receipt } from "./store-intake.ts";
import type { Tables } from "./tables.ts";

/** Keeps the webhook for the older system. Null: it is lull's. */
export function forward(
  tables: Tables,
  { connectionKey: connection, arrival, webhook }: Intake,
  rules: SideRules | "gone",
  now: number,
): Receipt | null {
  const conversation = arrival.kind === "left" ? arrival.conversationId : arrival.facts.conversationId;
  const messageId = arrival.kind === "message" ? arrival.messageId : null;
  // A second delivery of a message never reaches another side than the first: both would answer it.
  if (messageId !== null && tables.messages.exists(connection, messageId)) return null;
  if (messageId !== null && tables.forwards.holds(connection, messageId)) return { action: "duplicate" };
  if (webhook === undefined && isPerhapsTheirs(tables, connection, arrival)) return skipped("human_reply");
  if (rules === "gone") return null;
  if (sideFor(tables, connection, conversation, rules, now) === "lull") return null;
  // What lull itself found in Chatwoot is no webhook, and the older system finds for itself.
  if (webhook === undefined) return skipped("not_buffered");
  const id = tables.newId(now);
  tables.forwards.add(webhook, id, { connection, conversation, messageId }, now);
  if (conversation !== null && messageId !== null) tables.sides.heard(connection, conversation, now);
  return { action: "forwarded", forwardId: id };
}

/** The older system may have written as a person: what was said on its side is found in Chatwoot, and told of by no webhook. */
function isPerhapsTheirs(tables: Tables, connection: number, arrival: Intake["arrival"]): boolean {
  if (arrival.kind !== "human_reply") return false;
  return tables.sides.find(connection, arrival.facts.conversationId) !== null;
}

function sideFor(
  tables: Tables,
  connection: number,
  conversation: number | null,
  rules: SideRules,
  now: number,
) {
  if (conversation !== null) return takeSide(tables, connection, conversation, rules, now);
  return rules.wanted({ connectionKey: connection, conversationId: null, userId: null });
}
