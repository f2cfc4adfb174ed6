// The append-only timeline. Ids and figures, never a text or a number.
import type { Database } from "bun:sqlite";
import type { Row } from "./store-insight.ts";

type Detail = Record<string, string | number | boolean | null>;
/** Whatever row the event is about. */
interface Place {
  connection_id: number;
  conversation_id: number | null;
}

export function eventTable(db: Database) {
  const add = db.query<null, [Record<string, string | number | null>]>(`
    INSERT INTO events (at, name, connection_id, conversation_id, subject_id, detail)
    VALUES ($now, $name, $connection, $conversation, $subject, $detail)`);

  const latest = db.query<Row, [{ connection: number; conversation: number; limit: number }]>(`
    SELECT id, at, name, subject_id, detail FROM (
      SELECT id, at, name, subject_id, detail FROM events
      WHERE connection_id = $connection AND conversation_id = $conversation ORDER BY id DESC LIMIT $limit
    ) ORDER BY id`);

  return {
    add: (name: string, place: Place, subject: string, detail: Detail, now: number) =>
      void add.run({
        now,
        name,
        connection: place.connection_id,
        conversation: place.conversation_id,
        subject,
        detail: JSON.stringify(detail),
      }),
    latest: (connection: number, conversation: number, limit: number) =>
      latest.all({ connection, conversation, limit }),
  };
}
