// Flags and their overrides: small tables with plain verbs.
import type { Database } from "bun:sqlite";
import type { Random } from "../random.ts";
import type { FlagOverride, FlagRow, FlagScope, FlagSetting } from "./store-flags.ts";

type Params = Record<string, string | number | null>;
type Stored<Row extends FlagSetting> = Omit<Row, "isEnabled"> & { isEnabled: number };

export function flagTable(db: Database, random: Random) {
  const add = db.query<null, [Params]>(`
    INSERT INTO feature_flags (public_id, flag_name, is_enabled, description, created_at, updated_at)
    VALUES ($publicId, $name, $isEnabled, $description, $now, $now)
    ON CONFLICT (flag_name) DO UPDATE SET description = excluded.description`);
  const list = db.query<Stored<FlagRow>, []>(`
    SELECT flag_name AS name, is_enabled AS isEnabled, rollout_percent AS rolloutPercent, description
    FROM feature_flags ORDER BY flag_name`);
  const save = db.query<null, [Params]>(`
    UPDATE feature_flags SET is_enabled = $isEnabled, rollout_percent = $rolloutPercent, updated_at = $now
    WHERE flag_name = $name`);

  const overrides = db.query<Stored<FlagOverride>, []>(`
    SELECT o.flag_name AS name, o.connection_id AS connectionKey, c.name AS connection, o.user_id AS userId,
      o.is_enabled AS isEnabled, o.rollout_percent AS rolloutPercent
    FROM flag_overrides AS o LEFT JOIN connections AS c ON c.id = o.connection_id ORDER BY o.flag_name, o.id`);
  const change = db.query<null, [Params]>(`
    UPDATE flag_overrides SET is_enabled = $isEnabled, rollout_percent = $rolloutPercent, updated_at = $now
    WHERE flag_name = $name AND connection_id IS $connection AND user_id IS $user`);
  const override = db.query<null, [Params]>(`
    INSERT INTO flag_overrides (flag_name, connection_id, user_id, is_enabled, rollout_percent, created_at, updated_at)
    SELECT flag_name, $connection, $user, $isEnabled, $rolloutPercent, $now, $now
    FROM feature_flags WHERE flag_name = $name`);
  const drop = db.query<null, [Params]>(
    "DELETE FROM flag_overrides WHERE flag_name = $name AND connection_id IS $connection AND user_id IS $user",
  );

  return {
    ensure({ name, isEnabled, description }: Omit<FlagRow, "rolloutPercent">, now: number): void {
      add.run({ publicId: random.uuid(now), name, isEnabled: Number(isEnabled), description, now });
    },
    list: (): FlagRow[] => list.all().map(read),
    overrides: (): FlagOverride[] => overrides.all().map(read),
    save(name: string, scope: FlagScope, { isEnabled, rolloutPercent }: FlagSetting, now: number): boolean {
      const setting = { name, isEnabled: Number(isEnabled), rolloutPercent, now };
      if (scope.kind === "all") return save.run(setting).changes > 0;
      const own = { ...setting, ...ownerOf(scope) };
      return change.run(own).changes > 0 || override.run(own).changes > 0;
    },
    drop: (name: string, scope: FlagScope): boolean => drop.run({ name, ...ownerOf(scope) }).changes > 0,
  };
}

function ownerOf(scope: FlagScope) {
  return {
    connection: scope.kind === "connection" ? scope.connectionKey : null,
    user: scope.kind === "user" ? scope.userId : null,
  };
}

function read<Row extends FlagSetting>(row: Stored<Row>): Row {
  return { ...row, isEnabled: row.isEnabled === 1 } as unknown as Row;
}
