// How well customers are known and users are served, since a moment: figures and lists without texts or numbers.
import type { Database } from "bun:sqlite";
import type { FigureStore, IdentityFigures } from "./store-figures.ts";
import { asRecord } from "./insight.ts";
import { page, pageParams } from "./page.ts";
import type { Row } from "./store-insight.ts";
import type { Transact } from "./transact.ts";

type Params = Record<string, string | number | null>;
interface Tally {
  name: string;
  count: number;
}

/** Where a message has a user but not the layer that named it. */
const UNKNOWN_LAYER = "unknown";

export function openFigures(db: Database, transact: Transact): FigureStore {
  const messages = db.query<Tally & { isIdentified: number }, [Params]>(`
    SELECT user_id IS NOT NULL AS isIdentified, coalesce(identified_by, '${UNKNOWN_LAYER}') AS name, count(*) AS count
    FROM customer_conversations WHERE sender = 'user' AND created_at >= $since GROUP BY 1, 2`);
  const users = db.query<{ users: number; usersWithKey: number }, []>(`
    SELECT (SELECT count(*) FROM users) AS users,
      (SELECT count(DISTINCT user_id) FROM ai_credentials) AS usersWithKey`);
  const calls = db.query<Tally, [Params]>(`
    SELECT credential_source AS name, count(*) AS count FROM ai_usage
    WHERE started_at >= $since AND outcome = 'ok' GROUP BY 1`);

  // The chat API knows a message by its public id, Chatwoot by its own. The plus keeps SQLite from walking all that was
  // ever said in search of the few: it reads what was said since.
  const unidentified = db.query<Row, [Params]>(`
    SELECT h.id AS key, coalesce(h.public_id, CAST(h.chatwoot_message_id AS TEXT)) AS id, c.name AS connection,
      h.conversation_id AS conversationId, h.created_at AS createdAt
    FROM customer_conversations AS h JOIN connections AS c ON c.id = h.connection_id
    WHERE h.sender = 'user' AND h.user_id IS NULL AND h.created_at >= $since AND ($cursor IS NULL OR h.id < $cursor)
    ORDER BY +h.id DESC LIMIT $limit`);
  const withoutKey = db.query<Row, [Params]>(`
    SELECT u.id AS key, u.public_id AS id, u.name FROM users AS u
    WHERE ($cursor IS NULL OR u.id < $cursor)
      AND NOT EXISTS (SELECT 1 FROM ai_credentials AS k WHERE k.user_id = u.public_id)
    ORDER BY u.id DESC LIMIT $limit`);

  return {
    identityFigures: (since) =>
      transact((): IdentityFigures => {
        const rows = messages.all({ since });
        const identified = rows.filter((row) => row.isIdentified === 1);
        return {
          customerMessages: total(rows),
          identifiedMessages: total(identified),
          byLayer: asRecord(identified),
          ...(users.get() ?? { users: 0, usersWithKey: 0 }),
          callsBySource: asRecord(calls.all({ since })),
        };
      }),
    unidentifiedMessages: (since, query) =>
      transact(() => page(unidentified.all({ since, ...pageParams(query) }), query.limit)),
    usersWithoutKey: (query) => transact(() => page(withoutKey.all(pageParams(query)), query.limit)),
  };
}

function total(rows: readonly Tally[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}
