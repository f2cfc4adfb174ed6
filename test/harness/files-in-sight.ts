// Files are read and written outside the sight of a hand-driven clock: lets nothing come to rest while the spool has
// objects to upload or media to fetch in hand.
import type { Store } from "../../src/db/store.ts";
import { ManualClock } from "./clock.ts";

/** Options of a test app whose object store is there. What the store gave out to be uploaded or fetched is in hand until the store is told its fate. */
export function filesInSight(): { clock: ManualClock; wrapStore: (store: Store) => Store } {
  const clock = new ManualClock();
  const held = new Map<string, () => void>();
  const take = (kind: string, rows: readonly { key: number }[]): void => {
    for (const { key } of rows) if (!held.has(`${kind} ${key}`)) held.set(`${kind} ${key}`, clock.hold());
  };
  const release = (key: number): void => {
    for (const kind of ["upload", "fetch"]) {
      held.get(`${kind} ${key}`)?.();
      held.delete(`${kind} ${key}`);
    }
  };
  const wrapStore = (store: Store): Store => ({
    ...store,
    async dueUploads(now, limit) {
      const due = await store.dueUploads(now, limit);
      take("upload", due);
      return due;
    },
    async dueFetches(now, limit) {
      const due = await store.dueFetches(now, limit);
      take("fetch", due);
      return due;
    },
    uploaded: (objects, now) =>
      store.uploaded(objects, now).finally(() => objects.forEach(({ key }) => release(key))),
    fetched: (key, media, now) => store.fetched(key, media, now).finally(() => release(key)),
    delayUpload: (key, reason, dueAt) => store.delayUpload(key, reason, dueAt).finally(() => release(key)),
    delayFetch: (key, reason, dueAt) => store.delayFetch(key, reason, dueAt).finally(() => release(key)),
    giveUpObject: (key, reason) => store.giveUpObject(key, reason).finally(() => release(key)),
  });
  return { clock, wrapStore };
}
