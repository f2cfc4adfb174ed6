// What an operator sees and may do, as JSON under /admin: the table of routes and the one guard before them all.
import { Elysia } from "elysia";
import type { Store } from "../db/store.ts";
import type { Log } from "../log.ts";
import type { Flags } from "../upkeep/flags.ts";
import type { AdminGuard } from "./admin-auth.ts";
import { bufferHandlers } from "./admin-buffers.ts";
import { deliveryHandlers } from "./admin-deliveries.ts";
import { switchHandlers } from "./admin-switches.ts";
import { turnHandlers } from "./admin-turns.ts";
import { accept } from "./answers.ts";

export interface AdminDeps {
  store: Store;
  guard: AdminGuard;
  flags: Flags;
  log: Log;
  now: () => number;
  peerOf: (request: Request, server: unknown) => string | null;
  /** Work may have become due. */
  wake: () => void;
  /** What stats tell beside the counts. */
  facts: () => Record<string, unknown>;
}

/** What an admin may change, as `admin.changed` tells it beside the id of what was changed. */
export type AdminAction =
  | "buffer.process"
  | "buffer.cancel"
  | "job.retry"
  | "outbox.retry"
  | "flag.on"
  | "flag.off"
  | "processing.on"
  | "processing.off";

export interface ChangeDeps extends AdminDeps {
  /** Tells that a change was made; `id` is one that lull gave or knows, never merely what was asked for. */
  changed: (action: AdminAction, id?: string) => void;
}

export function adminRoutes(admin: AdminDeps) {
  const deps: ChangeDeps = {
    ...admin,
    changed: (action, id) => admin.log.event("info", "admin.changed", { action, id }),
  };
  const buffers = bufferHandlers(deps);
  const turns = turnHandlers(deps);
  const deliveries = deliveryHandlers(deps);
  const switches = switchHandlers(deps);
  // Bodies are read after the guard and under lull's own limit.
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin", prefix: "/admin" })
    .onBeforeHandle(({ request, server }) => admin.guard.check(request, admin.peerOf(request, server)))
    .get("/stats", async () => accept({ data: { ...admin.facts(), ...(await admin.store.counts()) } }))
    .get("/buffers", buffers.list)
    .get("/buffers/:id", buffers.show)
    .post("/buffers/:id/process", buffers.process, raw)
    .post("/buffers/:id/cancel", buffers.cancel, raw)
    .get("/turns/:id", turns.show)
    .get("/jobs", turns.listJobs)
    .post("/jobs/:id/retry", turns.retryJob, raw)
    .get("/outbox", deliveries.list)
    .post("/outbox/:id/retry", deliveries.retry, raw)
    .get("/flags", switches.listFlags)
    .put("/flags/:name", switches.setFlag, raw)
    .post("/processing", switches.setProcessing, raw);
}
