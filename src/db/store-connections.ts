// What the store knows of the Chatwoots that operators added: their secrets sealed. Those of the environment are rows, too,
// so that others can name them, but nothing of them stands here.

/** The secrets of a connection, each sealed; null: it has none of that kind. */
export interface SealedSecrets {
  apiToken: string | null;
  userToken: string | null;
  webhookSecret: string | null;
  pathSecret: string | null;
}

export interface NewConnection {
  /** Made by the caller, since the secrets are bound to it; that of the row itself when the name was given before. */
  id: string;
  name: string;
  baseUrl: string;
  accountId: number;
  sealed: SealedSecrets;
  keyVersion: number;
}

/** With `removedAt` it serves nobody, and its secrets are gone. */
export interface StoredConnection extends NewConnection {
  key: number;
  createdAt: number;
  updatedAt: number;
  removedAt: number | null;
}

export interface ConnectionStore {
  /** All that operators ever added, by name. */
  storedConnections(): Promise<StoredConnection[]>;
  /** Adds it, or replaces what stands under its id. False: another row has the name. */
  saveConnection(connection: NewConnection, now: number): Promise<boolean>;
  /** Forgets its secrets; its rows go on to name it. False: it is not there. */
  removeConnection(name: string, now: number): Promise<boolean>;
  /** Drops up to `limit` open buffers of it, as an operator would; gives how many that were. */
  cancelBuffersOf(connectionKey: number, limit: number, now: number): Promise<number>;
}
