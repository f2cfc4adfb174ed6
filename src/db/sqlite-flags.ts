// The store's verbs for flags, each one transaction.
import type { FlagStore } from "./store-flags.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function flagWork({ flags }: Tables, transact: Transact): FlagStore {
  return {
    ensureFlags: (known, now) => transact(() => known.forEach((flag) => flags.ensure(flag, now))),
    flags: () => transact(() => flags.list()),
    flagOverrides: () => transact(() => flags.overrides()),
    saveFlag: (name, scope, setting, now) => transact(() => flags.save(name, scope, setting, now)),
    dropFlagOverride: (name, scope) => transact(() => flags.drop(name, scope)),
  };
}
