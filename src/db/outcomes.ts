// How conversations ended, and what customers thought of them.
import type { Database } from "bun:sqlite";
import type { ConversationRow } from "./conversations.ts";
import type { Tables } from "./tables.ts";

export type ConversationOutcome = "resolved" | "handed_off" | "reopened";

type Place = Record<"connection" | "conversation", number>;
interface Tally {
  name: string;
  count: number;
}

export function outcomeTable(db: Database) {
  const add = db.query<null, [Record<string, string | number>]>(`
    INSERT INTO conversation_outcomes (connection_id, conversation_id, outcome, had_human, at)
    VALUES ($connection, $conversation, $outcome, $hadHuman, $now)`);
  const human = db.query<{ hadHuman: 0 | 1 }, [Place]>(`
    WITH opened AS (SELECT coalesce(max(at), 0) AS at, coalesce(max(id), 0) AS id FROM conversation_outcomes
      WHERE connection_id = $connection AND conversation_id = $conversation AND outcome = 'reopened')
    SELECT EXISTS (SELECT 1 FROM customer_conversations AS h, opened WHERE h.connection_id = $connection
        AND h.conversation_id = $conversation AND h.sender = 'human' AND h.created_at >= opened.at)
      OR EXISTS (SELECT 1 FROM conversation_outcomes AS o, opened WHERE o.connection_id = $connection
        AND o.conversation_id = $conversation AND o.outcome = 'handed_off' AND o.id > opened.id) AS hadHuman`);
  // A customer may change their mind for a while: the last word counts.
  const rate = db.query<null, [Record<string, number>]>(`
    INSERT INTO csat_ratings (connection_id, conversation_id, chatwoot_message_id, rating, at)
    VALUES ($connection, $conversation, $messageId, $rating, $now)
    ON CONFLICT (connection_id, chatwoot_message_id) DO UPDATE SET rating = excluded.rating, at = excluded.at
      WHERE rating <> excluded.rating`);
  const outcomes = db.query<Tally, [{ from: number; until: number }]>(`
    SELECT outcome AS name, count(*) AS count FROM conversation_outcomes WHERE at >= $from AND at < $until GROUP BY 1`);
  const ratings = db.query<Tally, [{ from: number; until: number }]>(`
    SELECT CAST(rating AS TEXT) AS name, count(*) AS count FROM csat_ratings WHERE at >= $from AND at < $until GROUP BY 1`);

  return {
    add: (place: Place, outcome: ConversationOutcome, hadHuman: boolean, now: number) =>
      void add.run({ ...place, outcome, hadHuman: Number(hadHuman), now }),
    /** Whether a person wrote, or was called, since it was last opened. */
    hadHuman: (place: Place) => human.get(place)?.hadHuman === 1,
    rate: (place: Place, messageId: number, rating: number, now: number) =>
      void rate.run({ ...place, messageId, rating, now }),
    outcomesBetween: (from: number, until: number) => outcomes.all({ from, until }),
    ratingsBetween: (from: number, until: number) => ratings.all({ from, until }),
  };
}

/** Writes down what the news says of the conversation's end, where it says something new. Inside a transaction. */
export function noteOutcome(
  tables: Tables,
  { connection_id: connection, status, status_before: before, last_message_at: heardAt }: ConversationRow,
  conversation: number,
  now: number,
): void {
  // Of one that lull hears of for the first time nobody knows what went before.
  if (before === status || before === null) return;
  // It was not lull that heard the customer last, but the older system, or nobody.
  const theirsAt = tables.sides.find(connection, conversation)?.lastMessageAt ?? 0;
  if ((heardAt ?? 0) <= theirsAt) return;
  const { outcomes } = tables;
  const place = { connection, conversation };
  const isOpen = status === "open" || status === "pending";
  if (status === "resolved") outcomes.add(place, "resolved", outcomes.hadHuman(place), now);
  else if (before === "resolved" && isOpen) outcomes.add(place, "reopened", outcomes.hadHuman(place), now);
}
