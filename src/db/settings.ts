// Connections and settings: small tables with plain verbs.
import type { Database } from "bun:sqlite";
import type { Random } from "../random.ts";

type Params = Record<string, string | number | null>;

export function settingTable(db: Database, random: Random) {
  const addConnection = db.query<null, [Params]>(`
    INSERT INTO connections (public_id, name, created_at) VALUES ($publicId, $name, $now) ON CONFLICT (name) DO NOTHING`);
  const connection = db.query<{ id: number }, [Params]>("SELECT id FROM connections WHERE name = $name");

  const get = db.query<{ value: string }, [Params]>("SELECT value FROM settings WHERE name = $name");
  const save = db.query<null, [Params]>(`
    INSERT INTO settings (name, value, updated_at) VALUES ($name, $value, $now)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`);

  return {
    ensureConnection(name: string, now: number): number {
      addConnection.run({ publicId: random.uuid(now), name, now });
      return connection.get({ name })?.id ?? 0;
    },
    get: (name: string) => get.get({ name })?.value ?? null,
    save: (name: string, value: string, now: number) => void save.run({ name, value, now }),
  };
}
