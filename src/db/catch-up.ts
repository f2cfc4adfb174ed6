// How far Chatwoot was looked through, and what of a list is not known yet.
import type { Database } from "bun:sqlite";
import type { LookMark, LookState } from "./store-catch-up.ts";

/** So many of the latest messages tell where customers write: there is no index of all conversations by time. */
const LATEST_MESSAGES = 5_000;

export function catchUpTable(db: Database) {
  // A clock that was set right may have made a beginning that has not come yet.
  const begin = db.query<LookMark, [{ connection: number; place: string; now: number }]>(`
    INSERT INTO catch_up_looks (connection_id, place, since) VALUES ($connection, $place, $now)
    ON CONFLICT (connection_id) DO UPDATE SET place = $place, since = iif(place = $place, min(since, $now), $now),
      message_id = iif(place = $place, message_id, NULL), looked_at = iif(place = $place, looked_at, NULL),
      reason = iif(place = $place, reason, NULL)
    RETURNING since, message_id AS messageId`);

  const end = db.query<null, [Record<string, number | null>]>(`
    UPDATE catch_up_looks SET since = $since, message_id = $messageId, looked_at = $now, reason = NULL
    WHERE connection_id = $connection`);

  const breakOff = db.query<null, [{ connection: number; reason: string }]>(
    "UPDATE catch_up_looks SET reason = $reason WHERE connection_id = $connection",
  );

  // A machine that slept may have been written to meanwhile: what was looked at once does not begin later for that.
  const shift = db.query<null, [{ delta: number }]>(
    "UPDATE catch_up_looks SET since = since + $delta WHERE $delta < 0 OR looked_at IS NULL",
  );

  const forget = db.query<null, [{ name: string }]>(
    "DELETE FROM catch_up_looks WHERE connection_id = (SELECT id FROM connections WHERE name = $name)",
  );

  const state = db.query<LookState, [{ connection: number }]>(
    "SELECT looked_at AS lookedAt, reason FROM catch_up_looks WHERE connection_id = $connection",
  );

  // What was forgotten, by retention or with an erased person, was known.
  const newMessages = db.query<{ id: number }, [{ connection: number; conversation: number; ids: string }]>(`
    SELECT value AS id FROM json_each($ids) AS listed
    WHERE NOT EXISTS (SELECT 1 FROM buffered_messages
        WHERE connection_id = $connection AND chatwoot_message_id = listed.value)
      AND NOT EXISTS (SELECT 1 FROM customer_conversations
        WHERE connection_id = $connection AND conversation_id = $conversation AND chatwoot_message_id = listed.value)
      AND NOT EXISTS (SELECT 1 FROM conversations WHERE connection_id = $connection
        AND chatwoot_conversation_id = $conversation AND forgotten_message_id >= listed.value)`);

  const lostReplies = db.query<{ id: string }, [{ ids: string }]>(`
    SELECT value AS id FROM json_each($ids) AS listed
    WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE public_id = listed.value)`);

  const talkedIn = db.query<{ id: number }, [Record<string, number>]>(`
    SELECT conversation_id AS id FROM (
      SELECT id, connection_id, conversation_id, received_at FROM buffered_messages ORDER BY id DESC LIMIT $latest)
    WHERE connection_id = $connection AND received_at >= $since
    GROUP BY conversation_id ORDER BY max(received_at) DESC LIMIT $limit`);

  return {
    begin(connection: number, place: string, now: number): LookMark {
      const mark = begin.get({ connection, place, now });
      if (mark === null) throw new Error("an upsert of a look returned no row");
      return mark;
    },
    end: (connection: number, { since, messageId }: LookMark, now: number) =>
      void end.run({ connection, since, messageId, now }),
    breakOff: (connection: number, reason: string) => void breakOff.run({ connection, reason }),
    /** A look later on is the first of all. */
    forget: (connectionName: string) => void forget.run({ name: connectionName }),
    shift: (delta: number) => void shift.run({ delta }),
    state: (connection: number) => state.get({ connection }),
    newMessages: (connection: number, conversation: number, ids: readonly number[]) =>
      newMessages.all({ connection, conversation, ids: JSON.stringify(ids) }).map(({ id }) => id),
    lostReplies: (ids: readonly string[]) =>
      lostReplies.all({ ids: JSON.stringify(ids) }).map(({ id }) => id),
    talkedIn: (connection: number, since: number, limit: number) =>
      talkedIn.all({ connection, since, limit, latest: LATEST_MESSAGES }).map(({ id }) => id),
  };
}
