// The part of the composition root for users' own files: taken in, read, found, swept.
import type { Base } from "./app.ts";
import type { Clock } from "./clock.ts";
import { partyOfUser } from "./db/store-buckets.ts";
import { Extractor } from "./knowledge/extractor.ts";
import { KnowledgeFiles } from "./knowledge/files.ts";
import { KnowledgeReader } from "./knowledge/reader.ts";
import { KnowledgeSweeper } from "./knowledge/sweeper.ts";
import type { Buckets } from "./storage/buckets.ts";
import type { ObjectStore } from "./storage/objects.ts";
import type { Spool } from "./storage/spool.ts";
import type { SpoolFolder } from "./storage/spool-folder.ts";

export type Knowledge = ReturnType<typeof wireKnowledge>;

interface Wired {
  objects: ObjectStore;
  folder: SpoolFolder;
  spool: Spool;
  buckets: Buckets;
  pollMs: number;
}

export function wireKnowledge({ store, clock, random, log }: Base, wired: Wired) {
  const { buckets, spool } = wired;
  const shared = { store, clock, random, log, ...wired };
  const extractor = openExtractor(clock);
  const reader = new KnowledgeReader({ ...shared, extractor });
  const sweeper = new KnowledgeSweeper({ ...shared, whenIdle: (bucketName) => spool.whenIdle(bucketName) });
  const files = new KnowledgeFiles({
    ...shared,
    ensureBucket: (userId) => buckets.ensure(partyOfUser(userId), random.uuid(clock.now())),
    hasRoom: () => spool.hasRoom(),
    onAdded: () => {
      reader.wake();
      spool.wake();
    },
    onDeleted: () => sweeper.wake(),
  });
  /** The reader waits for the extractor: that one ends first. */
  const services = [{ start: () => {}, stop: () => extractor.stop() }, reader, sweeper];
  return { files, services };
}

export function openExtractor(clock: Clock): Extractor {
  return new Extractor({
    clock,
    openWorker,
    residentBytes: () => process.memoryUsage.rss(),
  });
}

/** The thread for what would keep webhooks waiting. */
export function openWorker(): Worker {
  return new Worker(new URL("./upkeep/worker.ts", import.meta.url));
}
