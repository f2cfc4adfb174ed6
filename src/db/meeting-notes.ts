// What users keep of meetings; the number of whom it was with identifies the user who met them.
import type { Database } from "bun:sqlite";
import type { IdentityChanges } from "./identity-changes.ts";
import { pageParams } from "./page.ts";
import type { MeetingNote } from "./store-users.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

export function meetingNoteTable(db: Database, changes: IdentityChanges) {
  const add = db.query<null, [Params]>(`
    INSERT INTO meeting_notes (public_id, user_id, title, content, contact_name, contact_phone, phone_key, key_version,
      met_at, created_at)
    VALUES ($id, $userId, $title, $content, $contactName, $number, $key, $keyVersion, $metAt, $now)`);

  // By the column: `id` alone would be the public id, which says nothing of the order within a millisecond.
  const list = db.query<Row, [Params]>(`
    SELECT id AS key, public_id AS id, title, content, contact_name AS contactName, contact_phone AS contactPhone,
      met_at AS metAt, created_at AS createdAt
    FROM meeting_notes WHERE user_id = $userId AND ($cursor IS NULL OR id < $cursor) ORDER BY meeting_notes.id DESC
    LIMIT $limit`);

  const withNumber = db.query<Row, [Params]>(`
    SELECT title, content, met_at AS metAt FROM meeting_notes
    WHERE user_id = $userId AND phone_key IN (SELECT value FROM json_each($keys))
    ORDER BY coalesce(met_at, created_at) DESC, meeting_notes.id DESC LIMIT $limit`);

  const remove = db.query<{ key: string | null }, [Params]>(`
    DELETE FROM meeting_notes WHERE public_id = $id AND user_id = $userId RETURNING phone_key AS key`);

  return {
    add(id: string, { contact, ...note }: MeetingNote, now: number): void {
      const number = contact ?? { number: null, key: null, keyVersion: null };
      add.run({ ...note, ...number, id, now });
      changes.changed();
    },
    /** As a page is made of: newest first, one more than asked for. */
    list: (userId: string, query: ListQuery) => list.all({ userId, ...pageParams(query) }),
    /** Of meetings with whom one of these keys names, the newest first. */
    withNumber: (userId: string, keys: readonly string[], limit: number) =>
      withNumber.all({ userId, keys: JSON.stringify(keys), limit }),
    remove(userId: string, id: string): boolean {
      const removed = remove.get({ id, userId });
      if (removed === null) return false;
      if (removed.key !== null) changes.release(userId);
      changes.changed();
      return true;
    },
  };
}
