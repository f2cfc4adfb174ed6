// The messages of the playground's own Chatwoot.
import type { Database } from "bun:sqlite";
import type { PlaygroundRow } from "./store-settings.ts";

type Params = Record<string, string | number | null>;
const COLUMNS = `id, writer, content AS text, is_private AS isPrivate, content_attributes AS contentAttributes,
  sample, created_at AS createdAt`;

export function playgroundTable(db: Database) {
  const add = db.query<{ id: number }, [Params]>(`
    INSERT INTO playground_messages (writer, content, is_private, content_attributes, sample, created_at)
    VALUES ($writer, $text, $isPrivate, $contentAttributes, $sample, $createdAt) RETURNING id`);
  const after = db.query<Params, [Params]>(
    `SELECT ${COLUMNS} FROM playground_messages WHERE id > $afterId ORDER BY id LIMIT $limit`,
  );
  const latest = db.query<Params, [Params]>(`
    SELECT * FROM (SELECT ${COLUMNS} FROM playground_messages ORDER BY id DESC LIMIT $limit) ORDER BY id`);

  return {
    add({ isPrivate, contentAttributes, ...message }: Omit<PlaygroundRow, "id">): number {
      const params = {
        ...message,
        isPrivate: Number(isPrivate),
        contentAttributes: JSON.stringify(contentAttributes),
      };
      const row = add.get(params);
      if (row === null) throw new Error("a new playground message returned no row");
      return row.id;
    },
    after: (afterId: number, limit: number) => after.all({ afterId, limit }).map(playgroundRow),
    latest: (limit: number) => latest.all({ limit }).map(playgroundRow),
  };
}

function playgroundRow(row: Params): PlaygroundRow {
  return {
    id: Number(row["id"]),
    writer: String(row["writer"]) as PlaygroundRow["writer"],
    text: String(row["text"]),
    isPrivate: row["isPrivate"] === 1,
    contentAttributes: JSON.parse(String(row["contentAttributes"])) as Record<string, unknown>,
    sample: row["sample"] == null ? null : String(row["sample"]),
    createdAt: Number(row["createdAt"]),
  };
}
