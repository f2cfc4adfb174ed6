// The part of the composition root for people's data as a whole: taken in from an older system, given out, erased.
import type { Base } from "./app.ts";
import type { People } from "./app-identity.ts";
import type { Services } from "./app-services.ts";
import type { Storage } from "./app-storage.ts";
import { WINDOW_MS } from "./delivery/notification.ts";
import type { Person } from "./db/store-erasures.ts";
import type { Flags } from "./upkeep/flags.ts";
import { Importer } from "./upkeep/importer.ts";
import { exportPerson } from "./upkeep/personal-export.ts";

interface Wired {
  base: Base;
  people: People;
  services: Services;
  storage: Storage;
  flags: Flags;
}

/** What the admin's routes about data stand on. */
export function dataThings({ base, people, services, storage, flags }: Wired) {
  const { store, clock, random, log } = base;
  const { objects, erasures } = storage;
  const { credentials, country } = people;
  const importer = new Importer({
    store,
    clock,
    random,
    country,
    answerableMs: WINDOW_MS,
    seal: (apiKey, id) => credentials.seal(apiKey, id),
    rearm: (armed) => services.buffers.rearm(armed),
    async onKept(table) {
      credentials.forget();
      if (table === "user_bucket_mapping") storage.buckets.wake();
      if (table === "feature_flags") await flags.load(clock.now());
    },
  });
  return {
    importer,
    erasures,
    exportPerson: (person: Person, signal: AbortSignal) =>
      exportPerson(person, { store, objects, now: () => clock.now() }, signal),
    personBroke: (error: unknown) => log.failure("person.export_broke_off", error),
  };
}
