// What an operator sees and may do, as JSON under /admin. Moments leave as ISO-8601.
import { Elysia } from "elysia";
import type { ListQuery, Page, Row, Store } from "../db/store.ts";
import { AppError } from "../errors.ts";
import type { Flags } from "../upkeep/flags.ts";
import { accept } from "./answers.ts";
import type { AdminGuard } from "./admin-auth.ts";
import { readJsonObject } from "./request-body.ts";

export interface AdminDeps {
  store: Store;
  guard: AdminGuard;
  flags: Flags;
  now: () => number;
  peerOf: (request: Request, server: unknown) => string | null;
  /** Work may have become due. */
  wake: () => void;
  /** What stats tell beside the counts. */
  facts: () => Record<string, unknown>;
}

const LIST_MAX = 200;
const LIST_DEFAULT = 50;
const BODY_BYTES_MAX = 1_048_576;
const BUFFER_STATES = ["active", "processing", "completed", "cancelled", "failed"];
const JOB_STATES = ["scheduled", "running", "completed", "failed"];
const DELIVERY_STATES = ["intent", "sending", "unknown", "sent", "failed", "cancelled"];

export function adminRoutes(deps: AdminDeps) {
  const { store, flags, now, wake } = deps;
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin", prefix: "/admin" })
    .onBeforeHandle(({ request, server }) => deps.guard.check(request, deps.peerOf(request, server)))
    .get("/stats", async () => accept({ data: { ...deps.facts(), ...(await store.counts()) } }))
    .get("/buffers", async ({ query }) => list(await store.listBuffers(listQuery(query, BUFFER_STATES))))
    .get("/buffers/:id", async ({ params }) => {
      const { buffer, messages } = found(await store.buffer(params.id), "buffer");
      return accept({ data: { ...present(buffer), messages: messages.map(present) } });
    })
    .post(
      "/buffers/:id/process",
      async ({ params }) => {
        found(await store.hastenBuffer(params.id, now()), "open buffer");
        wake();
        return accept({ action: "processing" });
      },
      raw,
    )
    .post(
      "/buffers/:id/cancel",
      async ({ params }) => {
        found((await store.cancelBuffer(params.id, "operator", now())) || null, "open buffer");
        return accept({ action: "cancelled" });
      },
      raw,
    )
    .get("/turns/:id", async ({ params }) => {
      const { turn, messages, steps, deliveries } = found(await store.turn(params.id), "turn");
      return accept({
        data: {
          ...present(turn),
          messages: messages.map(present),
          steps: steps.map(present),
          deliveries: deliveries.map(present),
        },
      });
    })
    .get("/jobs", async ({ query }) => list(await store.listTurns(listQuery(query, JOB_STATES))))
    .post(
      "/jobs/:id/retry",
      async ({ params }) => {
        found((await store.retryTurn(params.id, now())) || null, "failed job");
        wake();
        return accept({ action: "scheduled" });
      },
      raw,
    )
    .get("/outbox", async ({ query }) => list(await store.listDeliveries(listQuery(query, DELIVERY_STATES))))
    .post(
      "/outbox/:id/retry",
      async ({ params }) => {
        found((await store.retryDelivery(params.id, now())) || null, "failed delivery");
        wake();
        return accept({ action: "scheduled" });
      },
      raw,
    )
    .get("/flags", () => accept({ data: flags.list() }))
    .put(
      "/flags/:name",
      async ({ params, request }) => {
        await flags.set(params.name, readEnabled(await readJsonObject(request, BODY_BYTES_MAX)), now());
        return accept({ data: flags.list() });
      },
      raw,
    )
    .post(
      "/processing",
      async ({ request }) => {
        await flags.setProcessing(readEnabled(await readJsonObject(request, BODY_BYTES_MAX)), now());
        wake();
        return accept({ data: { enabled: flags.isProcessingOn() } });
      },
      raw,
    );
}

function listQuery(query: Record<string, unknown>, states: readonly string[]): ListQuery {
  const limit = Number(query["limit"] ?? LIST_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIST_MAX) {
    throw new AppError("invalid_query", `limit must be a whole number from 1 to ${LIST_MAX}.`);
  }
  const cursor = query["cursor"];
  if (cursor !== undefined && (typeof cursor !== "string" || !/^\d{1,15}$/.test(cursor))) {
    throw new AppError("invalid_query", "cursor must be a nextCursor of an earlier answer.");
  }
  const state = query["state"];
  if (state !== undefined && (typeof state !== "string" || !states.includes(state))) {
    throw new AppError("invalid_query", `state must be one of ${states.join(", ")}.`);
  }
  return { limit, cursor: cursor ?? null, state: state ?? null };
}

function readEnabled(body: Record<string, unknown>): boolean {
  const enabled = body["enabled"];
  if (typeof enabled !== "boolean") throw new AppError("invalid_body", "enabled must be true or false.");
  return enabled;
}

function list(page: Page): Response {
  return accept({ data: page.data.map(present), nextCursor: page.nextCursor });
}

function found<T>(value: T | null, noun: string): T {
  if (value === null) throw new AppError("not_found", `There is no such ${noun}.`);
  return value;
}

/** Columns named …At are moments; `detail` is JSON. */
function present(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, presentValue(name, value)]));
}

function presentValue(name: string, value: Row[string]): unknown {
  if (
    typeof value === "number" &&
    (name.endsWith("At") || /^(heldUntil|scheduledFor|unknownSince)$/.test(name))
  ) {
    return new Date(value).toISOString();
  }
  return name === "detail" && typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}
