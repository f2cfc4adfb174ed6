// Voice notes are written to the disk outside the sight of a hand-driven clock: lets nothing come to rest between the
// first byte of a file and the moment at which its turn, or the archive, says what became of it.
import type { Store } from "../../src/db/store.ts";
import type { Network } from "../../src/media/network.ts";
import type { FilesNetwork } from "../doubles/files-network.ts";
import type { ManualClock } from "./clock.ts";
import { filesInSight } from "./files-in-sight.ts";

/** Options of a test app in which every file of `files` that is there is either listened to, given up or archived. */
export function soundsInSight(files: FilesNetwork): {
  clock: ManualClock;
  network: Network;
  wrapStore: (store: Store) => Store;
} {
  const { clock, wrapStore } = filesInSight();
  const held: (() => void)[] = [];
  const release = (): void => held.shift()?.();
  return {
    clock,
    network: holding(files, () => void held.push(clock.hold())),
    wrapStore: (store) => telling(wrapStore(store), release),
  };
}

function holding(files: Network, hold: () => void): Network {
  return {
    lookup: (host) => files.lookup(host),
    async connect(...door) {
      const connection = await files.connect(...door);
      return {
        async get(...asked) {
          const answer = await connection.get(...asked);
          if (answer.status === 200) hold();
          return answer;
        },
        close: () => connection.close(),
      };
    },
  };
}

/** Somebody pays for it, nobody ever will, or it lies in the spool. */
function telling(store: Store, release: () => void): Store {
  return {
    ...store,
    reserveUsage(call, now) {
      if (call.step === "transcribe") release();
      return store.reserveUsage(call, now);
    },
    keepAudio(place, audio, now) {
      if (audio.facts.provider === null) release();
      return store.keepAudio(place, audio, now);
    },
    fetched: (key, media, now) => store.fetched(key, media, now).finally(release),
  };
}
