// The part of the composition root for what lull does by the clock.
import type { Base } from "./app.ts";
import type { Services } from "./app-services.ts";
import type { Config } from "./config.ts";
import type { Claimant } from "./db/store.ts";
import { Cleanup } from "./upkeep/cleanup.ts";
import { scheduledTasks } from "./upkeep/schedule.ts";
import { Scheduler } from "./upkeep/scheduler.ts";

interface Wired {
  claimant: Claimant;
  services: Services;
}

export function wireScheduler(config: Config, base: Base, { claimant, services }: Wired): Scheduler {
  const cleanup = new Cleanup({ ...base, retention: config.upkeep.retention });
  const tasks = scheduledTasks({ sweepMs: config.sweepMs, ...services, cleanup });
  return new Scheduler({ ...base, claimant, tasks });
}
