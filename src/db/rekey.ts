// Keys made by older rules are made anew, once, when lull knows other rules than the database was written with.
import type { Database } from "bun:sqlite";
import { type AddressKey, KEY_VERSION, keyOf } from "../identity/phone.ts";
import type { Tables } from "./tables.ts";

const SETTING = "phone_key_version";

/** Every table with a number in it, and where the number stands as it was given. */
const PLACES = [
  ["whatsapp_user_mapping", "whatsapp_number"],
  ["user_whatsapp_config", "phone_number"],
  ["profiles", "whatsapp_number"],
  ["meeting_notes", "contact_phone"],
  ["customer_conversations", "phone_number"],
  ["contact_bucket_mapping", "NULL"],
  ["buffered_messages", "sender_info ->> '$.phone_number'"],
] as const;

interface NumberRow {
  id: number;
  number: string | null;
  key: string | null;
}

/**
 * Brings all keys to the present rules; gives how many rows were touched. It starts from the key, which names its
 * country; a number that was kept before there were keys is one that Chatwoot gave, and so international.
 */
export function rekeyNumbers(db: Database, tables: Tables, now: number): number {
  if (tables.settings.get(SETTING) === KEY_VERSION) return 0;
  const count = PLACES.reduce((sum, [table, number]) => sum + rekeyTable(db, table, number), 0);
  tables.settings.save(SETTING, KEY_VERSION, now);
  tables.identityChanges.changed();
  return count + rekeyPairs(db);
}

function rekeyTable(db: Database, table: string, number: string): number {
  const rows = db
    .query<NumberRow, [{ version: string }]>(
      `SELECT id, ${number} AS number, phone_key AS key FROM ${table}
       WHERE key_version IS NOT $version AND coalesce(phone_key, ${number}) IS NOT NULL`,
    )
    .all({ version: KEY_VERSION });
  // Two spellings that have become one number stay two rows of the same user: the one that was there first is enough.
  const update = db.query<null, [{ id: number; key: string; version: string }]>(
    `UPDATE OR IGNORE ${table} SET phone_key = $key, key_version = $version WHERE id = $id`,
  );
  for (const row of rows) {
    const key = newKey(row);
    if (key !== null) update.run({ id: row.id, key, version: KEY_VERSION });
  }
  return rows.length;
}

function rekeyPairs(db: Database): number {
  const keys = db
    .query<{ key: string }, [{ version: string }]>(
      "SELECT DISTINCT phone_key AS key FROM identity_pairs WHERE key_version IS NOT $version",
    )
    .all({ version: KEY_VERSION });
  const update = db.query<null, [{ old: string; key: string; version: string }]>(
    "UPDATE identity_pairs SET phone_key = $key, key_version = $version WHERE phone_key = $old",
  );
  for (const { key } of keys) {
    update.run({ old: key, key: newKey({ number: null, key }) ?? key, version: KEY_VERSION });
  }
  return keys.length;
}

/** What stands for digits, a LID or a BSUID stays; a number that the present rules do not know keeps its key. */
function newKey({ number, key }: Pick<NumberRow, "number" | "key">): string | null {
  if (key !== null && !key.startsWith("+")) return key;
  const made: AddressKey = keyOf(key ?? number ?? "", "BR", "whatsapp");
  return made.kind === "none" ? key : made.key;
}
