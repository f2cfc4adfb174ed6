// What the tests of the spool begin with: a spool on a scene, names and the texts they stand for, stores that misbehave.
import { Spool, type SpoolDeps } from "../../src/storage/spool.ts";
import type { ServiceScene } from "./service-scene.ts";

export function openSpool(scene: ServiceScene, deps: Partial<SpoolDeps> = {}): Spool {
  return new Spool({ ...scene.shared, onMissingBucket: () => undefined, ...deps });
}

export function names(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, nth) => `v1/${from + nth}`);
}

export function textsOf(objectNames: readonly string[]): Record<string, string> {
  return Object.fromEntries(objectNames.map((name) => [name, `text of ${name}`]));
}

/** The store whose verb always fails. */
export function failing(scene: ServiceScene, verb: keyof SpoolDeps["store"]): SpoolDeps["store"] {
  return new Proxy(scene.store, {
    get: (target, name) =>
      name === verb
        ? () => Promise.reject(new Error("the database is full"))
        : (Reflect.get(target, name) as unknown),
  });
}

/** The store whose verb is listened to. */
export function spying(
  scene: ServiceScene,
  verb: keyof SpoolDeps["store"],
  hear: (argument: unknown) => void,
): SpoolDeps["store"] {
  return new Proxy(scene.store, {
    get(target, name) {
      const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (name !== verb) return member;
      return (...args: unknown[]) => {
        hear(args[0]);
        return member(...args);
      };
    },
  });
}
