// Users: the people known to the platform, by their public id, and their limits.
import type { Database } from "bun:sqlite";
import { filteredList } from "./filtered.ts";
import type { UserLimits } from "../ai/limits.ts";
import type { NewUser, UserChange, UserFilter } from "./store-users.ts";
import type { ListQuery, Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

const LIMITS = `requests_per_minute_max AS requestsPerMinuteMax, tokens_per_day_max AS tokensPerDayMax,
  spend_per_month_max_micro_usd AS spendPerMonthMaxMicroUsd`;
const USER = `u.public_id AS id, u.name, u.email, c.name AS connection, ${LIMITS},
  u.retention_days AS retentionDays, u.created_at AS createdAt, u.updated_at AS updatedAt
  FROM users AS u LEFT JOIN connections AS c ON c.id = u.connection_id`;

export function userTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO users (public_id, connection_id, name, email, created_at, updated_at)
    VALUES ($id, $connectionKey, $name, $email, $now, $now)`);
  const list = filteredList(db, `u.id AS key, ${USER}`, "u", {
    name: begins("u.name", "$name"),
    email: begins("u.email", "$email"),
    connection: "c.name = $connection",
  });
  const get = db.query<Row, [Params]>(`SELECT ${USER} WHERE u.public_id = $id`);
  const name = db.query<{ name: string }, [Params]>(`
    SELECT coalesce(p.full_name, u.name) AS name FROM users AS u LEFT JOIN profiles AS p ON p.user_id = u.public_id
    WHERE u.public_id = $id`);
  const connectionName = db.query<{ name: string }, [Params]>(`
    SELECT c.name FROM users AS u JOIN connections AS c ON c.id = u.connection_id WHERE u.public_id = $id`);
  const exists = db.query<{ id: number }, [Params]>("SELECT id FROM users WHERE public_id = $id");
  // Ids are hexadecimal and dashes: a g stands behind all that may follow.
  const idsFrom = db.query<{ id: string }, [Params]>(`
    SELECT public_id AS id FROM users WHERE public_id >= $idStart AND public_id < $idStart || 'g'
    ORDER BY public_id LIMIT $limit`);
  const change = db.query<null, [Params]>(`
    UPDATE users SET name = coalesce($name, name), email = iif($hasEmail, $email, email),
      retention_days = iif($hasRetention, $retentionDays, retention_days), updated_at = $now
    WHERE public_id = $id`);
  const limits = db.query<UserLimits, [Params]>(`SELECT ${LIMITS} FROM users WHERE public_id = $id`);
  const setLimits = db.query<null, [Params]>(`
    UPDATE users SET requests_per_minute_max = $requestsPerMinuteMax, tokens_per_day_max = $tokensPerDayMax,
      spend_per_month_max_micro_usd = $spendPerMonthMaxMicroUsd, updated_at = $now WHERE public_id = $id`);

  return {
    add: (id: string, user: NewUser, now: number) => void add.run({ id, ...user, now }),
    list: (query: ListQuery & UserFilter) => list({ ...query }),
    get: (id: string) => get.get({ id }),
    name: (id: string) => name.get({ id })?.name ?? null,
    connectionName: (id: string) => connectionName.get({ id })?.name ?? null,
    exists: (id: string) => exists.get({ id }) !== null,
    idsFrom: (idStart: string, limit: number) => idsFrom.all({ idStart, limit }).map(({ id }) => id),
    change: (id: string, { name, email, retentionDays }: UserChange, now: number) =>
      change.run({
        id,
        name: name ?? null,
        hasEmail: Number(email !== undefined),
        email: email ?? null,
        hasRetention: Number(retentionDays !== undefined),
        retentionDays: retentionDays ?? null,
        now,
      }).changes > 0,
    limits: (id: string) => limits.get({ id }),
    setLimits: (id: string, wanted: UserLimits, now: number) =>
      setLimits.run({ id, ...wanted, now }).changes > 0,
  };
}

/** Small and capital letters of ASCII are alike, and nothing in the text is a pattern. */
function begins(column: string, text: string): string {
  return `substr(lower(${column}), 1, length(${text})) = lower(${text})`;
}
