// The keys there are: of a user, of the system, of the environment; each still sealed. Who may use which is not said here.
import type { Clock } from "../clock.ts";
import type { HostedProvider, SystemKey } from "../config.ts";
import type { CredentialStore, StoredCredential } from "../db/store-credentials.ts";
import type { UserStore } from "../db/store-users.ts";
import type { SealedAt, Sealer } from "../sealing.ts";
import { SettingsCache } from "./settings-cache.ts";

/** A key with all that is to be known of it but itself. */
export interface Key {
  /** Null: a key of the environment. */
  credentialId: string | null;
  provider: HostedProvider;
  model: string;
  temperature: number | null;
  rest: KeyRest | null;
  /** Throws AppError `unsealable`. */
  unseal: () => string;
}

export interface KeyRest {
  until: number;
  reason: string;
}

export interface UserKeys {
  /** By priority, then the least recently used first. */
  keys: Key[];
  /** Whether the user has webhook_api_links. */
  hasLinks: boolean;
}

export interface KeysDeps {
  store: Pick<CredentialStore, "credentials"> & Pick<UserStore, "webhookLinks">;
  sealer: Pick<Sealer, "unseal">;
  clock: Clock;
  /** The operator's keys of the environment, in the order they are asked. */
  systemKeys: readonly SystemKey[];
  /** What a key without a model of its own asks. */
  modelDefaults: Readonly<Record<HostedProvider, string>>;
}

/** What is kept of a user between two looks: rows with sealed keys. */
interface UserSettings {
  rows: StoredCredential[];
  hasLinks: boolean;
}

const CACHE_LIFE_MS = 5 * 60_000;
const CACHED_USERS_MAX = 1_000;

export class Keys {
  readonly #deps: KeysDeps;
  readonly #cache: SettingsCache<UserSettings>;
  /** The environment's keys have no row to rest in; a provider has one at most. */
  readonly #environmentRests = new Map<string, { endsAt: number; reason: string }>();

  constructor(deps: KeysDeps) {
    this.#deps = deps;
    this.#cache = new SettingsCache({
      clock: deps.clock,
      lifeMs: CACHE_LIFE_MS,
      usersMax: CACHED_USERS_MAX,
    });
  }

  /** Of a user, or with null those that are stored for the system. */
  async of(userId: string | null): Promise<UserKeys> {
    const { rows, hasLinks } = await this.#cache.get(userId, () => this.#read(userId));
    return { keys: rows.map((row) => this.#storedKey(row)), hasLinks };
  }

  ofEnvironment(): Key[] {
    const { systemKeys, modelDefaults } = this.#deps;
    return systemKeys.map(({ provider, apiKey }) => ({
      credentialId: null,
      provider,
      model: modelDefaults[provider],
      temperature: null,
      rest: this.#environmentRest(provider),
      unseal: () => apiKey,
    }));
  }

  /** Until the process ends at most. */
  restEnvironment(provider: string, restMs: number, reason: string): void {
    this.#environmentRests.set(provider, { endsAt: this.#deps.clock.monotonic() + restMs, reason });
  }

  wakeEnvironment(provider: string): void {
    this.#environmentRests.delete(provider);
  }

  wakeAll(): void {
    this.#environmentRests.clear();
    this.#cache.clear();
  }

  /** Something of the user's (null: of the system's) changed. */
  drop(userId: string | null): void {
    this.#cache.drop(userId);
  }

  dropAll(): void {
    this.#cache.clear();
  }

  /** Kept by the monotonic clock: rows are moved along when the other is set, these are not. */
  #environmentRest(provider: string): KeyRest | null {
    const { clock } = this.#deps;
    const rest = this.#environmentRests.get(provider);
    if (rest === undefined) return null;
    return { until: Math.round(clock.now() + rest.endsAt - clock.monotonic()), reason: rest.reason };
  }

  async #read(userId: string | null): Promise<UserSettings> {
    const { store } = this.#deps;
    const rows = await store.credentials(userId);
    const links = userId === null ? null : await store.webhookLinks(userId);
    return { rows, hasLinks: links?.webhookUrl != null || links?.groqApiUrl != null };
  }

  #storedKey({ id, provider, model, temperature, sealed, restedUntil, restReason }: StoredCredential): Key {
    return {
      credentialId: id,
      provider,
      model: model ?? this.#deps.modelDefaults[provider],
      temperature,
      rest: restedUntil === null ? null : { until: restedUntil, reason: restReason ?? "" },
      unseal: () => this.#deps.sealer.unseal(sealed, placeOf(id)),
    };
  }
}

/** Where a key is sealed for. */
export function placeOf(credentialId: string): SealedAt {
  return { table: "ai_credentials", column: "sealed_key", id: credentialId };
}
