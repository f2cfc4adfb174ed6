// Adds, changes and removes connections while lull runs. Their secrets are sealed before they are kept, each bound to its row
// and column; what is served is told to Connections, one change after the other.
import type { ChatwootSettings } from "../config.ts";
import type { Clock } from "../clock.ts";
import type { ConnectionStore, SealedSecrets, StoredConnection } from "../db/store-connections.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Random } from "../random.ts";
import type { SealedAt, Sealer } from "../sealing.ts";
import { type Connection, type Connections, type OpenChatwoot, openConnection } from "./connections.ts";

/** The secrets of a connection; all but the first may be missing, but not both of the last two. */
export type ConnectionSecrets = { [Kind in keyof SealedSecrets]: string | null };

export interface AddedConnection extends Omit<ChatwootSettings, "apiToken" | "userToken"> {
  name: string;
  secrets: ConnectionSecrets;
}

export interface ConnectionChange {
  baseUrl?: string;
  secrets: Partial<ConnectionSecrets>;
}

export interface KeeperDeps {
  store: ConnectionStore;
  sealer: Sealer;
  connections: Connections;
  openChatwoot: OpenChatwoot;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Each is looked at in memory by whatever goes over all of them. */
const CONNECTIONS_MAX = 100;
/** Open buffers dropped in one transaction when a connection is removed. */
const BUFFERS_AT_ONCE = 100;

const COLUMNS: Readonly<Record<keyof SealedSecrets, string>> = {
  apiToken: "sealed_api_token",
  userToken: "sealed_user_token",
  webhookSecret: "sealed_webhook_secret",
  pathSecret: "sealed_path_secret",
};
const NO_SECRETS: ConnectionSecrets = {
  apiToken: null,
  userToken: null,
  webhookSecret: null,
  pathSecret: null,
};

export class ConnectionKeeper {
  readonly #deps: KeeperDeps;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  /**
   * Serves what was added before. One whose secrets cannot be opened, or whose account the environment has by now, is not
   * served, and said to be so.
   */
  async load(): Promise<void> {
    const { store, connections, log } = this.#deps;
    for (const row of await store.storedConnections()) {
      connections.remember(row);
      if (row.removedAt !== null) continue;
      const { name: connection } = row;
      const twin = this.#twinOf(row, connection);
      const secrets = this.#opened(row);
      if (twin !== undefined) log.event("error", "connection.account_taken", { connection, by: twin.name });
      else if (secrets === null) log.event("error", "connection.unsealable", { connection });
      else this.#serve(row, secrets);
    }
  }

  /** Those that were added and not removed, served or not. */
  async list(): Promise<StoredConnection[]> {
    const rows = await this.#deps.store.storedConnections();
    return rows.filter(({ removedAt }) => removedAt === null);
  }

  /**
   * Adds one and serves it at once; one that was removed comes back with its rows, if it is the same account of the same
   * Chatwoot. Throws AppError `conflict` where the name or the account is taken.
   */
  add(added: AddedConnection): Promise<void> {
    return this.#inTurn(async () => {
      const { store, connections, random, clock } = this.#deps;
      const rows = await store.storedConnections();
      const before = rows.find(({ name }) => name === added.name) ?? null;
      if (connections.named(added.name) !== null || (before !== null && before.removedAt === null))
        throw new AppError("conflict", "There is a connection of that name.", {
          fix: "Choose another name.",
        });
      if (before !== null && !isSameAccount(before, added)) throw otherAccount();
      if (rows.filter(({ removedAt }) => removedAt === null).length >= CONNECTIONS_MAX)
        throw new AppError("conflict", `There may be at most ${CONNECTIONS_MAX} connections.`);
      this.#checkUnserved(added, added.name);
      await this.#save(before?.id ?? random.uuid(clock.now()), added);
    });
  }

  /** Throws AppError `not_found`, or `conflict` where the environment has it; a new address needs its tokens anew. */
  change(name: string, { baseUrl, secrets }: ConnectionChange): Promise<void> {
    return this.#inTurn(async () => {
      const row = await this.#ofOperators(name);
      const kept = this.#opened(row);
      // Else whoever may change an address could have the tokens sent there.
      if (baseUrl !== undefined && baseUrl !== row.baseUrl)
        checkTokensAnew(secrets, kept?.userToken !== null);
      const changed: AddedConnection = {
        name,
        baseUrl: baseUrl ?? row.baseUrl,
        accountId: row.accountId,
        secrets: { ...(kept ?? NO_SECRETS), ...secrets },
      };
      this.#checkUnserved(changed, name);
      await this.#save(row.id, changed);
    });
  }

  /**
   * Nothing is taken or sent for it from now on, and its secrets are gone; what it said and heard stays. Throws AppError
   * `not_found`, or `conflict` where the environment has it.
   */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const { store, connections, clock } = this.#deps;
      const row = await this.#ofOperators(name);
      await store.removeConnection(name, clock.now());
      connections.drop(row);
      while ((await store.cancelBuffersOf(row.key, BUFFERS_AT_ONCE, clock.now())) === BUFFERS_AT_ONCE);
    });
  }

  async #ofOperators(name: string): Promise<StoredConnection> {
    if (this.#deps.connections.named(name)?.isLocked === true)
      throw new AppError("conflict", "This connection stands in the environment.", {
        fix: "Change the CHATWOOT_ settings there, and start lull anew.",
      });
    const row = (await this.list()).find((one) => one.name === name);
    if (row === undefined) throw new AppError("not_found", "There is no such connection.");
    return row;
  }

  /** Two connections with one account would answer every customer twice. */
  #checkUnserved(added: AddedConnection, name: string): void {
    const twin = this.#twinOf(added, name);
    if (twin === undefined) return;
    throw new AppError("conflict", "Another connection serves that account.", {
      fix: `Change or remove the connection ${twin.name}.`,
    });
  }

  /** Another one that is served with that account. */
  #twinOf(
    { baseUrl, accountId }: Pick<StoredConnection, "baseUrl" | "accountId">,
    name: string,
  ): Connection | undefined {
    const root = rootOf(baseUrl);
    return this.#deps.connections
      .all()
      .filter((one) => one.name !== name && one.accountId === accountId)
      .find(({ chatwootUrl }) => chatwootUrl !== null && rootOf(chatwootUrl) === root);
  }

  async #save(id: string, { name, baseUrl, accountId, secrets }: AddedConnection): Promise<void> {
    const { store, sealer, clock } = this.#deps;
    checkSecrets(secrets);
    const { keyVersion } = sealer;
    const sealed = mapSecrets(secrets, (text, kind) => sealer.seal(text, placeOf(id, kind)).box);
    const row = { id, name, baseUrl, accountId, sealed, keyVersion };
    if (!(await store.saveConnection(row, clock.now())))
      throw new AppError("conflict", "That name is reserved.", { fix: "Choose another name." });
    const saved = (await this.list()).find((one) => one.id === id);
    if (saved !== undefined) this.#serve(saved, secrets);
  }

  #serve({ key, name, baseUrl, accountId }: StoredConnection, secrets: ConnectionSecrets): void {
    const { connections, openChatwoot } = this.#deps;
    const { apiToken, userToken, webhookSecret, pathSecret: webhookPathSecret } = secrets;
    const chatwoot = { baseUrl, accountId, apiToken: apiToken ?? "", userToken };
    const settings = { key, name, chatwoot, webhookSecret, webhookPathSecret };
    connections.put(openConnection({ ...settings, isPlayground: false, isLocked: false }, openChatwoot));
  }

  /** Null: one of its secrets cannot be opened. */
  #opened({ id, sealed, keyVersion }: StoredConnection): ConnectionSecrets | null {
    try {
      return mapSecrets(sealed, (box, kind) =>
        this.#deps.sealer.unseal({ box, keyVersion }, placeOf(id, kind)),
      );
    } catch (error) {
      if (error instanceof AppError && error.code === "unsealable") return null;
      throw error;
    }
  }

  /** One change after the other: each looks at what the one before it left. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const changing = this.#changing.then(work);
    this.#changing = changing.catch(() => {});
    return changing;
  }
}

/** An address may be written in many ways. */
function rootOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname.replace(/\/+$/, "");
}

function isSameAccount(before: StoredConnection, { baseUrl, accountId }: AddedConnection): boolean {
  return before.baseUrl === baseUrl && before.accountId === accountId;
}

/** Conversations of one account must never be taken for those of another with the same numbers. */
function otherAccount(): AppError {
  return new AppError(
    "conflict",
    "A connection of that name served another account, whose conversations stay.",
    {
      fix: "Choose another name.",
    },
  );
}

function checkTokensAnew({ apiToken, userToken }: Partial<ConnectionSecrets>, hasUserToken: boolean): void {
  if (apiToken === undefined || (hasUserToken && userToken === undefined))
    throw new AppError("invalid_body", "apiToken and userToken are needed with a new baseUrl.", {
      fix: "Send the tokens of the Chatwoot at the new address: those that are kept are not shown to it.",
    });
}

function checkSecrets({ apiToken, webhookSecret, pathSecret }: ConnectionSecrets): void {
  if (apiToken === null) throw new AppError("invalid_body", "apiToken is needed.");
  if (webhookSecret === null && pathSecret === null)
    throw new AppError("invalid_body", "One of webhookSecret and pathSecret is needed.");
}

function placeOf(id: string, kind: keyof SealedSecrets): SealedAt {
  return { table: "connections", column: COLUMNS[kind], id };
}

function mapSecrets(
  secrets: ConnectionSecrets,
  change: (text: string, kind: keyof SealedSecrets) => string,
): ConnectionSecrets {
  const changed = (kind: keyof SealedSecrets): string | null => {
    const text = secrets[kind];
    return text === null ? null : change(text, kind);
  };
  return {
    apiToken: changed("apiToken"),
    userToken: changed("userToken"),
    webhookSecret: changed("webhookSecret"),
    pathSecret: changed("pathSecret"),
  };
}
