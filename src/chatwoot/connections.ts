// The Chatwoots that lull serves, by name (addresses) and by key (rows).
import type { ConnectionSettings } from "../config.ts";
import type { SettingsStore } from "../db/store.ts";
import type { ChatwootApi } from "./api.ts";

export interface Connection {
  key: number;
  name: string;
  /** Null: whatever account comes is the connection's own. */
  accountId: number | null;
  secret: string | null;
  pathSecret: string | null;
  /** Null: webhooks are taken, but nothing can be read or sent. */
  chatwoot: ChatwootApi | null;
  /** Where its Chatwoot is reached, and its attachments are; null when it is nowhere. */
  chatwootUrl: string | null;
  isPlayground: boolean;
}

export class Connections {
  readonly #byName: ReadonlyMap<string, Connection>;
  readonly #byKey: ReadonlyMap<number, Connection>;

  constructor(connections: readonly Connection[]) {
    this.#byName = new Map(connections.map((connection) => [connection.name, connection]));
    this.#byKey = new Map(connections.map((connection) => [connection.key, connection]));
  }

  named(name: string): Connection | null {
    return this.#byName.get(name) ?? null;
  }

  withKey(key: number): Connection | null {
    return this.#byKey.get(key) ?? null;
  }
}

/** Makes sure that each has its row, and opens its Chatwoot. */
export async function openConnections(
  settings: readonly ConnectionSettings[],
  store: SettingsStore,
  openChatwoot: (settings: ConnectionSettings) => ChatwootApi | null,
  now: number,
): Promise<Connections> {
  const connections: Connection[] = [];
  for (const one of settings) {
    connections.push({
      key: await store.ensureConnection(one.name, now),
      name: one.name,
      accountId: one.chatwoot?.accountId ?? null,
      secret: one.webhookSecret,
      pathSecret: one.webhookPathSecret,
      chatwoot: openChatwoot(one),
      chatwootUrl: one.chatwoot?.baseUrl ?? null,
      isPlayground: one.isPlayground,
    });
  }
  return new Connections(connections);
}
