// What each model can do: what lull knows, and over it what an operator said. Read once, kept in memory.
import type { SettingsStore } from "../db/store-settings.ts";
import { capabilitiesOf, type CapabilityOverrides } from "./capabilities.ts";
import type { ModelCapabilities, ProviderName } from "./provider.ts";

const SETTING = "model_capabilities";

export class ModelTable {
  readonly #store: Pick<SettingsStore, "setting" | "saveSetting">;
  #overrides: CapabilityOverrides = {};

  constructor(store: Pick<SettingsStore, "setting" | "saveSetting">) {
    this.#store = store;
  }

  /** Reads what was said. */
  async load(): Promise<void> {
    const saved = await this.#store.setting(SETTING);
    if (saved !== null) this.#overrides = JSON.parse(saved) as CapabilityOverrides;
  }

  of(provider: ProviderName, model: string): ModelCapabilities {
    return capabilitiesOf(provider, model, this.#overrides);
  }

  /** What an operator said, by the names of models. */
  overrides(): CapabilityOverrides {
    return this.#overrides;
  }

  /** Replaces all of it; the next question goes by it. */
  async save(overrides: CapabilityOverrides, now: number): Promise<void> {
    await this.#store.saveSetting(SETTING, JSON.stringify(overrides), now);
    this.#overrides = overrides;
  }
}
