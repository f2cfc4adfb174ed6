// All routes together, what every answer has in common, and the port.
import { Elysia } from "elysia";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { type AdminDeps, adminRoutes } from "./admin.ts";
import { fromFramework, refuse } from "./answers.ts";
import { apiPageRoutes } from "./api-page.ts";
import { type BucketServiceDeps, bucketServiceRoutes } from "./bucket-service.ts";
import { type BufferFunctionDeps, bufferFunctionRoutes } from "./buffer-functions.ts";
import type { Changes } from "./changes.ts";
import { type ChatRoutesDeps, chatRoutes } from "./chat.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";
import { type IdentityRoutesDeps, identityRoutes } from "./identity.ts";
import { knowledgeRoutes, type KnowledgeRoutesDeps } from "./knowledge.ts";
import { type MeDeps, meRoutes } from "./me.ts";
import { type NotificationRoutesDeps, notificationRoutes } from "./notifications.ts";
import { type PlaygroundRoutesDeps, playgroundRoutes } from "./playground.ts";
import type { Repeats } from "./repeats.ts";
import { discardBody } from "./unread-body.ts";
import { type WebhookDeps, webhookRoutes } from "./webhook.ts";

export interface ServerDeps {
  webhook: WebhookDeps;
  admin: AdminDeps;
  me: MeDeps;
  identity: IdentityRoutesDeps;
  chat: ChatRoutesDeps;
  buckets: BucketServiceDeps;
  bufferFunctions: BufferFunctionDeps;
  knowledge: KnowledgeRoutesDeps;
  notifications: NotificationRoutesDeps;
  health: HealthDeps;
  playground: PlaygroundRoutesDeps;
  changes: Pick<Changes, "write">;
  repeats: Pick<Repeats, "refused">;
  log: Log;
  metrics: Metrics;
  monotonic: () => number;
  newRequestId: () => string;
}

/**
 * The server itself takes more than any route does, so that the route can say "too large" in JSON. It holds none of it:
 * a sender waits until the route reads on, and each route has a limit of its own.
 */
const SERVER_BODY_BYTES_MAX = 256 * 1024 * 1024;
/** A connection that says nothing for so long is closed; never 0, which would let it stay for ever. */
const IDLE_SECONDS = 10;

export type Server = ReturnType<typeof openServer>;

export function openServer(deps: ServerDeps) {
  const arrivals = new WeakMap<Request, number>();
  const app = new Elysia({
    serve: {
      maxRequestBodySize: SERVER_BODY_BYTES_MAX,
      idleTimeout: IDLE_SECONDS,
      development: false,
      // Elysia's default shares the port: a second program would get a part of the webhooks instead of an error.
      reusePort: false,
    },
  })
    .onRequest(({ request }) => void arrivals.set(request, deps.monotonic()))
    .onError({ as: "global" }, async ({ error, code, request }) => {
      await discardBody(request);
      const known = error instanceof AppError ? error : fromFramework(code);
      const requestId = deps.newRequestId();
      if (known.status >= 500) deps.log.failure("request.failed", error, { requestId });
      const refusal = refuse(known, requestId);
      // What it changed before it failed is changed.
      await deps.changes.write(request).catch((cause: unknown) => deps.log.failure("audit.unwritten", cause));
      await deps.repeats.refused(request, known, refusal);
      return refusal;
    })
    .onAfterResponse({ as: "global" }, ({ request, route, responseValue }) => {
      const startedAt = arrivals.get(request) ?? deps.monotonic();
      const status = responseValue instanceof Response ? responseValue.status : 200;
      const labels = { route: route || "none", status_class: `${Math.floor(status / 100)}xx` };
      deps.metrics.httpSeconds.observe(labels, (deps.monotonic() - startedAt) / 1000);
    })
    .use(webhookRoutes(deps.webhook))
    .use(healthRoutes(deps.health))
    .use(adminRoutes(deps.admin))
    .use(meRoutes(deps.me))
    .use(identityRoutes(deps.identity))
    .use(chatRoutes(deps.chat))
    .use(bucketServiceRoutes(deps.buckets))
    .use(bufferFunctionRoutes(deps.bufferFunctions))
    .use(knowledgeRoutes(deps.knowledge))
    .use(notificationRoutes(deps.notifications))
    .use(playgroundRoutes(deps.playground))
    .use(apiPageRoutes());
  return app;
}

/** The address a request came from, as the socket knows it; null when there is no socket. */
export function socketPeer(request: Request, server: unknown): string | null {
  const known = server as { requestIP?: (request: Request) => { address: string } | null } | null;
  return known?.requestIP?.(request)?.address ?? null;
}
