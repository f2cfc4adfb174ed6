// What an answer of Chatwoot's API says: taken, refused, not now, or nothing one can rely on. Pure, no network.
// What is in the messages and conversations it carries is read in listed.ts.
import { AppError } from "../errors.ts";
import type { SendOutcome, TokenKind } from "./api.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { readMarker, readMessageId } from "./listed.ts";

const COPY_TOKEN_FIX = "Copy it again from Profile settings → Access token.";
export const USER_TOKEN_FIX = "Give this connection a user token too: a bot's may not do this.";
export const BASE_URL_FIX = "Set the base URL to the address that Chatwoot itself answers on.";

/** What became of a POST: not surely taken and not surely refused is unknown, and no reason to send again. */
export function readSend(exchange: Exchange, replyId: string): SendOutcome {
  if ("failure" in exchange) return { kind: "unknown", reason: exchange.failure };
  const { status, retryAfterMs } = exchange;
  if (isNotAccepted(exchange)) return { kind: "not_accepted", retryAfterMs };
  if (isSuccess(status)) return readSent(exchange, replyId);
  const reason = `http_${status}`;
  return isRefusal(status) ? { kind: "refused", status, reason } : { kind: "unknown", reason };
}

function readSent(answer: Answer, replyId: string): SendOutcome {
  const message = parseJson(answer.text);
  if (message === undefined) return { kind: "unknown", reason: "not_json" };
  const messageId = readMessageId(message);
  if (messageId === null) return { kind: "unknown", reason: "no_id" };
  if ((readMarker(message) ?? replyId) !== replyId) return { kind: "unknown", reason: "other_marker" };
  return { kind: "sent", messageId };
}

/** The answer of a call that went well; throws `chatwoot_unreachable` or `chatwoot_refused` for any other. */
export function accepted(exchange: Exchange): Answer {
  if ("failure" in exchange) {
    const { failure, cause } = exchange;
    const details = { retryable: true, cause };
    throw new AppError("chatwoot_unreachable", `no answer from Chatwoot: ${failure}`, details);
  }
  if (isSuccess(exchange.status)) return exchange;
  throw failureOf(exchange);
}

function failureOf(answer: Answer): AppError {
  const { status, retryAfterMs } = answer;
  if (status < 400) {
    return new AppError("chatwoot_refused", `Chatwoot redirects (${status})`, { fix: BASE_URL_FIX });
  }
  if (isRefusal(status) && !isNotAccepted(answer)) {
    return new AppError("chatwoot_refused", `Chatwoot refused the call (${status})`, refusalFix(answer));
  }
  const details = { retryable: true, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  return new AppError("chatwoot_unreachable", `Chatwoot cannot answer now (${status})`, details);
}

function refusalFix(answer: Answer): { fix?: string; reason?: string } {
  if (answer.status !== 401) return {};
  return isBotRefusal(answer) ? { fix: USER_TOKEN_FIX, reason: "not_for_bots" } : { fix: COPY_TOKEN_FIX };
}

/** The profile is a user's own page: the way a bot's token is turned away tells it from a wrong one. */
export function readTokenKind(exchange: Exchange): TokenKind {
  if ("status" in exchange && isBotRefusal(exchange)) return "bot";
  if (readMessageId(readJson(accepted(exchange))) === null) throwForeign();
  return "user";
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** 4xx for good; 408 and 409 say nothing about what became of the call, 429 that it was not looked at. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 409, 429].includes(status);
}

/** Chatwoot's two limits: on requests, and on messages of one conversation per minute. */
function isNotAccepted(answer: Answer): boolean {
  return answer.status === 429 || (answer.status === 422 && answer.text.includes("Too many messages"));
}

function isBotRefusal(answer: Answer): boolean {
  return answer.status === 401 && answer.text.includes("not authorized for bots");
}

/** The answer's JSON, undefined for an empty one; a page from something in between is no answer. */
export function readJson(answer: Answer): unknown {
  if (answer.text.trim() === "") return undefined;
  return parseJson(answer.text) ?? (answer.text.trim() === "null" ? null : throwForeign());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that Chatwoot would not give: a proxy's page, a captive portal, a wrong address. */
export function throwForeign(): never {
  const message = "the answer is not Chatwoot's";
  throw new AppError("chatwoot_unreachable", message, { retryable: true, fix: BASE_URL_FIX });
}
