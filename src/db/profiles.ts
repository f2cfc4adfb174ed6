// What users say of themselves, one row each; a number that they wrote identifies them once it is proven.
import type { Database } from "bun:sqlite";
import type { IdentityChanges } from "./identity-changes.ts";
import type { ProfileChange } from "./store-users.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

interface ProfileRow {
  fullName: string | null;
  language: string | null;
  number: string | null;
  key: string | null;
  keyVersion: string | null;
  isVerified: 0 | 1;
}

const NO_NUMBER = { number: null, key: null, keyVersion: null };
const EMPTY: ProfileRow = { fullName: null, language: null, ...NO_NUMBER, isVerified: 0 };

/** A profile counts in all connections of its user, so only a mapping that does may prove its number. */
export const PROVES_EVERYWHERE = "(m.connection_id IS NULL OR m.connection_id = u.connection_id)";

export function profileTable(db: Database, changes: IdentityChanges) {
  const known = db.query<ProfileRow, [Params]>(`
    SELECT full_name AS fullName, language, whatsapp_number AS number, phone_key AS key, key_version AS keyVersion,
      is_verified AS isVerified
    FROM profiles WHERE user_id = $userId`);

  const proven = db.query<{ id: number }, [Params]>(`
    SELECT m.id FROM whatsapp_user_mapping AS m JOIN users AS u ON u.public_id = m.user_id
    WHERE m.user_id = $userId AND m.phone_key = $key AND m.is_verified = 1 AND ${PROVES_EVERYWHERE} LIMIT 1`);

  const save = db.query<null, [Params]>(`
    INSERT INTO profiles (user_id, full_name, language, whatsapp_number, phone_key, key_version, is_verified, created_at,
      updated_at)
    VALUES ($userId, $fullName, $language, $number, $key, $keyVersion, $isVerified, $now, $now)
    ON CONFLICT (user_id) DO UPDATE SET full_name = excluded.full_name, language = excluded.language,
      whatsapp_number = excluded.whatsapp_number, phone_key = excluded.phone_key, key_version = excluded.key_version,
      is_verified = excluded.is_verified, updated_at = excluded.updated_at`);

  // From the user's row, so that one who never saved a profile is told from one who is not there.
  const get = db.query<Row, [Params]>(`
    SELECT p.full_name AS fullName, p.language, p.whatsapp_number AS whatsappNumber, p.is_verified AS isVerified
    FROM users AS u LEFT JOIN profiles AS p ON p.user_id = u.public_id WHERE u.public_id = $userId`);

  /** A number that its user wrote counts when it did before, or when they have proven that it is theirs. */
  function isProven(userId: string, before: ProfileRow, key: string | null): boolean {
    if (key === null) return false;
    return (before.isVerified === 1 && key === before.key) || proven.get({ userId, key }) !== null;
  }

  return {
    save(userId: string, change: ProfileChange, now: number): void {
      const { number, isVerified, ...names } = change;
      const before = known.get({ userId }) ?? EMPTY;
      const after = { ...before, ...names, ...(number === undefined ? {} : (number ?? NO_NUMBER)) };
      const isTrusted = isVerified ?? isProven(userId, before, after.key);
      save.run({ ...after, userId, isVerified: Number(isTrusted), now });
      changes.changed();
      if (before.key === null) return;
      const isDoubted = before.isVerified === 1 && !isTrusted;
      if (after.key !== before.key || isDoubted) changes.release(userId);
    },
    get: (userId: string) => get.get({ userId }),
  };
}
