// The versions of inboxes' prompts; a row is never changed. How each did is told by the turns that were asked with it.
import type { Database } from "bun:sqlite";
import type { InboxPlace } from "./store-inboxes.ts";
import type { PromptVersion } from "./store-prompts.ts";
import type { Row } from "./store.ts";

type Params = Record<string, string | number | null>;

const HERE = "p.connection_id = $connectionKey AND p.inbox_id = $inboxId";
const VERSION = `p.version, p.text, p.note, p.created_at AS createdAt FROM prompt_versions AS p WHERE ${HERE}`;

export function promptTable(db: Database) {
  const newest = db.query<PromptVersion, [Params]>(`SELECT ${VERSION} ORDER BY p.version DESC LIMIT 1`);
  const find = db.query<PromptVersion, [Params]>(`SELECT ${VERSION} AND p.version = $version`);
  const add = db.query<{ version: number }, [Params]>(`
    INSERT INTO prompt_versions (public_id, connection_id, inbox_id, version, text, note, created_at)
    SELECT $id, $connectionKey, $inboxId, coalesce(max(p.version), 0) + 1, $text, $note, $now
    FROM prompt_versions AS p WHERE ${HERE}
    RETURNING version`);
  const outcomes = db.query<Row, [Params]>(`
    SELECT p.version, p.note, p.created_at AS createdAt, length(p.text) AS length, count(j.id) AS turns,
      count(*) FILTER (WHERE j.outcome = 'answered') AS answered,
      count(*) FILTER (WHERE j.handoff_reason IS NOT NULL) AS handedOff,
      avg(j.confidence) AS meanConfidence,
      (SELECT json_group_object(reason, count) FROM (
        SELECT s.reason, count(*) AS count
        FROM buffer_processing_jobs AS s JOIN conversations AS sc ON sc.connection_id = s.connection_id
          AND sc.chatwoot_conversation_id = s.conversation_id AND sc.inbox_id = p.inbox_id
        WHERE s.connection_id = p.connection_id AND s.prompt_version = p.version AND s.outcome = 'silenced'
        GROUP BY s.reason ORDER BY s.reason)) AS silenced
    FROM prompt_versions AS p
      LEFT JOIN (buffer_processing_jobs AS j JOIN conversations AS c ON c.connection_id = j.connection_id
        AND c.chatwoot_conversation_id = j.conversation_id)
        ON j.connection_id = p.connection_id AND j.prompt_version = p.version AND c.inbox_id = p.inbox_id
    WHERE ${HERE} GROUP BY p.version ORDER BY p.version DESC`);

  return {
    find: ({ connectionKey, inboxId }: InboxPlace, version: number | null) =>
      (version === null ? null : find.get({ connectionKey, inboxId, version })) ??
      (version === null ? newest.get({ connectionKey, inboxId }) : null),
    add(
      id: string,
      { connectionKey, inboxId }: InboxPlace,
      prompt: { text: string; note: string | null },
      now: number,
    ): number {
      const row = add.get({ id, connectionKey, inboxId, ...prompt, now });
      if (row === null) throw new Error("a new version of a prompt returned no row");
      return row.version;
    },
    list: ({ connectionKey, inboxId }: InboxPlace) => outcomes.all({ connectionKey, inboxId }),
  };
}
