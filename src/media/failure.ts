// The two ways in which a download fails. An attachment's address is a secret: none is ever repeated here.
import { AppError } from "../errors.ts";

/** Why a file is never fetched, however often it is tried. */
const REFUSALS = {
  url: "its address cannot be read",
  no_chatwoot: "its connection has no Chatwoot",
  scheme: "only http and https are fetched",
  host: "its host is neither the connection's own nor a listed one",
  address: "its host has an address that is not public",
  redirects: "it was redirected too often",
  too_large: "it is larger than allowed",
  encoding: "it is packed in an unknown way",
  gone: "it is gone",
  not_allowed: "the server does not give it to us",
  status: "the server's answer is none that a file has",
} as const;

/** Why a file cannot be had now. */
const OUTAGES = {
  lookup: "its host has no address",
  connection: "its host cannot be reached",
  certificate: "its host's certificate is not trusted",
  timeout: "it took too long",
  broken: "it did not arrive whole",
  missing: "it is not there, or not yet",
  not_allowed: "the storage does not give it to us, or not yet",
  busy: "too much is asked at once",
  server: "the server failed",
} as const;

export type RefusalReason = keyof typeof REFUSALS;
export type OutageReason = keyof typeof OUTAGES;

/** A rule forbids it, or the server does for good: the same call will fail again. */
export function refused(reason: RefusalReason): AppError {
  return new AppError("media_refused", `The attachment is not fetched: ${REFUSALS[reason]}.`, { reason });
}

/** The same call may succeed later. There is no cause to it: errors of the network hold the packets they came from. */
export function unavailable(reason: OutageReason): AppError {
  return new AppError("media_unavailable", `The attachment cannot be had now: ${OUTAGES[reason]}.`, {
    reason,
    retryable: true,
  });
}

/** What an answer means that is neither a file nor a redirect. `isOwn`: it came from the connection's own Chatwoot. */
export function statusFailure(status: number, isOwn: boolean): AppError {
  if (status === 410) return refused("gone");
  // S3 says 403 and not 404 of what is missing to whoever may not list, and Chatwoot redirects before the file is there.
  if (status === 403 && !isOwn) return unavailable("not_allowed");
  if (status === 401 || status === 403) return refused("not_allowed");
  if (status === 404) return unavailable("missing");
  if (status === 408 || status === 425 || status === 429) return unavailable("busy");
  return status >= 500 ? unavailable("server") : refused("status");
}
