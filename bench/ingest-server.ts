// The daemon that bench/ingest.ts measures, in a process of its own: everything is real, only the store has a switch
// that makes `receive` answer without keeping anything. Told what to do over IPC; ends when its parent lets go.
import { openApp } from "../src/app.ts";
import { readConfig } from "../src/config.ts";
import { openSqliteStore } from "../src/db/sqlite.ts";
import type { Store } from "../src/db/store.ts";
import { openProcessLog } from "../src/log.ts";

export type Storage = "durable" | "no-op";
export type Told = { address: string } | { storage: Storage } | { storedCount: number };
export type Order = { storage: Storage } | "count";

if (import.meta.main) await serve();

async function serve(): Promise<void> {
  let storage: Storage = "durable";
  let store: Store | null = null;
  const app = await openApp(readConfig({ env: process.env, readFile: () => null }), {
    log: openProcessLog("info", "json"),
    openStore: (path, random) => (store = switchable(openSqliteStore({ path, random }), () => storage)),
  });
  await app.start();
  tell({ address: await app.listen() });

  process.on("message", async (order: Order) => {
    if (order === "count") return tell({ storedCount: await countMessages(store) });
    storage = order.storage;
    tell({ storage });
  });
  process.on("disconnect", () => void app.stop());
}

function tell(told: Told): void {
  process.send?.(told);
}

async function countMessages(store: Store | null): Promise<number> {
  const counts = await store?.counts();
  return Object.values(counts?.messages ?? {}).reduce((sum, count) => sum + count, 0);
}

/** The same store, but `receive` gives a receipt for nothing while the switch says so. */
function switchable(store: Store, storage: () => Storage): Store {
  let fakeKey = 0;
  return {
    ...store,
    receive(batch, rules, now) {
      if (storage() === "durable") return store.receive(batch, rules, now);
      const dueAt = now + rules.limits.silenceMs;
      return Promise.resolve(
        batch.map(() => ({
          action: "buffered",
          bufferKey: ++fakeKey % FAKE_BUFFER_COUNT,
          bufferId: FAKE_BUFFER_ID,
          dueAt,
          isNew: false,
        })),
      );
    },
  };
}

/** As many keys in the wheel as the real store has open buffers. */
const FAKE_BUFFER_COUNT = 5_000;
const FAKE_BUFFER_ID = "019ea2b4-7c00-7000-8000-000000000000";
