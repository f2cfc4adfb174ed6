// Backups and the database's own upkeep, as an operator asks for them. What a schedule does, too, is a run of that schedule.
import { Elysia } from "elysia";
import type { Store } from "../db/store.ts";
import { AppError } from "../errors.ts";
import type { Backup } from "../upkeep/backup-files.ts";
import type { Backups } from "../upkeep/backups.ts";
import type { Maintenance } from "../upkeep/maintenance.ts";
import type { Scheduler } from "../upkeep/scheduler.ts";
import { found, present, type WithId } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { ChangeDeps } from "./admin.ts";
import { allowSilence } from "./patience.ts";

export interface BackupDeps {
  store: Store;
  scheduler: Scheduler;
  backups: Backups;
  maintenance: Maintenance;
}

/** The runs that each word of the address stands for. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  optimize: ["optimize"],
  integrity: ["integrity"],
  cleanup: ["cleanup-buffers", "cleanup-logs", "cleanup-history"],
};
/** As long as Bun lets a socket be silent; all of a backup is read. */
const SILENCE_SECONDS = 255;

/** The guard stands before these, too: the admin's routes take them in. */
export function backupRoutes(deps: BackupDeps & Pick<ChangeDeps, "changed">) {
  const { store, scheduler, backups, maintenance, changed } = deps;
  const raw = { parse: "none" } as const;
  async function runNow(request: Request, name: string): Promise<Record<string, unknown>> {
    const { runId } = await scheduler.runNow(name);
    changed(request, "schedule.run", name);
    return present(found(await store.run(runId), "run"));
  }
  return new Elysia({ name: "admin-backups" })
    .get("/backups", () => accept({ data: backups.list().map(presentBackup), nextCursor: null }))
    .post("/backups", async ({ request }) => accept({ data: await runNow(request, "backup") }), raw)
    .post(
      "/backups/:id/verify",
      async ({ params, request, server }: WithId & { request: Request; server: unknown }) => {
        allowSilence(server, request, SILENCE_SECONDS);
        const { backup, fault } = await backups.verify(params.id, request.signal);
        return accept({ data: { ...presentBackup(backup), isWhole: fault === null, fault } });
      },
      raw,
    )
    .post(
      "/maintenance/checkpoint",
      async ({ request }) => accept({ data: await maintenance.shortenLog(request.signal) }),
      raw,
    )
    .post(
      "/maintenance/:work",
      async ({ params, request }) => {
        const names = RUNS[params.work];
        if (names === undefined) throw new AppError("not_found", "There is no such work.");
        const runs = [];
        for (const name of names) runs.push(await runNow(request, name));
        return accept({ data: runs });
      },
      raw,
    );
}

function presentBackup({ createdAt, verifiedAt, ...backup }: Backup): Record<string, unknown> {
  return { ...backup, ...present({ createdAt, verifiedAt }) };
}
