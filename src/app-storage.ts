// The part of the composition root that keeps things: whose bucket is whose, what goes into it, and how it gets there.
import { join } from "node:path";
import type { Base } from "./app.ts";
import type { People } from "./app-identity.ts";
import { wireKnowledge } from "./app-knowledge.ts";
import type { Config } from "./config.ts";
import type { Connections } from "./chatwoot/connections.ts";
import { Archive } from "./storage/archive.ts";
import { BucketMaker } from "./storage/bucket-maker.ts";
import { BucketTasks } from "./storage/bucket-tasks.ts";
import { Buckets } from "./storage/buckets.ts";
import { MediaFetcher } from "./storage/media-fetcher.ts";
import type { ObjectStore } from "./storage/objects.ts";
import { Spool } from "./storage/spool.ts";
import { SpoolFolder } from "./storage/spool-folder.ts";
import { SpoolSweep } from "./storage/spool-sweep.ts";
import { Verification } from "./storage/verification.ts";
import { Erasures } from "./upkeep/erasures.ts";

export type Storage = ReturnType<typeof wireStorage>;

/** The services that keep objects. None of them is waited for by what answers a customer. */
export function wireStorage(
  config: Config,
  base: Base,
  { instance, people: { resolver, country, credentials }, connections, objects }: Wired,
) {
  const { store, clock, random, log, metrics, downloads } = base;
  const prefix = config.storage.bucketPrefix;
  const shared = { store, objects, clock, random, log, metrics, prefix, pollMs: config.sweepMs };
  const folder = new SpoolFolder(join(config.dataDir, "spool"));
  const buckets = new Buckets({
    ...shared,
    onWork: () => {
      maker.wake();
      tasks.wake();
    },
  });
  const maker = new BucketMaker({
    ...shared,
    instance,
    onReady: () => {
      spool.wake();
      tasks.wake();
    },
  });
  const spool = new Spool({ ...shared, folder, onMissingBucket: () => maker.wake() });
  const tasks = new BucketTasks({ ...shared, whenIdle: (bucketName) => spool.whenIdle(bucketName) });
  const archive = new Archive({
    ...shared,
    resolver,
    country,
    buckets,
    hasRoom: () => spool.hasRoom(),
    onSpooled: () => {
      spool.wake();
      media.wake();
    },
  });
  const media = new MediaFetcher({
    ...shared,
    folder,
    downloads,
    originOf: (connectionKey) => connections.withKey(connectionKey)?.chatwootUrl ?? null,
    hasRoom: () => spool.hasRoomToFetch(),
    onFetched: () => spool.wake(),
  });
  const knowledge = wireKnowledge(base, { objects, folder, spool, buckets, pollMs: config.sweepMs });
  const sweep = new SpoolSweep({ ...shared, folder });
  /** In the order they start; the first hand work to those behind them. */
  const erasures = new Erasures({
    ...shared,
    removeSpooled: async (fileIds) => void (await Promise.all(fileIds.map((id) => folder.remove(id)))),
    onErased() {
      credentials.forget();
      tasks.wake();
    },
  });
  const services = [archive, media, ...knowledge.services, maker, spool, tasks, sweep, erasures];
  const verification = new Verification({ ...shared, instance });
  return { objects, buckets, erasures, sweep, verification, prefix, files: knowledge.files, services };
}

interface Wired {
  instance: string;
  people: Pick<People, "resolver" | "country" | "credentials">;
  connections: Connections;
  objects: ObjectStore;
}
