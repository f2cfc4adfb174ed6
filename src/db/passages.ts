// Passages of users' files, and the index that finds them by their words. Whose they are stands twice: as a word in the
// index, so that a search never leaves its circle, and in the file's row, which is right also after a change.
import type { Database } from "bun:sqlite";
import { searchQuery } from "../knowledge/query.ts";
import type { FileAudience, FoundPassage, Searchers } from "./store-knowledge.ts";

type Params = Record<string, string | number | null>;

/** Pages of the index that are merged in one go. */
const MERGED_PAGES = 64;

/** Of the files, those that these may look into. */
const ALLOWED = `f.deleted_at IS NULL AND f.state = 'read'
  AND (f.user_id = $senderId OR (f.user_id = $ownerId AND f.audience = 'customers'))`;

export function passageTable(db: Database) {
  const userKey = db.query<{ key: number }, [Params]>(
    "SELECT id AS key FROM users WHERE public_id = $userId",
  );
  const add = db.query<{ key: number }, [Params]>(`
    INSERT INTO knowledge_passages (file_id, position, text) VALUES ($fileKey, $position, $text) RETURNING id AS key`);
  const index = db.query<null, [Params]>(
    "INSERT INTO knowledge_index (rowid, audience, text) VALUES ($key, $words, $text)",
  );
  const hasFiles = db.query<{ id: number }, [Params]>(
    `SELECT id FROM knowledge_files AS f WHERE ${ALLOWED} LIMIT 1`,
  );
  // The audience counts nothing: it says who may see a passage, not how well it fits.
  const search = db.query<FoundPassage, [Params]>(`
    SELECT f.public_id AS fileId, f.name AS fileName, p.text
    FROM knowledge_index AS i JOIN knowledge_passages AS p ON p.id = i.rowid JOIN knowledge_files AS f ON f.id = p.file_id
    WHERE knowledge_index MATCH $match AND rank MATCH 'bm25(0, 1)' AND ${ALLOWED} ORDER BY rank LIMIT $limit`);
  const some = db.query<{ key: number }, [Params]>(`
    SELECT id AS key FROM knowledge_passages INDEXED BY passages_of_file WHERE file_id = $fileKey LIMIT $limit`);
  const unindex = db.query<null, [Params]>("DELETE FROM knowledge_index WHERE rowid = $key");
  const remove = db.query<null, [Params]>("DELETE FROM knowledge_passages WHERE id = $key");

  // A deleted passage is only crossed out: its words stay until the parts that hold them are merged.
  const merge = db.query<null, [{ pages: number }]>(
    "INSERT INTO knowledge_index (knowledge_index, rank) VALUES ('merge', $pages)",
  );
  const changed = db.query<{ count: number }, []>("SELECT total_changes() AS count");

  const keyOf = (userId: string | null): number | null => userKey.get({ userId })?.key ?? null;

  return {
    add(
      file: { key: number; userId: string; audience: FileAudience },
      position: number,
      texts: readonly string[],
    ) {
      const words = wordsFor(file.audience, keyOf(file.userId));
      for (const [offset, text] of texts.entries()) {
        const added = add.get({ fileKey: file.key, position: position + offset, text });
        if (added !== null) index.run({ key: added.key, words, text });
      }
    },
    /** Best first; null when there is nothing to look for or into. */
    search({ senderId, ownerId }: Searchers, text: string, limit: number): FoundPassage[] | null {
      const query = searchQuery(text);
      if (query === null || hasFiles.get({ senderId, ownerId }) === null) return null;
      const match = `{audience} : (${circles(keyOf(senderId), keyOf(ownerId))}) AND {text} : (${query})`;
      return search.all({ match, senderId, ownerId, limit });
    },
    /** Merges a little, at first so that all is merged in the end. False: nothing is left to be. */
    tidy(step: "first" | "next"): boolean {
      const before = changed.get()?.count ?? 0;
      merge.run({ pages: step === "first" ? -MERGED_PAGES : MERGED_PAGES });
      // As SQLite's manual has it: one change is the request itself.
      return (changed.get()?.count ?? 0) - before >= 2;
    },
    /** Gives how many. */
    remove(fileKey: number, limit: number): number {
      const found = some.all({ fileKey, limit });
      for (const { key } of found) {
        unindex.run({ key });
        remove.run({ key });
      }
      return found.length;
    },
  };
}

/** A user's number may be given to another one later: the file's row tells them apart. */
function wordsFor(audience: FileAudience, userKey: number | null): string {
  return audience === "customers" ? `u${userKey} l${userKey}` : `u${userKey}`;
}

function circles(senderKey: number | null, ownerKey: number | null): string {
  return `"u${senderKey}" OR "l${ownerKey}"`;
}
