// Flags and the processing switch: read once, kept in memory, changed by admins; the environment wins. Of what was set the
// user's counts before the connection's, and that before what is set for all.
import { FLAGS, type FlagName } from "../config.ts";
import type {
  FlagOverride,
  FlagRow,
  FlagScope,
  FlagSetting,
  FlagStore,
  FlagSubject,
} from "../db/store-flags.ts";
import type { SettingsStore } from "../db/store-settings.ts";
import { AppError } from "../errors.ts";
import { isInShare } from "../turn/share.ts";

const PROCESSING = "processing";
const NOWHERE: FlagSetting = { isEnabled: false, rolloutPercent: 100 };

/** `outside`: it is on, but not for the share of conversations that this one falls into. */
export type FlagState = "on" | "off" | "outside";

/** A flag as admins see it. */
export interface FlagView extends FlagSetting {
  name: string;
  description: string;
  /** What it is where nobody has set anything. */
  default: boolean;
  /** The environment says what it is; what was set waits until it lets go. */
  isLocked: boolean;
  /** What was set for all. */
  set: FlagSetting;
  /** By scope. */
  overrides: Record<string, FlagSetting>;
}

export interface WantedFlag {
  isEnabled: boolean;
  rolloutPercent: number | null;
}

export class Flags {
  readonly #store: Pick<SettingsStore, "setting" | "saveSetting"> & FlagStore;
  readonly #locked: Readonly<Record<string, boolean>>;
  #rows: FlagRow[] = [];
  #overrides: FlagOverride[] = [];
  /** What was set, by `keyOf`. */
  #settings: ReadonlyMap<string, FlagSetting> = new Map();
  #isProcessingOn = true;

  constructor(
    store: Pick<SettingsStore, "setting" | "saveSetting"> & FlagStore,
    locked: Readonly<Record<string, boolean>>,
  ) {
    this.#store = store;
    this.#locked = locked;
  }

  /** Reads what was set; adds flags the database does not know yet. */
  async load(now: number): Promise<void> {
    await this.#store.ensureFlags([...FLAGS], now);
    await this.#read();
    this.#isProcessingOn = (await this.#store.setting(PROCESSING)) !== "off";
  }

  isOn(name: FlagName, subject: FlagSubject): boolean {
    return this.stateOf(name, subject) === "on";
  }

  /** What falls into no share, having no conversation, is inside of a rollout once that leaves nothing out. */
  stateOf(name: FlagName, subject: FlagSubject): FlagState {
    const { isEnabled, rolloutPercent } = this.#settingFor(name, subject);
    if (!isEnabled) return "off";
    if (rolloutPercent === 100) return "on";
    const { connectionKey, conversationId } = subject;
    if (connectionKey === null || conversationId === null) return "outside";
    return isInShare(rolloutPercent, name, connectionKey, conversationId) ? "on" : "outside";
  }

  /** Whether any conversation of the connection may be outside of a flag's rollout. */
  leavesSome(name: FlagName, connectionKey: number): boolean {
    const isPartial = ({ isEnabled, rolloutPercent }: FlagSetting) => isEnabled && rolloutPercent < 100;
    if (isPartial(this.#settingFor(name, { connectionKey, conversationId: null, userId: null }))) return true;
    if (this.#locked[name] !== undefined) return false;
    return this.#overrides.some((one) => one.name === name && one.userId !== null && isPartial(one));
  }

  /** Off: messages are stored, but nothing closes, turns or sends. */
  isProcessingOn(): boolean {
    return this.#isProcessingOn;
  }

  /** Read anew: users that were deleted have taken their overrides with them. */
  async list(): Promise<FlagView[]> {
    await this.#read();
    return this.#rows.map((row) => this.#view(row));
  }

  /** Throws AppError `not_found` for a flag that is none. */
  async show(name: string): Promise<FlagView> {
    const flag = (await this.list()).find((one) => one.name === name);
    if (flag === undefined) throw noSuchFlag();
    return flag;
  }

  /**
   * Without a percent the one that was set for the scope stays, 100 where none was: a flag that is off for an hour comes
   * back as it was. Throws AppError `not_found` for a flag that is none, `conflict` for one the environment locks.
   */
  async set(name: string, scope: FlagScope, wanted: WantedFlag, now: number): Promise<void> {
    this.#refuseLocked(name);
    const before = this.#settings.get(keyOf({ name, ...scope }));
    const rolloutPercent = wanted.rolloutPercent ?? before?.rolloutPercent ?? 100;
    const setting = { isEnabled: wanted.isEnabled, rolloutPercent };
    if (!(await this.#store.saveFlag(name, scope, setting, now))) throw noSuchFlag();
    await this.#read();
  }

  /** Takes an override away. Throws as `set` does, and `not_found` where there is none. */
  async unset(name: string, scope: FlagScope): Promise<void> {
    this.#refuseLocked(name);
    if (!(await this.#store.dropFlagOverride(name, scope)))
      throw new AppError("not_found", "Nothing is set for that scope.");
    await this.#read();
  }

  async setProcessing(isOn: boolean, now: number): Promise<void> {
    await this.#store.saveSetting(PROCESSING, isOn ? "on" : "off", now);
    this.#isProcessingOn = isOn;
  }

  async #read(): Promise<void> {
    this.#rows = await this.#store.flags();
    this.#overrides = await this.#store.flagOverrides();
    this.#settings = new Map([...this.#rows, ...this.#overrides].map((one) => [keyOf(one), one]));
  }

  #settingFor(name: string, { connectionKey, userId }: FlagSubject): FlagSetting {
    const locked = this.#locked[name];
    if (locked !== undefined) return { isEnabled: locked, rolloutPercent: 100 };
    const ofUser = userId === null ? undefined : this.#settings.get(keyOf({ name, userId }));
    return (
      ofUser ?? this.#settings.get(keyOf({ name, connectionKey })) ?? this.#settings.get(name) ?? NOWHERE
    );
  }

  #view({ name, description, isEnabled, rolloutPercent }: FlagRow): FlagView {
    const everybody = { connectionKey: null, conversationId: null, userId: null };
    return {
      name,
      description,
      default: FLAGS.find((flag) => flag.name === name)?.isEnabled ?? false,
      isLocked: this.#locked[name] !== undefined,
      ...settingOf(this.#settingFor(name, everybody)),
      set: { isEnabled, rolloutPercent },
      overrides: Object.fromEntries(
        this.#overrides.filter((one) => one.name === name).map((one) => [scopeOf(one), settingOf(one)]),
      ),
    };
  }

  #refuseLocked(name: string): void {
    if (!Object.hasOwn(this.#locked, name)) return;
    const setting = `LULL_FLAG_${name.toUpperCase()}`;
    throw new AppError("conflict", `${name} is set by ${setting}; change it there.`, {
      fix: `Take ${setting} out of lull's environment and start it anew.`,
    });
  }
}

/** Tells the settings of a flag apart: without either it is the one for all. */
function keyOf(one: { name: string; userId?: string | null; connectionKey?: number | null }): string {
  const { name, userId = null, connectionKey = null } = one;
  if (userId !== null) return `${name} user:${userId}`;
  return connectionKey === null ? name : `${name} connection:${connectionKey}`;
}

function settingOf({ isEnabled, rolloutPercent }: FlagSetting): FlagSetting {
  return { isEnabled, rolloutPercent };
}

function scopeOf({ connection, userId }: FlagOverride): string {
  return userId === null ? `connection:${connection}` : `user:${userId}`;
}

function noSuchFlag(): AppError {
  return new AppError("not_found", "There is no such flag.");
}
