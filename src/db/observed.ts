// A store whose calls are timed, each by the name of its method. A call does its work before it gives its promise, so that
// is what is timed: the event loop stands still for as long.
import type { Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { Store } from "./store.ts";

/** The same store, whose calls show in the metrics. */
export function observedStore(
  store: Store,
  metrics: Pick<Metrics, "databaseSeconds">,
  clock: Pick<Clock, "monotonic">,
): Store {
  const timed = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(held, name) {
      const known = timed.get(name);
      if (known !== undefined) return known;
      const member: unknown = Reflect.get(held, name);
      if (typeof member !== "function") return member;
      const seconds = metrics.databaseSeconds.labels({ query: String(name) });
      const call = (...args: unknown[]): unknown => {
        const startedAt = clock.monotonic();
        try {
          return Reflect.apply(member, held, args);
        } finally {
          seconds.observe((clock.monotonic() - startedAt) / 1000);
        }
      };
      timed.set(name, call);
      return call;
    },
  });
}
