// The Chatwoots that lull serves now, by name (addresses) and by key (rows). Kept in memory, since every webhook asks; whoever
// looks one up sees a change at once. Who adds and removes them is connection-keeper.ts.
import type { ConnectionSettings } from "../config.ts";
import type { SettingsStore } from "../db/store-settings.ts";
import { lastFourOf } from "../sealing.ts";
import type { ChatwootApi } from "./api.ts";
import { checkConnection, type ConnectionCheck } from "./connection-check.ts";

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
  /** It stands in the environment, and is changed there. */
  isLocked: boolean;
  /** What people may see of its tokens; null: it has none of that kind. */
  lastFours: { apiToken: string | null; userToken: string | null };
  /** Asks its Chatwoot anew what its tokens are good for. */
  check: (signal: AbortSignal) => Promise<ConnectionCheck>;
}

export type OpenChatwoot = (
  settings: Pick<ConnectionSettings, "name" | "chatwoot" | "isPlayground">,
) => ChatwootApi | null;

export class Connections {
  readonly #byName = new Map<string, Connection>();
  readonly #byKey = new Map<number, Connection>();
  readonly #names = new Map<number, string>();

  /** In the order in which they came; the playground's is one of them. */
  all(): Connection[] {
    return [...this.#byName.values()];
  }

  named(name: string): Connection | null {
    return this.#byName.get(name) ?? null;
  }

  withKey(key: number): Connection | null {
    return this.#byKey.get(key) ?? null;
  }

  /** Of one that is served no more, too: its rows go on to name it. */
  nameOf(key: number): string | null {
    return this.#names.get(key) ?? null;
  }

  /** From now on it is served so. */
  put(connection: Connection): void {
    this.#byName.set(connection.name, connection);
    this.#byKey.set(connection.key, connection);
    this.remember(connection);
  }

  /** It is not served any more. */
  drop({ key, name }: Pick<Connection, "key" | "name">): void {
    this.#byName.delete(name);
    this.#byKey.delete(key);
  }

  remember({ key, name }: Pick<Connection, "key" | "name">): void {
    this.#names.set(key, name);
  }
}

/** Those of the environment, and the playground's: makes sure that each has its row, and opens its Chatwoot. */
export async function openConnections(
  settings: readonly ConnectionSettings[],
  store: SettingsStore,
  openChatwoot: OpenChatwoot,
  now: number,
): Promise<Connections> {
  const connections = new Connections();
  for (const one of settings) {
    const key = await store.ensureConnection(one.name, now);
    connections.put(openConnection({ ...one, key, isLocked: true }, openChatwoot));
  }
  return connections;
}

/** Throws AppError `bad_config` for an address that is none. */
export function openConnection(
  { key, name, chatwoot, webhookSecret, webhookPathSecret, isPlayground, isLocked }: OpenableConnection,
  openChatwoot: OpenChatwoot,
): Connection {
  return {
    key,
    name,
    accountId: chatwoot?.accountId ?? null,
    secret: webhookSecret,
    pathSecret: webhookPathSecret,
    chatwoot: openChatwoot({ name, chatwoot, isPlayground }),
    chatwootUrl: chatwoot?.baseUrl ?? null,
    isPlayground,
    isLocked,
    lastFours: {
      apiToken: shownOf(chatwoot?.apiToken),
      userToken: shownOf(chatwoot?.userToken),
    },
    check: (signal) =>
      checkConnection(chatwoot, (fresh) => openChatwoot({ name, chatwoot: fresh, isPlayground }), signal),
  };
}

type OpenableConnection = ConnectionSettings & Pick<Connection, "key" | "isLocked">;

function shownOf(token: string | null | undefined): string | null {
  return token === null || token === undefined ? null : lastFourOf(token);
}
