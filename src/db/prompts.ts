// The versions of inboxes' prompts; a row is never changed. How each did is told by the turns that were asked with it.
import type { Database } from "bun:sqlite";
import type { InboxPlace } from "./store-inboxes.ts";
import type { PromptVersion } from "./store-prompts.ts";
import type { Row } from "./store-insight.ts";

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
  // The turns are read once, however many versions there are.
  const outcomes = db.query<Row, [Params]>(`
    WITH ended AS MATERIALIZED (
      SELECT j.prompt_version AS version, j.outcome, iif(j.outcome = 'silenced', j.reason, NULL) AS silence,
        count(*) AS turns, count(j.handoff_reason) AS handedOff, sum(j.confidence) AS confidence, count(j.confidence) AS told
      FROM buffer_processing_jobs AS j JOIN conversations AS c ON c.connection_id = j.connection_id
        AND c.chatwoot_conversation_id = j.conversation_id
      WHERE j.connection_id = $connectionKey AND j.prompt_version IS NOT NULL AND c.inbox_id = $inboxId
      GROUP BY j.prompt_version, j.outcome, silence)
    SELECT p.version, p.note, p.created_at AS createdAt, length(p.text) AS length, coalesce(sum(e.turns), 0) AS turns,
      coalesce(sum(e.turns) FILTER (WHERE e.outcome = 'answered'), 0) AS answered,
      coalesce(sum(e.handedOff), 0) AS handedOff, sum(e.confidence) / sum(e.told) AS meanConfidence,
      json_group_object(e.silence, e.turns ORDER BY e.silence) FILTER (WHERE e.silence IS NOT NULL) AS silenced
    FROM prompt_versions AS p LEFT JOIN ended AS e ON e.version = p.version
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
