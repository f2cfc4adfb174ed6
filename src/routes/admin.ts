// What an operator sees and may do, as JSON under /admin: the table of routes and the one guard before them all.
import { Elysia } from "elysia";
import type { Log } from "../log.ts";
import type { Random } from "../random.ts";
import type { Flags } from "../upkeep/flags.ts";
import { type BufferDeps, bufferHandlers } from "./admin-buffers.ts";
import { type CapabilityDeps, capabilityHandlers } from "./admin-capabilities.ts";
import { type ConnectionDeps, connectionRoutes } from "./admin-connections.ts";
import { type ConversationDeps, conversationHandlers } from "./admin-conversations.ts";
import { deliveryHandlers } from "./admin-deliveries.ts";
import { errandHandlers } from "./admin-errands.ts";
import { type EventDeps, eventRoutes } from "./admin-events.ts";
import { forwardRoutes } from "./admin-forwards.ts";
import { type ImportDeps, importRoutes } from "./admin-import.ts";
import { type InboxDeps, inboxHandlers } from "./admin-inboxes.ts";
import { type JobDeps, jobRoutes } from "./admin-jobs.ts";
import { refuseUnknown, wholeIn } from "./admin-lists.ts";
import { peopleRoutes } from "./admin-people.ts";
import { type StorageDeps, storageRoutes } from "./admin-storage.ts";
import { type PersonalDeps, personalRoutes } from "./admin-personal.ts";
import { promptHandlers } from "./admin-prompts.ts";
import { type BackupDeps, backupRoutes } from "./admin-backups.ts";
import { type ScheduleDeps, scheduleRoutes } from "./admin-schedules.ts";
import { auditRoutes } from "./admin-audit.ts";
import { settings } from "./settings.ts";
import { switchRoutes } from "./admin-switches.ts";
import { alertRoutes } from "./admin-alerts.ts";
import { webhookLogRoutes } from "./admin-webhook-log.ts";
import { accept } from "./answers.ts";
import type { Changes } from "./changes.ts";
import type { ChangeAction } from "./own-request.ts";
import { answerInquiry, type InquiryDeps } from "./identity.ts";
import type { OwnDeps } from "./own.ts";
import type { Repeats } from "./repeats.ts";
import type { TokenGuard } from "./token-guard.ts";

export interface AdminDeps
  extends
    OwnDeps,
    InquiryDeps,
    StorageDeps,
    InboxDeps,
    ConversationDeps,
    CapabilityDeps,
    JobDeps,
    BufferDeps,
    ConnectionDeps,
    ImportDeps,
    BackupDeps,
    PersonalDeps,
    EventDeps,
    ScheduleDeps {
  guard: TokenGuard;
  changes: Changes;
  repeats: Repeats;
  flags: Flags;
  log: Log;
  random: Random;
  peerOf: (request: Request, server: unknown) => string | null;
  /** Work may have become due. */
  wake: () => void;
  /** What stats tell beside the counts. */
  facts: () => Record<string, unknown>;
  /** How well it went in the last hours. */
  figures: (hours: number) => Promise<Record<string, unknown>>;
}

/** Tells what a request changed, as `Changed` does. */
export type ChangedBy = (request: Request, action: ChangeAction, id?: string, why?: string | null) => void;

export interface ChangeDeps extends AdminDeps {
  changed: ChangedBy;
}

const HOURS_DEFAULT = 24;
const HOURS_MAX = 366 * 24;

export function adminRoutes(admin: AdminDeps) {
  const changed: ChangedBy = (request, ...change) => admin.changes.by(request, "admin.changed")(...change);
  const deps: ChangeDeps = { ...admin, changed };
  const buffers = bufferHandlers(deps);
  const deliveries = deliveryHandlers(deps);
  const errands = errandHandlers(deps);
  const setting = settings(admin.changes);
  const { list: listInboxes, ...inboxHandler } = inboxHandlers(deps);
  const inbox = setting(inboxHandler.show, inboxHandler.change);
  const prompts = promptHandlers(deps);
  const shares = setting(prompts.shares, prompts.share);
  const conversations = conversationHandlers(deps);
  const { show, replace } = capabilityHandlers(deps);
  const capabilities = setting(show, replace);
  // Bodies are read after the guard and under lull's own limit.
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin", prefix: "/admin" })
    .onBeforeHandle(async ({ request, server }) => {
      await admin.guard.check(request, admin.peerOf(request, server), ["admin"]);
      return admin.repeats.begin(request);
    })
    .onAfterHandle(async ({ request, responseValue }) => {
      await admin.changes.write(request);
      await admin.repeats.keep(request, responseValue);
    })
    .get("/stats", async () => accept({ data: { ...admin.facts(), ...(await admin.store.counts()) } }))
    .get("/metrics", async ({ query }) => {
      refuseUnknown(query, ["hours"]);
      return accept({ data: await admin.figures(wholeIn(query, "hours", HOURS_DEFAULT, HOURS_MAX)) });
    })
    .get("/identity", ({ query }) => answerInquiry(query, admin))
    .get("/buffers", buffers.list)
    .get("/buffers/:id", buffers.show)
    .post("/buffers/:id/process", buffers.process, raw)
    .post("/buffers/:id/extend", buffers.extend, raw)
    .post("/buffers/:id/cancel", buffers.cancel, raw)
    .get("/outbox", deliveries.list)
    .post("/outbox/:id/retry", deliveries.retry, raw)
    .get("/errands", errands.list)
    .post("/errands/:id/retry", errands.retry, raw)
    .get("/conversations", conversations.list)
    .get("/conversations/:id", conversations.show)
    .get("/conversations/:id/timeline", conversations.timeline)
    .post("/conversations/:id/pause", conversations.pause, raw)
    .post("/conversations/:id/resume", conversations.resume, raw)
    .get("/inboxes", listInboxes)
    .get("/inboxes/:connection/:inboxId", inbox.show)
    .put("/inboxes/:connection/:inboxId", inbox.change, raw)
    .get("/inboxes/:connection/:inboxId/prompts", prompts.list)
    .post("/inboxes/:connection/:inboxId/prompts", prompts.add, raw)
    .get("/inboxes/:connection/:inboxId/prompts/shares", shares.show)
    .put("/inboxes/:connection/:inboxId/prompts/shares", shares.change, raw)
    .get("/inboxes/:connection/:inboxId/prompts/:version", prompts.show)
    .post("/inboxes/:connection/:inboxId/prompts/:version/restore", prompts.restore, raw)
    .get("/model-capabilities", capabilities.show)
    .put("/model-capabilities", capabilities.change, raw)
    .use(auditRoutes(deps))
    .use(eventRoutes(deps))
    .use(connectionRoutes(deps))
    .use(switchRoutes(deps))
    .use(forwardRoutes(deps))
    .use(webhookLogRoutes(deps))
    .use(alertRoutes(deps))
    .use(peopleRoutes(deps))
    .use(storageRoutes(deps))
    .use(importRoutes(deps))
    .use(personalRoutes(deps))
    .use(jobRoutes(deps))
    .use(scheduleRoutes(deps))
    .use(backupRoutes(deps));
}
