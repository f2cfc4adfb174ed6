// Flags and the processing switch: read once, kept in memory, changed by admins; the environment wins.
import { FLAGS, type FlagName } from "../config.ts";
import type { FlagRow, SettingsStore } from "../db/store.ts";
import { AppError } from "../errors.ts";

const PROCESSING = "processing";

export class Flags {
  readonly #store: SettingsStore;
  readonly #locked: Readonly<Record<string, boolean>>;
  #rows: FlagRow[] = [];
  #isProcessingOn = true;

  constructor(store: SettingsStore, locked: Readonly<Record<string, boolean>>) {
    this.#store = store;
    this.#locked = locked;
  }

  /** Reads what was set; adds flags the database does not know yet. */
  async load(now: number): Promise<void> {
    await this.#store.ensureFlags([...FLAGS], now);
    this.#rows = await this.#store.flags();
    this.#isProcessingOn = (await this.#store.setting(PROCESSING)) !== "off";
  }

  isOn(name: FlagName): boolean {
    return this.#locked[name] ?? this.#rows.find((row) => row.name === name)?.isEnabled ?? false;
  }

  /** Off: messages are stored, but nothing closes, turns or sends. */
  isProcessingOn(): boolean {
    return this.#isProcessingOn;
  }

  list(): (FlagRow & { isLocked: boolean })[] {
    return this.#rows.map((row) => {
      const locked = this.#locked[row.name];
      return { ...row, isEnabled: locked ?? row.isEnabled, isLocked: locked !== undefined };
    });
  }

  /** Throws AppError `not_found` for a flag that is none, `conflict` for one the environment locks. */
  async set(name: string, isEnabled: boolean, now: number): Promise<void> {
    if (Object.hasOwn(this.#locked, name)) {
      throw new AppError("conflict", `${name} is set by LULL_FLAG_${name.toUpperCase()}; change it there.`);
    }
    if (!(await this.#store.saveFlag(name, isEnabled, now)))
      throw new AppError("not_found", "There is no such flag.");
    this.#rows = await this.#store.flags();
  }

  async setProcessing(isOn: boolean, now: number): Promise<void> {
    await this.#store.saveSetting(PROCESSING, isOn ? "on" : "off", now);
    this.#isProcessingOn = isOn;
  }
}
