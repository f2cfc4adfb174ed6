// What a turn's attachments are made of is read, unpacked and extracted outside the sight of a hand-driven clock: lets
// nothing come to rest between the first byte of a file and the moment at which it is gone from the disk again.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Network } from "../../src/media/network.ts";
import { openTestApp, type TestApp, type TestAppOptions } from "./app.ts";
import type { ManualClock } from "./clock.ts";
import { filesInSight } from "./files-in-sight.ts";

/** A test app whose attachments come by `network`. */
export async function openAttachmentApp(network: Network, options: TestAppOptions = {}): Promise<TestApp> {
  const sight = filesInSight();
  const folder = { path: "" };
  const app = await openTestApp({ ...sight, network: watched(network, sight.clock, folder), ...options });
  folder.path = join(app.dataDir, "media");
  return app;
}

/** What a turn has left on the disk. */
export function filesLeft(app: TestApp): string[] {
  return namesIn(join(app.dataDir, "media"));
}

function watched(network: Network, clock: ManualClock, folder: { path: string }): Network {
  return {
    lookup: (host) => network.lookup(host),
    async connect(...door) {
      const connection = await network.connect(...door);
      const release = clock.hold();
      return {
        get: (...asked) => connection.get(...asked),
        close() {
          connection.close();
          void whenEmpty(folder.path).then(release);
        },
      };
    },
  };
}

async function whenEmpty(path: string): Promise<void> {
  while (namesIn(path).length > 0) await new Promise<void>((resolve) => setImmediate(resolve));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
