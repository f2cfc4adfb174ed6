// The daemon that the benchmarks measure, in a process of its own. Everything is real, the log included; only the store
// can be told to keep nothing, and tells how late buffers closed.
import { openApp } from "../src/app.ts";
import { readConfig } from "../src/config.ts";
import { openSqliteStore } from "../src/db/sqlite.ts";
import type { Store } from "../src/db/store.ts";
import { openProcessLog } from "../src/log.ts";
import { serveParent } from "./child.ts";

export type Storage = "durable" | "no-op";

export interface DaemonCalls {
  [name: string]: (...values: never[]) => unknown;
  address(): string;
  /** From now on `receive` keeps what it gets, or gives receipts for nothing. */
  setStorage(storage: Storage): void;
  storedCount(): Promise<number>;
  /** In ms, of every buffer closed since the last call. */
  takeLateness(): number[];
}

/** As many keys for the wheel as the real store has open buffers in bench/ingest.ts. */
const FAKE_BUFFER_COUNT = 5_000;
const FAKE_BUFFER_ID = "019ea2b4-7c00-7000-8000-000000000000";

if (import.meta.main) await serve();

async function serve(): Promise<void> {
  let storage: Storage = "durable";
  let lateness: number[] = [];
  const stores: Store[] = [];
  const app = await openApp(readConfig({ env: process.env, readFile: () => null }), {
    log: openProcessLog("info", "json", (line) => void process.stderr.write(`${line}\n`)),
    openStore(path, random) {
      const store = openSqliteStore({ path, random });
      stores.push(store);
      const timed = { ...store, closeDue: timedClose(store, (lateMs) => lateness.push(lateMs)) };
      return { ...timed, receive: switchedReceive(store, () => storage) };
    },
  });
  await app.start();
  const address = await app.listen();
  const calls: DaemonCalls = {
    address: () => address,
    setStorage: (wanted: Storage) => void (storage = wanted),
    storedCount: async () =>
      (await Promise.all(stores.map(countMessages))).reduce((sum, count) => sum + count, 0),
    takeLateness() {
      const taken = lateness;
      lateness = [];
      return taken;
    },
  };
  serveParent(calls, () => app.stop());
}

/** Receipts for nothing while the switch says so. */
function switchedReceive(store: Store, storage: () => Storage): Store["receive"] {
  let fakeKey = 0;
  return (batch, rules, now) => {
    if (storage() === "durable") return store.receive(batch, rules, now);
    const dueAt =
      now + rules.windowOf({ connectionKey: 0, conversationId: 0, userId: null, inboxId: null }).silenceMs;
    const receipts = batch.map(() => ({
      action: "buffered" as const,
      bufferKey: ++fakeKey % FAKE_BUFFER_COUNT,
      bufferId: FAKE_BUFFER_ID,
      dueAt,
      isNew: false,
    }));
    return Promise.resolve(receipts);
  };
}

/** Tells how late each buffer was closed, once its transaction is durable. */
function timedClose(store: Store, onClosed: (lateMs: number) => void): Store["closeDue"] {
  return async (keys, now) => {
    const result = await store.closeDue(keys, now);
    const at = Date.now();
    for (const { dueAt } of result.closed) onClosed(at - dueAt);
    return result;
  };
}

async function countMessages(store: Store): Promise<number> {
  const { messages } = await store.counts();
  return Object.values(messages).reduce((sum, count) => sum + count, 0);
}
