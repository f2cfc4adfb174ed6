// The part of the composition root for what lull does by the clock, and for its own database as a file.
import { join } from "node:path";
import type { Base } from "./app.ts";
import type { Services } from "./app-services.ts";
import type { Config } from "./config.ts";
import type { Claimant } from "./db/store.ts";
import type { Sealer } from "./sealing.ts";
import { BackupFiles } from "./upkeep/backup-files.ts";
import { Backups } from "./upkeep/backups.ts";
import { Cleanup } from "./upkeep/cleanup.ts";
import { Maintenance } from "./upkeep/maintenance.ts";
import { opensCanary } from "./upkeep/master-key.ts";
import { scheduledTasks } from "./upkeep/schedule.ts";
import { Scheduler } from "./upkeep/scheduler.ts";
import { VERSION } from "./version.ts";

export type Upkeep = ReturnType<typeof wireUpkeep>;

interface Wired {
  claimant: Claimant;
  services: Services;
  sealer: Sealer;
  schemaVersion: number;
}

export function wireUpkeep(
  { dataDir, sweepMs, upkeep: { retention } }: Config,
  base: Base,
  { claimant, services, sealer, schemaVersion }: Wired,
) {
  const { store } = base;
  const databasePath = join(dataDir, "lull.db");
  const maintenance = new Maintenance({ ...base, databasePath });
  const backups = new Backups({
    ...base,
    files: new BackupFiles(join(dataDir, "backups")),
    databasePath,
    sizes: () => store.sizes(),
    opensWithKey: (canary) => opensCanary(sealer, canary),
    schemaVersion,
    version: VERSION,
  });
  const cleanup = new Cleanup({ ...base, retention });
  const tasks = scheduledTasks({ sweepMs, ...services, cleanup, backups, maintenance });
  const scheduler = new Scheduler({ ...base, claimant, tasks });
  return { scheduler, backups, maintenance };
}
