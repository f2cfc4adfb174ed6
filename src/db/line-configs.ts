// The lines of users: inboxes, Meta's ids of numbers, the numbers themselves (user_whatsapp_config).
import type { Database } from "bun:sqlite";
import type { IdentityChanges } from "./identity-changes.ts";
import { pageParams } from "./page.ts";
import type { LineConfig } from "./store-users.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;
type Change = Partial<Omit<LineConfig, "userId">>;

interface ConfigRow {
  id: number;
  userId: string;
  connectionKey: number | null;
  phoneNumberId: string | null;
  inboxId: number | null;
  number: string | null;
  key: string | null;
  keyVersion: string | null;
  isActive: 0 | 1;
  isVerified: 0 | 1;
}

const LISTED = `l.id AS key, l.public_id AS id, l.user_id AS userId, c.name AS connection,
  l.phone_number_id AS phoneNumberId, l.inbox_id AS inboxId, l.phone_number AS phoneNumber,
  l.is_active AS isActive, l.is_verified AS isVerified, l.created_at AS createdAt, l.updated_at AS updatedAt
  FROM user_whatsapp_config AS l LEFT JOIN connections AS c ON c.id = l.connection_id`;
const OF_WHOM = "($userId IS NULL OR user_id = $userId)";

export function lineConfigTable(db: Database, changes: IdentityChanges) {
  const add = db.query<null, [Params]>(`
    INSERT INTO user_whatsapp_config (public_id, connection_id, user_id, phone_number_id, inbox_id, phone_number,
      phone_key, key_version, is_active, is_verified, created_at, updated_at)
    VALUES ($id, $connectionKey, $userId, $phoneNumberId, $inboxId, $number, $key, $keyVersion, $isActive, $isVerified,
      $now, $now)`);

  const listed = (whose: string) =>
    db.query<Row, [Params]>(`
      SELECT ${LISTED}
      WHERE ${whose} ($cursor IS NULL OR l.id < $cursor) ORDER BY l.id DESC LIMIT $limit`);
  const one = db.query<Row, [Params]>(
    `SELECT ${LISTED} WHERE l.public_id = $id AND ($userId IS NULL OR l.user_id = $userId)`,
  );
  const all = listed("");
  const ofUser = listed("l.user_id = $userId AND");

  const get = db.query<ConfigRow, [Params]>(`
    SELECT id, user_id AS userId, connection_id AS connectionKey, phone_number_id AS phoneNumberId, inbox_id AS inboxId,
      phone_number AS number, phone_key AS key, key_version AS keyVersion, is_active AS isActive,
      is_verified AS isVerified
    FROM user_whatsapp_config WHERE public_id = $id AND ${OF_WHOM}`);

  const change = db.query<null, [Params]>(`
    UPDATE user_whatsapp_config SET connection_id = $connectionKey, phone_number_id = $phoneNumberId,
      inbox_id = $inboxId, phone_number = $number, phone_key = $key, key_version = $keyVersion, is_active = $isActive,
      is_verified = $isVerified, updated_at = $now WHERE id = $id`);

  const remove = db.query<{ userId: string; key: string | null }, [Params]>(`
    DELETE FROM user_whatsapp_config WHERE public_id = $id AND ${OF_WHOM}
    RETURNING user_id AS userId, phone_key AS key`);

  return {
    add(id: string, { number, isActive, isVerified, ...config }: LineConfig, now: number): void {
      add.run({
        ...config,
        ...numberParams(number),
        isActive: Number(isActive),
        isVerified: Number(isVerified),
        id,
        now,
      });
      changes.changed();
    },
    /** As a page is made of: newest first, one more than asked for. */
    list: (userId: string | null, query: ListQuery) =>
      userId === null ? all.all(pageParams(query)) : ofUser.all({ userId, ...pageParams(query) }),
    get: (userId: string | null, id: string) => one.get({ userId, id }),
    change(userId: string | null, id: string, wanted: Change, now: number): boolean {
      const before = get.get({ id, userId });
      if (before === null) return false;
      const { userId: owner, ...after } = changed(before, wanted);
      change.run({ ...after, now });
      const isNamedStill = after.key === before.key && after.isActive === 1 && after.isVerified === 1;
      if (before.key !== null && !isNamedStill) changes.release(owner);
      changes.changed();
      return true;
    },
    remove(userId: string | null, id: string): boolean {
      const removed = remove.get({ id, userId });
      if (removed === null) return false;
      if (removed.key !== null) changes.release(removed.userId);
      changes.changed();
      return true;
    },
  };
}

function changed(row: ConfigRow, { number, isActive, isVerified, ...change }: Change): ConfigRow {
  return {
    ...row,
    ...change,
    ...(number === undefined ? {} : numberParams(number)),
    ...(isActive === undefined ? {} : { isActive: isActive ? 1 : 0 }),
    ...(isVerified === undefined ? {} : { isVerified: isVerified ? 1 : 0 }),
  };
}

function numberParams(number: LineConfig["number"]) {
  return number === null ? { number: null, key: null, keyVersion: null } : { ...number };
}
