// The part of the composition root for what lull does by the clock, and for its own database as a file.
import { join } from "node:path";
import type { Base } from "./app.ts";
import type { Services } from "./app-services.ts";
import type { Connections } from "./chatwoot/connections.ts";
import type { Config } from "./config.ts";
import type { Claimant } from "./db/store.ts";
import type { Sealer } from "./sealing.ts";
import { AlertTeller } from "./upkeep/alert-teller.ts";
import { Alerts, RECENT_MS } from "./upkeep/alerts.ts";
import { BackupFiles } from "./upkeep/backup-files.ts";
import { Backups } from "./upkeep/backups.ts";
import { Cleanup } from "./upkeep/cleanup.ts";
import { Maintenance } from "./upkeep/maintenance.ts";
import { opensCanary } from "./upkeep/master-key.ts";
import { RecentCounts } from "./upkeep/recent-figures.ts";
import { scheduledTasks } from "./upkeep/schedule.ts";
import { Scheduler } from "./upkeep/scheduler.ts";
import { VERSION } from "./version.ts";

export type Upkeep = ReturnType<typeof wireUpkeep>;

interface Wired {
  claimant: Claimant;
  services: Services;
  sealer: Sealer;
  connections: Connections;
  schemaVersion: number;
}

export function wireUpkeep(
  config: Config,
  base: Base,
  { claimant, services, connections, sealer, schemaVersion }: Wired,
) {
  const { dataDir, sweepMs, upkeep } = config;
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
  const cleanup = new Cleanup({ ...base, retention: upkeep.retention });
  const { alerts, teller } = wireAlerts(config, base, services, connections);
  const tasks = scheduledTasks({ sweepMs, ...services, cleanup, backups, maintenance, alerts });
  const scheduler = new Scheduler({ ...base, claimant, tasks });
  return { scheduler, backups, maintenance, teller };
}

/** Without a receiver they are kept and logged, and nobody is told. */
function wireAlerts(
  { dataDir, publicUrl, qualityThreshold, upkeep: { alertTarget: target } }: Config,
  base: Base,
  { errands }: Services,
  connections: Connections,
) {
  const { wall, metrics, clockSkews, diskSpace, fetchOutside: fetch } = base;
  const teller =
    target === null
      ? null
      : new AlertTeller({
          ...base,
          fetch,
          target,
          publicUrl,
          connectionKey: (name) => connections.named(name)?.key ?? null,
          onErrand: () => errands.wake(),
        });
  const alerts = new Alerts({
    ...base,
    recent: new RecentCounts(metrics, RECENT_MS),
    qualityThreshold,
    diskSpace: () => diskSpace(dataDir),
    clockSkews: () => clockSkews.list(wall.now()),
    hasReceiver: teller !== null,
    onChanged: () => teller?.wake(),
  });
  return { alerts, teller };
}
