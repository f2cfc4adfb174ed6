// Messages to customers that other programs ask for. Answered once the delivery stands in the outbox.
import { Elysia } from "elysia";
import type { Notifications } from "../delivery/notifications.ts";
import type { Recipient } from "../delivery/recipient.ts";
import { AppError } from "../errors.ts";
import { type Address, addressOf, originOf } from "../identity/address.ts";
import type { Country } from "../identity/phone.ts";
import { isUserOf, type PartyDeps } from "../storage/party.ts";
import { found } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { type Fields, readFields, wrong } from "./fields.ts";
import { connectionIn, type NamedPartyDeps, readNumber } from "./named-party.ts";
import { readNotification } from "./notification-body.ts";
import type { Caller, TokenGuard } from "./token-guard.ts";

export interface NotificationRoutesDeps extends Pick<NamedPartyDeps, "connectionNamed"> {
  guard: TokenGuard;
  peerOf: (request: Request, server: unknown) => string | null;
  store: PartyDeps["store"];
  /** Of numbers that name none. */
  country: Country;
  notifications: Pick<Notifications, "add">;
}

const FIELDS = ["userId", "whatsappNumber", "conversationId", "connection", "message", "draft", "template"];

const TEXT_LENGTH_MAX = 200;
const REQUEST_KEY = /^[\x21-\x7e]{1,200}$/;

export function notificationRoutes(deps: NotificationRoutesDeps) {
  // Bodies are read after the guard and under lull's own limit.
  const raw = { parse: "none" } as const;
  const take = ({ request, server }: { request: Request; server: unknown }) => notify(request, server, deps);
  return new Elysia({ name: "notifications" })
    .post("/v1/notifications", take, raw)
    .post("/functions/v1/whatsapp-notifications", take, raw);
}

async function notify(request: Request, server: unknown, deps: NotificationRoutesDeps): Promise<Response> {
  const caller = await deps.guard.check(request, deps.peerOf(request, server), ["service", "admin"]);
  const requestKey = readRequestKey(request, caller);
  const fields = await readFields(request, FIELDS);
  const notification = readNotification(fields);
  const recipient = await readRecipient(fields, deps);
  return accept({ deliveryId: await deps.notifications.add(recipient, notification, requestKey) });
}

/** Callers name their requests as they like, each for itself. */
function readRequestKey(request: Request, { tokenId }: Caller): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (!REQUEST_KEY.test(key)) throw wrong("Idempotency-Key", "1 to 200 visible ASCII characters");
  return `${tokenId ?? "admin"}/${key}`;
}

async function readRecipient(fields: Fields, deps: NotificationRoutesDeps): Promise<Recipient> {
  const userId = fields.line("userId", TEXT_LENGTH_MAX)?.toLowerCase() ?? null;
  const conversationId = fields.whole("conversationId", 1, Number.MAX_SAFE_INTEGER) ?? null;
  const address = readAddress(fields, deps);
  if (userId === null && conversationId === null && address === null) throw nobodyNamed();
  const { key: connectionKey, name } = await connectionIn(fields, userId, deps);
  if (userId !== null && !(await isUserOf(userId, name, deps))) found(null, "user");
  return { connectionKey, conversationId, address, userId };
}

function readAddress(fields: Fields, { country }: NotificationRoutesDeps): Address | null {
  const number = readNumber(fields);
  if (number === null) return null;
  const address = addressOf(number, country, originOf(number, country));
  if (address === null) throw new AppError("invalid_number", "whatsappNumber must be a number of WhatsApp.");
  return address;
}

function nobodyNamed(): AppError {
  return new AppError("nobody_named", "The request names nobody whom it could be sent to.", {
    fix: "Give a userId, a whatsappNumber or a conversationId.",
  });
}
