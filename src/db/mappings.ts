// Whose number is whose, by name (whatsapp_user_mapping), and the one-time codes that prove it.
import type { Database } from "bun:sqlite";
import { CODE_TRIES_MAX, codeMatches } from "../identity/verification.ts";
import type { IdentityChanges } from "./identity-changes.ts";
import { PROVES_EVERYWHERE } from "./profiles.ts";
import type { Challenge, NewMapping, OwnNumber } from "./store-users.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

/** A code that was sent from a number: it proved one claim, it proved none of those open, or none was open. */
export type Redemption = "verified" | "refused" | "none";

interface Candidate {
  id: number;
  userId: string;
  phoneKey: string;
  codeHash: string;
}

export function mappingTable(db: Database, changes: IdentityChanges) {
  // What is proven stays so, whoever writes it again; a proven number has no code that waits.
  const add = db.query<{ id: string }, [Params]>(`
    INSERT INTO whatsapp_user_mapping (public_id, connection_id, user_id, whatsapp_number, phone_key, key_version,
      is_verified, source, code_hash, code_expires_at, verified_at, created_at)
    VALUES ($id, $connectionKey, $userId, $number, $key, $keyVersion, $isVerified, $source, $codeHash, $codeExpiresAt,
      iif($isVerified, $now, NULL), $now)
    ON CONFLICT (user_id, phone_key, coalesce(connection_id, 0)) DO UPDATE SET
      whatsapp_number = excluded.whatsapp_number, key_version = excluded.key_version,
      is_verified = max(is_verified, excluded.is_verified),
      source = iif('admin' IN (source, excluded.source), 'admin', 'self'),
      code_hash = iif(1 IN (is_verified, excluded.is_verified), NULL, coalesce(excluded.code_hash, code_hash)),
      code_expires_at = iif(1 IN (is_verified, excluded.is_verified), NULL,
        coalesce(excluded.code_expires_at, code_expires_at)),
      code_tries = iif(excluded.code_hash IS NULL, code_tries, 0),
      verified_at = coalesce(verified_at, excluded.verified_at)
    RETURNING public_id AS id`);

  const ofUser = db.query<Row, [Params]>(`
    SELECT m.public_id AS id, m.whatsapp_number AS number,
      iif(instr(m.phone_key, ':') > 0, substr(m.phone_key, 1, instr(m.phone_key, ':') - 1), 'phone') AS kind,
      c.name AS connection, m.is_verified AS isVerified, m.source, m.verified_at AS verifiedAt,
      m.created_at AS createdAt, m.code_expires_at AS codeExpiresAt
    FROM whatsapp_user_mapping AS m LEFT JOIN connections AS c ON c.id = m.connection_id
    WHERE m.user_id = $userId ORDER BY m.id DESC`);

  const numbersOf = db.query<{ id: string; phoneKey: string; isVerified: 0 | 1 }, [Params]>(`
    SELECT public_id AS id, phone_key AS phoneKey, is_verified AS isVerified FROM whatsapp_user_mapping
    WHERE user_id = $userId ORDER BY id DESC`);

  const remove = db.query<{ phoneKey: string; isNaming: 0 | 1 }, [Params]>(`
    DELETE FROM whatsapp_user_mapping WHERE public_id = $id AND user_id = $userId
    RETURNING phone_key AS phoneKey, (is_verified = 1 OR source = 'admin') AS isNaming`);

  const challenged = db.query<Candidate, [Params]>(`
    SELECT m.id, m.user_id AS userId, m.phone_key AS phoneKey, m.code_hash AS codeHash
    FROM whatsapp_user_mapping AS m INDEXED BY mappings_of_phone JOIN users AS u ON u.public_id = m.user_id
    WHERE m.phone_key = $key AND m.is_verified = 0 AND m.code_expires_at > $now AND m.code_tries < $triesMax
      AND (m.connection_id IS NULL OR m.connection_id = $connection)
      AND (u.connection_id IS NULL OR u.connection_id = $connection)
    ORDER BY m.id`);

  const verify = db.query<null, [Params]>(`
    UPDATE whatsapp_user_mapping SET is_verified = 1, verified_at = $now, code_hash = NULL, code_expires_at = NULL,
      code_tries = 0 WHERE id = $id`);

  const verifyProfile = db.query<null, [Params]>(`
    UPDATE profiles SET is_verified = 1, updated_at = $now WHERE user_id = $userId AND phone_key = $phoneKey
      AND EXISTS (SELECT 1 FROM whatsapp_user_mapping AS m JOIN users AS u ON u.public_id = m.user_id
        WHERE m.id = $id AND ${PROVES_EVERYWHERE})`);

  const doubtProfile = db.query<null, [Params]>(`
    UPDATE profiles SET is_verified = 0 WHERE user_id = $userId AND phone_key = $phoneKey
      AND NOT EXISTS (SELECT 1 FROM whatsapp_user_mapping AS m JOIN users AS u ON u.public_id = m.user_id
        WHERE m.user_id = $userId AND m.phone_key = $phoneKey AND m.is_verified = 1 AND ${PROVES_EVERYWHERE})`);

  const shift = db.query<null, [Params]>(`
    UPDATE whatsapp_user_mapping SET code_expires_at = code_expires_at + $delta WHERE code_expires_at IS NOT NULL`);

  const countTry = db.query<null, [Params]>(`
    UPDATE whatsapp_user_mapping SET code_tries = code_tries + 1 WHERE id = $id`);

  return {
    /** Gives the public id, which is `id` only when the user had not this number in this scope yet. */
    add(id: string, { number, ...mapping }: NewMapping, challenge: Challenge | null, now: number): string {
      const code = mapping.isVerified ? null : challenge;
      const row = add.get({
        ...mapping,
        ...number,
        id,
        isVerified: Number(mapping.isVerified),
        codeHash: code?.codeHash ?? null,
        codeExpiresAt: code?.expiresAt ?? null,
        now,
      });
      if (row === null) throw new Error("a new mapping returned no row");
      changes.changed();
      return row.id;
    },
    ofUser: (userId: string) => ofUser.all({ userId }),
    numbersOf: (userId: string): OwnNumber[] =>
      numbersOf.all({ userId }).map((row) => ({ ...row, isVerified: row.isVerified === 1 })),
    remove(userId: string, id: string): boolean {
      const removed = remove.get({ id, userId });
      if (removed === null) return false;
      // A claim that was never proven named nobody, so nothing follows from its end.
      if (removed.isNaming === 0) return true;
      // What stands in the profile is no proof once the number is not the user's.
      doubtProfile.run({ userId, phoneKey: removed.phoneKey });
      changes.release(userId);
      return true;
    },
    /**
     * A code came from a number: the one open claim that it belongs to is proven, and the same number in that user's
     * profile with it. A code that belongs to none counts as a try against every open claim of the number.
     */
    redeem(connection: number, phoneKeys: readonly string[], code: string, now: number): Redemption {
      const open = phoneKeys.flatMap((key) =>
        challenged.all({ key, connection, now, triesMax: CODE_TRIES_MAX }),
      );
      const proven = open.find(({ codeHash }) => codeMatches(code, codeHash));
      if (proven === undefined) {
        for (const { id } of open) countTry.run({ id });
        return open.length === 0 ? "none" : "refused";
      }
      verify.run({ id: proven.id, now });
      verifyProfile.run({ id: proven.id, userId: proven.userId, phoneKey: proven.phoneKey, now });
      changes.changed();
      return "verified";
    },
    shift: (delta: number) => void shift.run({ delta }),
  };
}
