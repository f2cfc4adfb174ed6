// Connections, settings and flags: small tables with plain verbs.
import type { Database } from "bun:sqlite";
import type { Random } from "../random.ts";
import type { FlagRow } from "./store.ts";

type Params = Record<string, string | number | null>;

export function settingTable(db: Database, random: Random) {
  const addConnection = db.query<null, [Params]>(`
    INSERT INTO connections (public_id, name, created_at) VALUES ($publicId, $name, $now) ON CONFLICT (name) DO NOTHING`);
  const connection = db.query<{ id: number }, [Params]>("SELECT id FROM connections WHERE name = $name");

  const get = db.query<{ value: string }, [Params]>("SELECT value FROM settings WHERE name = $name");
  const save = db.query<null, [Params]>(`
    INSERT INTO settings (name, value, updated_at) VALUES ($name, $value, $now)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`);

  const addFlag = db.query<null, [Params]>(`
    INSERT INTO feature_flags (public_id, flag_name, is_enabled, description, created_at, updated_at)
    VALUES ($publicId, $name, $isEnabled, $description, $now, $now)
    ON CONFLICT (flag_name) DO UPDATE SET description = excluded.description`);
  const flags = db.query<{ name: string; isEnabled: number; description: string }, []>(
    "SELECT flag_name AS name, is_enabled AS isEnabled, description FROM feature_flags ORDER BY flag_name",
  );
  const saveFlag = db.query<null, [Params]>(
    "UPDATE feature_flags SET is_enabled = $isEnabled, updated_at = $now WHERE flag_name = $name",
  );

  return {
    ensureConnection(name: string, now: number): number {
      addConnection.run({ publicId: random.uuid(now), name, now });
      return connection.get({ name })?.id ?? 0;
    },
    get: (name: string) => get.get({ name })?.value ?? null,
    save: (name: string, value: string, now: number) => void save.run({ name, value, now }),
    ensureFlag: ({ name, isEnabled, description }: FlagRow, now: number) =>
      void addFlag.run({ publicId: random.uuid(now), name, isEnabled: Number(isEnabled), description, now }),
    flags: (): FlagRow[] => flags.all().map((flag) => ({ ...flag, isEnabled: flag.isEnabled === 1 })),
    saveFlag: (name: string, isEnabled: boolean, now: number) =>
      saveFlag.run({ name, isEnabled: Number(isEnabled), now }).changes > 0,
  };
}
