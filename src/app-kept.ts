// The part of the composition root by which an operator looks after what is kept, and after lull's own health.
import type { Base } from "./app.ts";
import type { Services } from "./app-services.ts";
import type { Storage } from "./app-storage.ts";
import type { Connections } from "./chatwoot/connections.ts";
import type { AlertDetail } from "./db/store-alerts.ts";
import { findDuplicates } from "./storage/duplicates.ts";
import { exportBucket } from "./storage/export.ts";
import { probeStore } from "./storage/probe.ts";
import { wordsOf } from "./upkeep/alert-texts.ts";
import { type DoctorDeps, examine } from "./upkeep/doctor.ts";

/** Alerts that a look at lull's health shows. */
const ALERTS_MAX = 20;

interface Wired {
  base: Base;
  storage: Storage;
  services: Pick<Services, "catchUp">;
  connections: Connections;
}

/** What the admin's routes about buckets stand on. */
export function keptThings(wired: Wired) {
  const { store, random, clock, log } = wired.base;
  const { buckets, objects, verification, prefix } = wired.storage;
  const now = () => clock.now();
  return {
    buckets,
    objects,
    verification,
    newRequestId: () => random.uuid(now()),
    duplicates: (page: { offset: number; limit: number }, signal: AbortSignal) =>
      findDuplicates({ store, objects, prefix }, page, signal),
    exportBucket: (bucketName: string, signal: AbortSignal) =>
      exportBucket(bucketName, { objects, now }, signal),
    exportBroke: (error: unknown, bucketName: string) =>
      log.failure("bucket.export_broke_off", error, { bucketName }),
    examine: () => examine(doctorDeps(wired)),
  };
}

/** What lull's own health is judged by. */
function doctorDeps({ base, storage, connections, services }: Wired): DoctorDeps {
  const { store, random, clock } = base;
  const { objects, verification, prefix } = storage;
  const probe = { store, objects, random, prefix, now: () => clock.now() };
  return {
    clock,
    storeKind: objects.kind,
    probe: (signal) => probeStore(probe, signal),
    verify: (signal) => verification.all(signal),
    spool: () => verification.spool(),
    alerts: async () => {
      const { data } = await store.listAlerts({ limit: ALERTS_MAX, cursor: null, state: "open" });
      return data.map(({ name, subjectId, detail }) =>
        wordsOf(String(name), String(subjectId), JSON.parse(String(detail)) as AlertDetail),
      );
    },
    looks: (signal) => services.catchUp.report(signal),
    connections: connections
      .all()
      .filter(({ chatwoot, isPlayground }) => chatwoot !== null && !isPlayground)
      .map(({ name, secret, pathSecret, check }) => ({
        name,
        isSigned: secret !== null || pathSecret !== null,
        check,
      })),
  };
}
