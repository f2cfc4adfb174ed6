// Connections that operators added. Nothing here can open a sealed secret.
import type { Database } from "bun:sqlite";
import type { NewConnection, SealedSecrets, StoredConnection } from "./store-connections.ts";

type Params = Record<string, string | number | null>;
type ConnectionRow = Omit<StoredConnection, "sealed"> & SealedSecrets;

export function addedConnectionTable(db: Database) {
  // One of the environment has no address here.
  const all = db.query<ConnectionRow, []>(`
    SELECT id AS key, public_id AS id, name, base_url AS baseUrl, account_id AS accountId, sealed_api_token AS apiToken,
      sealed_user_token AS userToken, sealed_webhook_secret AS webhookSecret, sealed_path_secret AS pathSecret,
      key_version AS keyVersion, created_at AS createdAt, updated_at AS updatedAt, removed_at AS removedAt
    FROM connections WHERE base_url IS NOT NULL ORDER BY name`);

  const save = db.query<null, [Params]>(`
    INSERT INTO connections (public_id, name, base_url, account_id, sealed_api_token, sealed_user_token, sealed_webhook_secret,
      sealed_path_secret, key_version, created_at, updated_at)
    VALUES ($id, $name, $baseUrl, $accountId, $apiToken, $userToken, $webhookSecret, $pathSecret, $keyVersion, $now, $now)
    ON CONFLICT (name) DO UPDATE SET base_url = $baseUrl, account_id = $accountId, sealed_api_token = $apiToken,
      sealed_user_token = $userToken, sealed_webhook_secret = $webhookSecret, sealed_path_secret = $pathSecret,
      key_version = $keyVersion, updated_at = $now, removed_at = NULL WHERE public_id = $id`);

  const remove = db.query<null, [Params]>(`
    UPDATE connections SET sealed_api_token = NULL, sealed_user_token = NULL, sealed_webhook_secret = NULL,
      sealed_path_secret = NULL, updated_at = $now, removed_at = $now
    WHERE name = $name AND base_url IS NOT NULL AND removed_at IS NULL`);

  const openBuffers = db.query<{ id: number }, [Params]>(`
    SELECT id FROM message_buffer WHERE connection_id = $connection AND status = 'active' ORDER BY id LIMIT $limit`);

  return {
    all: (): StoredConnection[] => all.all().map(read),
    /** False: another row has the name. */
    save: ({ sealed, ...connection }: NewConnection, now: number): boolean =>
      save.run({ ...connection, ...sealed, now }).changes > 0,
    remove: (name: string, now: number): boolean => remove.run({ name, now }).changes > 0,
    openBuffers: (connection: number, limit: number) =>
      openBuffers.all({ connection, limit }).map(({ id }) => id),
  };
}

function read({ apiToken, userToken, webhookSecret, pathSecret, ...row }: ConnectionRow): StoredConnection {
  return { ...row, sealed: { apiToken, userToken, webhookSecret, pathSecret } };
}
