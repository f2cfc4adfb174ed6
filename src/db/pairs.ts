// Which number stands behind a LID or BSUID, as signed events told. Two that disagree make the pair say nothing, for good.
import type { Database } from "bun:sqlite";
import { KEY_VERSION } from "../identity/phone.ts";
import type { IdentityChanges } from "./identity-changes.ts";
import type { Pair } from "./store-identity.ts";

type Params = Record<string, string | number | null>;

export function pairTable(db: Database, changes: IdentityChanges) {
  const find = db.query<{ phoneKey: string; conflictAt: number | null }, [Params]>(`
    SELECT phone_key AS phoneKey, conflict_at AS conflictAt FROM identity_pairs
    WHERE connection_id = $connection AND alias_key = $aliasKey`);
  const add = db.query<null, [Params]>(`
    INSERT INTO identity_pairs (connection_id, alias_key, phone_key, key_version, learned_at)
    VALUES ($connection, $aliasKey, $phoneKey, $keyVersion, $now)`);
  const doubt = db.query<null, [Params]>(`
    UPDATE identity_pairs SET conflict_at = $now WHERE connection_id = $connection AND alias_key = $aliasKey`);

  return {
    find(connection: number, aliasKey: string): Pair | null {
      const row = find.get({ connection, aliasKey });
      return row === null ? null : { phoneKey: row.phoneKey, isInConflict: row.conflictAt !== null };
    },
    /** `conflict` only the first time that another number is seen behind the same alias. */
    learn(
      connection: number,
      { aliasKey, phoneKey }: { aliasKey: string; phoneKey: string },
      now: number,
    ): "learned" | "known" | "conflict" {
      const known = find.get({ connection, aliasKey });
      if (known !== null && (known.phoneKey === phoneKey || known.conflictAt !== null)) return "known";
      if (known === null) add.run({ connection, aliasKey, phoneKey, keyVersion: KEY_VERSION, now });
      else doubt.run({ connection, aliasKey, now });
      changes.changed();
      return known === null ? "learned" : "conflict";
    },
  };
}
