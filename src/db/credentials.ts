// Sealed AI keys (ai_credentials), of users and of the system. Nothing here can open one.
import type { Database } from "bun:sqlite";
import type { NewCredential, StoredCredential } from "./store-credentials.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;
type CredentialRow = Omit<StoredCredential, "sealed"> & { box: string; keyVersion: number };
/** What a person may change of a key; the key itself never. */
type Manner = Pick<NewCredential, "model" | "temperature" | "priority">;

const COLUMNS = `public_id AS id, user_id AS userId, provider, sealed_key AS box, key_version AS keyVersion,
  last_four AS lastFour, model, temperature, priority, rested_until AS restedUntil, rest_reason AS restReason,
  last_used_at AS lastUsedAt`;
/** Without what opens with the master key. */
const LISTED = `public_id AS id, provider, last_four AS lastFour, model, temperature, priority,
  rested_until AS restedUntil, rest_reason AS restReason, last_used_at AS lastUsedAt, created_at AS createdAt`;
/** A key that was never used comes before all that were: NULL is the least. */
const IN_ORDER = "WHERE user_id IS $userId ORDER BY priority, last_used_at, ai_credentials.id";
const OWN = "user_id IS $userId AND public_id = $id";

export function credentialTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO ai_credentials (public_id, user_id, provider, sealed_key, key_version, last_four, model, temperature,
      priority, created_at, updated_at)
    SELECT $id, $userId, $provider, $box, $keyVersion, $lastFour, $model, $temperature, $priority, $now, $now
    WHERE $userId IS NULL OR EXISTS (SELECT 1 FROM users WHERE public_id = $userId)`);

  const inOrder = db.query<CredentialRow, [Params]>(`SELECT ${COLUMNS} FROM ai_credentials ${IN_ORDER}`);
  const list = db.query<Row, [Params]>(`SELECT ${LISTED} FROM ai_credentials ${IN_ORDER}`);
  const manner = db.query<Manner, [Params]>(
    `SELECT model, temperature, priority FROM ai_credentials WHERE ${OWN}`,
  );

  const change = db.query<null, [Params]>(`
    UPDATE ai_credentials SET model = $model, temperature = $temperature, priority = $priority, updated_at = $now
    WHERE ${OWN}`);
  const remove = db.query<null, [Params]>(`DELETE FROM ai_credentials WHERE ${OWN}`);
  const rest = db.query<null, [Params]>(`
    UPDATE ai_credentials SET rested_until = $until, rest_reason = $reason, updated_at = $now WHERE public_id = $id`);
  const use = db.query<null, [Params]>(`
    UPDATE ai_credentials SET last_used_at = $now, rested_until = NULL, rest_reason = NULL, updated_at = $now
    WHERE public_id = $id`);
  const wake = db.query<null, [Params]>(`
    UPDATE ai_credentials SET rested_until = NULL, rest_reason = NULL, updated_at = $now
    WHERE rested_until IS NOT NULL`);

  const shift = db.query<null, [Params]>(`
    UPDATE ai_credentials SET rested_until = rested_until + $delta, last_used_at = last_used_at + $delta
    WHERE coalesce(rested_until, last_used_at) IS NOT NULL`);

  return {
    /** False: no such user. */
    add({ sealed, ...credential }: NewCredential, now: number): boolean {
      return add.run({ ...credential, ...sealed, now }).changes > 0;
    },
    inOrder: (userId: string | null) => inOrder.all({ userId }).map(storedCredential),
    list: (userId: string | null) => list.all({ userId }),
    manner: (userId: string | null, id: string) => manner.get({ userId, id }),
    change: (userId: string | null, id: string, { model, temperature, priority }: Manner, now: number) =>
      void change.run({ userId, id, model, temperature, priority, now }),
    remove: (userId: string | null, id: string) => remove.run({ userId, id }).changes > 0,
    rest: (id: string, until: number, reason: string, now: number) =>
      void rest.run({ id, until, reason, now }),
    wake: (now: number) => void wake.run({ now }),
    use: (id: string, now: number) => void use.run({ id, now }),
    /** The last use moves, too: keys used after the jump would else come before, or behind, all that were used earlier. */
    shift: (delta: number) => void shift.run({ delta }),
  };
}

function storedCredential({ box, keyVersion, ...row }: CredentialRow): StoredCredential {
  return { ...row, sealed: { box, keyVersion } };
}
