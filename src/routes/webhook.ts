// The hot path: a Chatwoot webhook → checked → kept durably → answered. No network before the answer.
import { Elysia } from "elysia";
import type { WebhookLine } from "../db/store-webhook-logs.ts";
import type { Intake, Receipt } from "../db/store-intake.ts";
import type { LeftEvent, ReadEvent, SkipReason } from "../chatwoot/arrival.ts";
import { BODY_BYTES_MAX, parseBody } from "../chatwoot/body.ts";
import { readEvent } from "../chatwoot/event.ts";
import { rawWebhook } from "../chatwoot/raw-webhook.ts";
import { secretsEqual, verifySignature } from "../chatwoot/signature.ts";
import type { Connection } from "../chatwoot/connections.ts";
import type { Clock } from "../clock.ts";
import { DEFAULT_CONNECTION } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { accept } from "./answers.ts";
import { isLocalProgram } from "./caller.ts";
import { readBytes } from "./request-body.ts";
import { type End, endBy, endOf, lineOf, type Taken } from "./webhook-line.ts";

export interface WebhookDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  channels: readonly string[];
  /** lull is on the internet: unsigned webhooks are refused even from this machine. */
  isPublic: boolean;
  connection: (name: string) => Connection | null;
  /** There is an older system that webhooks may be for. */
  hasLegacy: boolean;
  /** Puts it into the log of webhooks, in no time. */
  note: (line: WebhookLine) => void;
  receive: (intake: Intake, bytes: number) => Promise<Receipt>;
  peerOf: (request: Request, server: unknown) => string | null;
}

/** Events that may stand in a metric's label; all others count as "other". */
const COUNTED_EVENTS = new Set([
  "message_created",
  "message_updated",
  "conversation_created",
  "conversation_updated",
  "conversation_status_changed",
  "conversation_opened",
  "conversation_resolved",
  "conversation_typing_on",
  "conversation_typing_off",
]);

interface Arrived {
  request: Request;
  server: unknown;
  name: string;
  pathSecret: string | null;
  isImmediate: boolean;
}

/** `/webhooks/chatwoot[/:connection[/:pathSecret]]` and the old addresses under `/functions/v1`. */
export function webhookRoutes(deps: WebhookDeps) {
  const raw = { parse: "none" } as const;
  const answered = (arrived: Arrived) => takeWebhook(arrived, deps);
  const byDefault = { name: DEFAULT_CONNECTION, pathSecret: null };
  return new Elysia({ name: "webhook" })
    .post(
      "/webhooks/chatwoot",
      ({ request, server }) => answered({ request, server, ...byDefault, isImmediate: false }),
      raw,
    )
    .post(
      "/webhooks/chatwoot/:connection",
      ({ request, server, params }) =>
        answered({ request, server, name: params.connection, pathSecret: null, isImmediate: false }),
      raw,
    )
    .post(
      "/webhooks/chatwoot/:connection/:pathSecret",
      ({ request, server, params }) =>
        answered({
          request,
          server,
          name: params.connection,
          pathSecret: params.pathSecret,
          isImmediate: false,
        }),
      raw,
    )
    .post(
      "/functions/v1/chatwoot-webhook-v2",
      ({ request, server }) => answered({ request, server, ...byDefault, isImmediate: false }),
      raw,
    )
    .post(
      "/functions/v1/chatwoot-webhook",
      ({ request, server }) => answered({ request, server, ...byDefault, isImmediate: true }),
      raw,
    );
}

async function takeWebhook(arrived: Arrived, deps: WebhookDeps): Promise<Response> {
  const { clock, metrics } = deps;
  const startedAt = clock.monotonic();
  const taken: Taken = { connection: null, read: null, bytes: 0 };
  let end: End | null = null;
  try {
    const receipt = await take(arrived, taken, deps);
    end = endOf(receipt);
    return answer(receipt);
  } catch (error) {
    end = endBy(error);
    throw error;
  } finally {
    const durationMs = clock.monotonic() - startedAt;
    metrics.ackSeconds.observe(durationMs / 1000);
    if (end !== null) {
      const outcome = end.outcome === "failed" ? "rejected" : end.outcome;
      metrics.webhooks.inc({ event: countedEvent(taken.read), outcome });
      deps.note(lineOf(taken, end, arrived.request.headers, durationMs, clock.now()));
    }
  }
}

/** Notes in `taken` how far it comes: whoever refuses it later knows that much. */
async function take(arrived: Arrived, taken: Taken, deps: WebhookDeps): Promise<Answered> {
  const { isImmediate, request } = arrived;
  taken.connection = deps.connection(arrived.name);
  const bytes = await readBytes(request, BODY_BYTES_MAX);
  taken.bytes = bytes.byteLength;
  const { connection, isSigned } = authorise(arrived, bytes, deps);
  const read = readEvent(parseBody(bytes), { channels: deps.channels });
  taken.read = read;
  const raw = deps.hasLegacy ? { webhook: rawWebhook(read.event, request.headers, bytes) } : {};
  const receipt = await keep(read, connection, { isImmediate, isSigned, ...raw }, bytes.byteLength, deps);
  report(receipt, connection, deps.log);
  return receipt;
}

function countedEvent(read: ReadEvent | null): string {
  if (read === null) return "unread";
  return COUNTED_EVENTS.has(read.event) ? read.event : "other";
}

/** All refusals are alike: which part was wrong is nobody's business outside. */
function authorise(
  { request, server, name, pathSecret }: Arrived,
  raw: Uint8Array,
  deps: WebhookDeps,
): { connection: Connection; isSigned: boolean } {
  const connection = deps.connection(name);
  if (connection === null) throw unauthorised();
  const isSigned = pathSecret === null && connection.secret !== null;
  const isKnown =
    pathSecret !== null
      ? connection.pathSecret !== null && secretsEqual(pathSecret, connection.pathSecret)
      : connection.secret !== null
        ? hasSignature(request, raw, connection.secret, deps.clock.now())
        : connection.pathSecret === null &&
          !deps.isPublic &&
          isLocalProgram(request, deps.peerOf(request, server));
  if (!isKnown) throw unauthorised();
  return { connection, isSigned };
}

function hasSignature(request: Request, raw: Uint8Array, secret: string, nowMs: number): boolean {
  const timestamp = request.headers.get("x-chatwoot-timestamp");
  const signature = request.headers.get("x-chatwoot-signature");
  return verifySignature({ secret, timestamp, signature, raw, nowMs });
}

type Answered = Exclude<Receipt, { action: "failed" }>;

/** Takes what was read for a connection, or says why it is left. Rejects with AppError `cannot_store`. */
export async function keep(
  read: ReadEvent,
  connection: Connection,
  { isImmediate, isSigned, webhook }: Pick<Intake, "isImmediate" | "isSigned" | "webhook">,
  bytes: number,
  { receive }: Pick<WebhookDeps, "receive">,
): Promise<Answered> {
  const arrival = arrivalOf(read, connection);
  if (arrival.kind === "left" && webhook === undefined) return untouched(arrival.reason);
  const raw = webhook === undefined ? {} : { webhook };
  const intake = { connectionKey: connection.key, arrival, isImmediate, isSigned, ...raw };
  const receipt = await receive(intake, bytes);
  if (receipt.action === "failed") throw receipt.error;
  return receipt;
}

/** Another account has conversations of its own, whatever their numbers. */
function arrivalOf({ accountId, outcome, conversationId }: ReadEvent, connection: Connection) {
  const isForeign = accountId !== null && connection.accountId !== null && accountId !== connection.accountId;
  if (isForeign) return left("unknown_account", null);
  return "skip" in outcome ? left(outcome.skip, conversationId) : outcome.arrival;
}

function left(reason: SkipReason, conversationId: number | null): LeftEvent {
  return { kind: "left", reason, conversationId };
}

function untouched(reason: SkipReason): Answered {
  return {
    action: "skipped",
    reason,
    rearm: null,
    cancelledBufferId: null,
    silence: null,
    provenReplyId: null,
  };
}

function report(receipt: Answered, connection: Connection, log: Log): void {
  if (receipt.action === "buffered") {
    log.event("info", "webhook.buffered", { connection: connection.name, bufferId: receipt.bufferId });
  } else {
    const reason = receipt.action === "skipped" ? receipt.reason : undefined;
    const cancelled = receipt.action === "skipped" ? receipt.cancelledBufferId : null;
    log.event("debug", `webhook.${receipt.action}`, { connection: connection.name, reason });
    if (cancelled !== null) log.event("info", "buffer.cancelled", { bufferId: cancelled, by: reason });
  }
}

export function answer(receipt: Answered): Response {
  if (receipt.action === "duplicate" || receipt.action === "forwarded")
    return accept({ action: receipt.action });
  if (receipt.action === "skipped") return accept({ action: "skipped", reason: receipt.reason });
  return accept({
    action: "buffered",
    message: "Message added to buffer for processing",
    bufferId: receipt.bufferId,
    dueAt: new Date(receipt.dueAt).toISOString(),
  });
}

function unauthorised(): AppError {
  return new AppError("unauthorized", "The webhook is not signed by a connection that lull knows.", {
    fix: "Check CHATWOOT_WEBHOOK_SECRET, the address and this machine's clock.",
  });
}
