// Buffers for other programs, at the addresses that they know: a bare message taken, the open buffer of a conversation shown
// or dropped, and what is due processed now.
import { Elysia } from "elysia";
import type { Processed } from "../buffer/due-work.ts";
import { BODY_BYTES_MAX, parseBody } from "../chatwoot/body.ts";
import type { Connection } from "../chatwoot/connections.ts";
import { readEvent } from "../chatwoot/event.ts";
import { DEFAULT_CONNECTION } from "../config.ts";
import type { BufferStore } from "../db/store-buffers.ts";
import type { InsightStore, Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import { found, present, refuseUnknown } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { Changes } from "./changes.ts";
import { Fields } from "./fields.ts";
import { allowSilence } from "./patience.ts";
import { QueryFields } from "./query-fields.ts";
import { readBytes } from "./request-body.ts";
import type { TokenGuard } from "./token-guard.ts";
import { answer, keep, type WebhookDeps } from "./webhook.ts";

export interface BufferFunctionDeps extends WebhookDeps {
  guard: TokenGuard;
  changes: Changes;
  store: Pick<InsightStore, "listBuffers"> & Pick<BufferStore, "cancelBuffer">;
  now: () => number;
  processDue: (signal: AbortSignal) => Promise<Processed>;
  countSilence: (reason: string) => void;
}

interface Context {
  request: Request;
  server: unknown;
  query: Record<string, unknown>;
}

interface Call {
  request: Request;
  query: QueryFields;
  connection: Connection;
  /** Empty where none was sent. */
  body: Record<string, unknown>;
  bytes: number;
}

const NAME_LENGTH_MAX = 200;
/** What is due is waited for so long, and a little longer. */
const PROCESSING_SECONDS = 30;

const ACTIONS = { handle, status, cancel };
const QUERY_FIELDS = ["action", "connection", "conversationId"];

export function bufferFunctionRoutes(deps: BufferFunctionDeps) {
  // Bodies are read after the guard and under lull's own limit.
  const raw = { parse: "none" } as const;
  const manage = (context: Context) => manageBuffer(context, deps);
  return new Elysia({ name: "buffer-functions" })
    .get("/functions/v1/message-buffer-manager", manage)
    .post("/functions/v1/message-buffer-manager", manage, raw)
    .post("/functions/v1/buffer-processor", (context) => processDue(context, deps), raw);
}

async function manageBuffer(
  { request, server, query }: Context,
  deps: BufferFunctionDeps,
): Promise<Response> {
  await deps.guard.check(request, deps.peerOf(request, server), ["service", "admin"]);
  // A misspelt connection must not pass for the environment's: the conversation would be another one.
  refuseUnknown(query, QUERY_FIELDS);
  const fields = new QueryFields(query);
  const action = fields.line("action", NAME_LENGTH_MAX) ?? "";
  if (!isAction(action))
    throw new AppError("invalid_query", `action must be one of ${Object.keys(ACTIONS).join(", ")}.`);
  const name = fields.line("connection", NAME_LENGTH_MAX) ?? DEFAULT_CONNECTION;
  const connection = found(deps.connection(name), "connection");
  const bytes = await readBytes(request, BODY_BYTES_MAX);
  const body = bytes.byteLength === 0 ? {} : parseBody(bytes);
  return ACTIONS[action]({ request, query: fields, connection, body, bytes: bytes.byteLength }, deps);
}

function isAction(word: string): word is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, word);
}

/** A message as a webhook brings it, be it without the name of its event. It is not signed: what it says of people is not learned. */
async function handle({ connection, body, bytes }: Call, deps: BufferFunctionDeps): Promise<Response> {
  const read = readEvent({ event: "message_created", ...body }, { channels: deps.channels });
  const receipt = await keep(read, connection, { isImmediate: false, isSigned: false }, bytes, deps);
  return answer(receipt);
}

/** The open buffer of a conversation, without a word of its messages; null where nothing waits. */
async function status(call: Call, deps: BufferFunctionDeps): Promise<Response> {
  const buffer = await openBuffer(call, deps);
  return accept({ data: buffer === null ? null : present(buffer) });
}

async function cancel(call: Call, deps: BufferFunctionDeps): Promise<Response> {
  const { id } = found(await openBuffer(call, deps), "open buffer");
  const bufferId = String(id);
  found(await deps.store.cancelBuffer(bufferId, "operator", deps.now()), "open buffer");
  deps.countSilence("operator");
  deps.changes.by(call.request, "service.changed")("buffer.cancel", bufferId);
  await deps.changes.write(call.request);
  return accept({ action: "cancelled", bufferId });
}

async function openBuffer(
  { query, body, connection }: Call,
  { store }: BufferFunctionDeps,
): Promise<Row | null> {
  const fields = new Fields(body);
  const named = query.whole("conversationId", 1, Number.MAX_SAFE_INTEGER);
  const inBody = fields.whole("conversationId", 1, Number.MAX_SAFE_INTEGER);
  const conversationId = fields.needed("conversationId", named ?? inBody);
  const wanted = { state: "active", connection: connection.name, conversationId };
  const { data } = await store.listBuffers({ limit: 1, cursor: null, ...wanted });
  return data[0] ?? null;
}

/** A body may come and says nothing. */
async function processDue({ request, server }: Context, deps: BufferFunctionDeps): Promise<Response> {
  await deps.guard.check(request, deps.peerOf(request, server), ["service", "admin"]);
  allowSilence(server, request, PROCESSING_SECONDS);
  return accept({ ...(await deps.processDue(request.signal)) });
}
