// What a turn's attachments are made of is read, unpacked and extracted outside the sight of a hand-driven clock: lets
// nothing come to rest between the first byte of a file and the moment at which it is gone from the disk again, or at
// which somebody is asked to listen to it.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Network } from "../../src/media/network.ts";
import { openTestApp, type TestApp, type TestAppOptions } from "./app.ts";
import type { ManualClock } from "./clock.ts";
import { filesInSight } from "./files-in-sight.ts";
import type { Store } from "../../src/db/store.ts";

/** A test app whose attachments come by `network`. */
export async function openAttachmentApp(network: Network, options: TestAppOptions = {}): Promise<TestApp> {
  const { clock, wrapStore } = filesInSight();
  const folder: Folder = { path: "", listenedTo: new Set() };
  const app = await openTestApp({
    clock,
    network: watched(network, clock, folder),
    wrapStore: (store) => telling(wrapStore(store), folder),
    ...options,
  });
  folder.path = join(app.dataDir, "media");
  return app;
}

/** What a turn has left on the disk. */
export function filesLeft(app: TestApp): string[] {
  return namesIn(join(app.dataDir, "media"));
}

interface Folder {
  path: string;
  /** Calls that each have a file there for as long as they last: what a model says, or does not, is in sight. */
  listenedTo: Set<number>;
}

function watched(network: Network, clock: ManualClock, folder: Folder): Network {
  return {
    lookup: (host) => network.lookup(host),
    async connect(...door) {
      const connection = await network.connect(...door);
      const release = clock.hold();
      return {
        get: (...asked) => connection.get(...asked),
        close() {
          connection.close();
          void whenRead(folder).then(release);
        },
      };
    },
  };
}

function telling(store: Store, { listenedTo }: Folder): Store {
  return {
    ...store,
    async reserveUsage(call, now) {
      const reserved = await store.reserveUsage(call, now);
      if (call.step === "transcribe" && reserved.isReserved) listenedTo.add(reserved.usageKey);
      return reserved;
    },
    settleUsage(usageKey, settlement, now) {
      listenedTo.delete(usageKey);
      return store.settleUsage(usageKey, settlement, now);
    },
  };
}

async function whenRead({ path, listenedTo }: Folder): Promise<void> {
  while (namesIn(path).length > listenedTo.size) await new Promise<void>((resolve) => setImmediate(resolve));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
