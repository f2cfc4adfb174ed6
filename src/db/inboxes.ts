// Inboxes: how lull behaves in each, as JSON.
import type { Database } from "bun:sqlite";
import type { SavedInboxSettings } from "../inbox/settings.ts";
import type { InboxPlace, InboxRow } from "./store-inboxes.ts";

type Params = Record<string, string | number | null>;
type StoredInbox = Omit<InboxRow, "settings"> & { settings: string };

const COLUMNS = `public_id AS id, connection_id AS connectionKey, inbox_id AS inboxId, settings,
  created_at AS createdAt, updated_at AS updatedAt`;

export function inboxTable(db: Database) {
  const all = db.query<StoredInbox, []>(`SELECT ${COLUMNS} FROM inboxes ORDER BY inboxes.id`);
  const seen = db.query<InboxPlace, []>(`
    SELECT connection_id AS connectionKey, inbox_id AS inboxId FROM inboxes
    UNION SELECT connection_id, inbox_id FROM conversations WHERE inbox_id IS NOT NULL ORDER BY 1, 2`);
  const save = db.query<StoredInbox, [Params]>(`
    INSERT INTO inboxes (public_id, connection_id, inbox_id, settings, created_at, updated_at)
    VALUES ($id, $connection, $inbox, $settings, $now, $now)
    ON CONFLICT (connection_id, inbox_id) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at
    RETURNING ${COLUMNS}`);

  return {
    all: (): InboxRow[] => all.all().map(read),
    seen: () => seen.all(),
    save(
      id: string,
      place: { connection: number; inbox: number },
      settings: SavedInboxSettings,
      now: number,
    ): InboxRow {
      const row = save.get({ id, ...place, settings: JSON.stringify(settings), now });
      if (row === null) throw new Error("an upsert of an inbox returned no row");
      return read(row);
    },
  };
}

/** It was checked before it was saved. */
function read(row: StoredInbox): InboxRow {
  return { ...row, settings: JSON.parse(row.settings) as SavedInboxSettings };
}
