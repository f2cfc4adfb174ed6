// The timeline as it is followed: onwards from an event, by whatever is asked for.
import type { Database } from "bun:sqlite";
import { whereOf } from "./filtered.ts";
import type { EventFilter } from "./store-events.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number>;

const CONDITIONS = {
  afterId: "e.id > $afterId",
  connection: "c.name = $connection",
  conversationId: "e.conversation_id = $conversationId",
  name: "e.name = $name",
};

export function followedEvents(db: Database) {
  const span = db.query<{ firstId: number | null; lastId: number | null }, []>(
    "SELECT (SELECT min(id) FROM events) AS firstId, (SELECT max(id) FROM events) AS lastId",
  );

  function spanNow(): { firstId: number; lastId: number } | null {
    const { firstId = null, lastId = null } = span.get() ?? {};
    return firstId === null || lastId === null ? null : { firstId, lastId };
  }

  return {
    span: spanNow,
    after(afterId: number, filter: EventFilter, limit: number): { events: Row[]; throughId: number } {
      const { where, params } = whereOf({ ...filter, afterId }, CONDITIONS);
      const sql = `SELECT e.id, e.at AS happenedAt, e.name, c.name AS connection, e.conversation_id AS conversationId,
          e.subject_id AS subjectId, e.detail
        FROM events AS e JOIN connections AS c ON c.id = e.connection_id ${where} ORDER BY e.id LIMIT $limit`;
      const events = db.query<Row, [Params]>(sql).all({ ...params, limit });
      const isFull = events.length === limit;
      const through = isFull ? Number(events.at(-1)?.["id"]) : (spanNow()?.lastId ?? afterId);
      return { events, throughId: Math.max(afterId, through) };
    },
  };
}
