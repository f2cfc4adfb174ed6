// Whose keys may answer, in which order, and which of them rest. It calls no model itself and keeps no key unsealed.
import type { HostedProvider } from "../config.ts";
import type { CredentialChange, CredentialStore } from "../db/store-credentials.ts";
import { AppError } from "../errors.ts";
import type { Log, LogFields, LogLevel } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import { lastFourOf, type Sealed, type Sealer } from "../sealing.ts";
import type { Asking, CredentialSource } from "./credential.ts";
import { type Key, type KeyRest, Keys, type KeysDeps, placeOf } from "./keys.ts";
import type { ChatModel, ModelCapabilities } from "./provider.ts";
import { passesByItself, restAfter } from "./rest.ts";
import type { SpeechModel } from "./speech.ts";

export interface NewKey {
  provider: HostedProvider;
  apiKey: string;
  model?: string | null;
  temperature?: number | null;
  /** Lower ones are asked first; 0 where not given. */
  priority?: number;
}

export interface OpenModelSettings {
  provider: HostedProvider;
  apiKey: string;
  model: string;
  temperature: number | null;
  capabilities: ModelCapabilities;
}

export type OpenSpeechSettings = Pick<OpenModelSettings, "provider" | "apiKey" | "model">;

export interface CredentialsDeps extends KeysDeps {
  store: KeysDeps["store"] & CredentialStore;
  sealer: Pick<Sealer, "seal" | "unseal">;
  random: Random;
  log: Log;
  metrics: Metrics;
  /** False: only users' own keys answer. */
  isSystemFallbackOn: boolean;
  /** Called anew for every call: no client outlives it. */
  openModel: (settings: OpenModelSettings) => ChatModel;
  openSpeech: (settings: OpenSpeechSettings) => SpeechModel;
  /** Of each provider the model that hears. */
  speechModels: Readonly<Record<HostedProvider, string>>;
  /** What a model can do. */
  capabilitiesOf: (provider: HostedProvider, model: string) => ModelCapabilities;
  /** Stands in for the playground where the operator has no key. */
  offline: ChatModel;
}

/** One way to ask: the models under one key, and whose limits their use counts against. */
export interface Candidate {
  model: ChatModel;
  /** Null: it has none that hears. */
  speech: SpeechModel | null;
  source: CredentialSource;
  /** Null: a key of the environment, or none. */
  credentialId: string | null;
  userId: string | null;
  /** Rejects with AppError `ai_refused` when the key was taken away since it was chosen. */
  checkHeld: () => Promise<void>;
}

export interface Choice {
  /** In the order they are to be asked. */
  candidates: Candidate[];
  /** When the first of those that only wait out a rate limit may be asked again; null: none does. */
  freeAt: number | null;
  /** Why the first of those rests that somebody has to do something about; null: none does. */
  refusedReason: string | null;
}

/** A key that may answer, and on whose account. */
interface Entitled {
  key: Key;
  source: CredentialSource;
  userId: string | null;
}

const PRIORITY_DEFAULT = 0;

export class Credentials {
  readonly #deps: CredentialsDeps;
  readonly #keys: Keys;

  constructor(deps: CredentialsDeps) {
    this.#deps = deps;
    this.#keys = new Keys(deps);
  }

  /** Keeps a key of the user (null: of the system), sealed. Gives its id; null: no such user. */
  async add(userId: string | null, key: NewKey): Promise<string | null> {
    const { store, sealer, random, clock } = this.#deps;
    const { provider, apiKey, model = null, temperature = null, priority = PRIORITY_DEFAULT } = key;
    const now = clock.now();
    const id = random.uuid(now);
    const sealed = sealer.seal(apiKey, placeOf(id));
    const row = { id, userId, provider, sealed, lastFour: lastFourOf(apiKey), model, temperature, priority };
    const isAdded = await store.addCredential(row, now);
    this.#keys.drop(userId);
    return isAdded ? id : null;
  }

  /** Seals a key that somebody else keeps under this id. */
  seal(apiKey: string, id: string): Sealed {
    return this.#deps.sealer.seal(apiKey, placeOf(id));
  }

  /** False: the user has no such key. */
  async change(userId: string | null, credentialId: string, change: CredentialChange): Promise<boolean> {
    const { store, clock } = this.#deps;
    const isChanged = await store.changeCredential(userId, credentialId, change, clock.now());
    this.#keys.drop(userId);
    return isChanged;
  }

  /** False: the user has no such key. */
  async remove(userId: string | null, credentialId: string): Promise<boolean> {
    const isRemoved = await this.#deps.store.removeCredential(userId, credentialId);
    this.#keys.drop(userId);
    return isRemoved;
  }

  /**
   * Who may be asked: the sender's keys, the owner's, the operator's; never another user's. Those that rest or cannot be
   * opened are left out.
   */
  async choose(asking: Asking, subjectId: string): Promise<Choice> {
    const entitled = asking.isPlayground
      ? this.#fromEnvironment(asking)
      : await this.#entitled(asking, subjectId);
    if (asking.isPlayground && entitled.length === 0) {
      return { candidates: [this.#offline()], freeAt: null, refusedReason: null };
    }
    const now = this.#deps.clock.now();
    const rests = entitled.map(({ key }) => restOf(key, now));
    const awake = entitled.filter((_each, index) => rests[index] === null);
    const candidates = awake.filter(({ key }) => this.#canOpen(key)).map((each) => this.#candidate(each));
    if (!asking.isPlayground && candidates[0]?.source === "system")
      this.#say("info", "credential.fallback", "Using fallback system AI config", { subjectId });
    return { candidates, ...describeRests(rests.filter((rest) => rest !== null)) };
  }

  /** Passes the key over for a while, if the failure was the key's. */
  async rest(candidate: Candidate, failure: AppError): Promise<void> {
    const rest = restAfter(failure);
    if (rest === null) return;
    const { store, clock, log, metrics } = this.#deps;
    const { credentialId, source } = candidate;
    const { provider } = candidate.model;
    const { reason, restMs } = rest;
    const now = clock.now();
    if (credentialId === null) this.#keys.restEnvironment(provider, restMs, reason);
    else await store.restCredential(credentialId, now + restMs, reason, now);
    const userId = holderOf(candidate);
    this.#keys.drop(userId);
    metrics.credentialRests.inc({ provider, reason });
    const fields = { credentialId, userId, source, provider, reason, restMs };
    log.event(rest.needsSomebody ? "error" : "info", "credential.resting", fields);
  }

  /** The key answered: it rests no more, and the others of its priority come before it. */
  async used(candidate: Candidate): Promise<void> {
    const { credentialId, model } = candidate;
    if (credentialId === null) this.#keys.wakeEnvironment(model.provider);
    else await this.#deps.store.markCredentialUsed(credentialId, this.#deps.clock.now());
    this.#keys.drop(holderOf(candidate));
  }

  /** No key rests any more: an operator has mended something, and wants it tried. */
  async wake(): Promise<void> {
    await this.#deps.store.wakeCredentials(this.#deps.clock.now());
    this.#keys.wakeAll();
  }

  /** Drops all that is cached: something changed that is no key, such as a user who was deleted. */
  forget(): void {
    this.#keys.dropAll();
  }

  async #entitled(asking: Asking, subjectId: string): Promise<Entitled[]> {
    const { senderId, ownerId } = asking;
    this.#say("info", "credential.choosing", "Creating user-specific AI client", {
      subjectId,
      senderId,
      ownerId,
    });
    const own = await this.#fromUsers(asking, subjectId);
    if (own.length === 0 && this.#deps.isSystemFallbackOn) {
      const text = "No user-specific config found, trying system fallback";
      this.#say("warning", "credential.not_found", text, { subjectId });
    }
    const system = this.#deps.isSystemFallbackOn ? await this.#fromSystem(asking) : [];
    const entitled = [...own, ...system];
    if (entitled.length === 0)
      this.#say("error", "credential.missing", "No AI configuration found for user or system", { subjectId });
    return entitled;
  }

  async #fromUsers({ senderId, ownerId }: Asking, subjectId: string): Promise<Entitled[]> {
    if (senderId === null && ownerId === null)
      this.#say("warning", "credential.nobody", "No user ID provided for AI client", { subjectId });
    const sender = senderId === null ? [] : await this.#fromUser(senderId, "user", subjectId);
    const isOther = ownerId !== null && ownerId !== senderId;
    return isOther ? [...sender, ...(await this.#fromUser(ownerId, "owner", subjectId))] : sender;
  }

  async #fromUser(userId: string, source: "user" | "owner", subjectId: string): Promise<Entitled[]> {
    const ids = { subjectId, userId };
    this.#say("info", "credential.lookup", "Fetching AI config for user", ids);
    const { keys, hasLinks } = await this.#keys.of(userId);
    const found = { ...ids, count: keys.length };
    if (keys.length > 0) this.#say("info", "credential.found", "Found AI config in ai_credentials", found);
    // The addresses that the links name are never called.
    else if (hasLinks) this.#say("info", "credential.links", "Found webhook_api_links, not used", ids);
    return keys.map((key) => ({ key, source, userId }));
  }

  async #fromSystem(asking: Asking): Promise<Entitled[]> {
    const { keys } = await this.#keys.of(null);
    const userId = asking.senderId ?? asking.ownerId;
    const stored = keys.map((key) => ({ key, source: "system", userId }) as const);
    return [...this.#fromEnvironment(asking), ...stored];
  }

  #fromEnvironment({ senderId, ownerId }: Asking): Entitled[] {
    if (!this.#deps.isSystemFallbackOn) return [];
    const userId = senderId ?? ownerId;
    return this.#keys.ofEnvironment().map((key) => ({ key, source: "system", userId }));
  }

  #canOpen({ unseal, credentialId }: Key): boolean {
    try {
      unseal();
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#deps.log.event("error", "credential.unsealable", { credentialId });
      return false;
    }
  }

  /** The key is unsealed, and the client made, by the call that needs them. */
  #candidate({ key, source, userId }: Entitled): Candidate {
    const { provider, model, temperature, credentialId } = key;
    const holder = holderOf({ source, userId });
    const capabilities = this.#deps.capabilitiesOf(provider, model);
    const complete: ChatModel["complete"] = async (request, signal) =>
      this.#deps
        .openModel({ provider, apiKey: key.unseal(), model, temperature, capabilities })
        .complete(request, signal);
    const checkHeld = (): Promise<void> => this.#checkHeld(holder, credentialId);
    const chatModel = { provider, model, capabilities, complete };
    return { model: chatModel, speech: this.#speech(key), source, credentialId, userId, checkHeld };
  }

  #speech({ provider, unseal }: Key): SpeechModel {
    const { openSpeech, speechModels } = this.#deps;
    const model = speechModels[provider];
    const transcribe: SpeechModel["transcribe"] = async (sound, signal) =>
      openSpeech({ provider, apiKey: unseal(), model }).transcribe(sound, signal);
    return { provider, model, transcribe };
  }

  /** While another key was asked this one may have been taken away. */
  async #checkHeld(holder: string | null, credentialId: string | null): Promise<void> {
    if (credentialId === null) return;
    const { keys } = await this.#keys.of(holder);
    if (keys.some((key) => key.credentialId === credentialId)) return;
    throw new AppError("ai_refused", "The key was taken away meanwhile.");
  }

  #offline(): Candidate {
    return {
      model: this.#deps.offline,
      speech: null,
      source: "system",
      credentialId: null,
      userId: null,
      checkHeld: async () => {},
    };
  }

  #say(level: LogLevel, name: string, text: string, fields: LogFields = {}): void {
    this.#deps.log.event(level, name, { ...fields, text });
  }
}

/** Whose the key itself is; null: the system's. */
function holderOf({ source, userId }: Pick<Candidate, "source" | "userId">): string | null {
  return source === "system" ? null : userId;
}

/** Null when it may be asked: a rest that is over is none. */
function restOf({ rest }: Key, now: number): KeyRest | null {
  return rest !== null && rest.until > now ? rest : null;
}

function describeRests(rests: readonly KeyRest[]): Pick<Choice, "freeAt" | "refusedReason"> {
  const passing = rests.filter(({ reason }) => passesByItself(reason)).map(({ until }) => until);
  const refused = rests.find(({ reason }) => !passesByItself(reason));
  return {
    freeAt: passing.length === 0 ? null : Math.min(...passing),
    refusedReason: refused?.reason ?? null,
  };
}
