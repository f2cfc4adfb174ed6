// From a URL to the answer that holds the file: each redirect is followed by hand, and each hop is judged anew, by its
// URL, by all addresses of its host, and connected to at an address that was judged.
import { isIP } from "node:net";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { allowedRedirect, allowedStart, portOf, type Target } from "./allowed-url.ts";
import { refused, statusFailure, unavailable } from "./failure.ts";
import { withinLimit } from "./limit.ts";
import type { Connection, Door, Network, NetworkAnswer } from "./network.ts";
import { isPublicAddress } from "./public-address.ts";

const REDIRECTS_MAX = 3;
const ADDRESSES_MAX = 4;
const LOOKUP_MAX_MS = 5_000;
/** For each address, with TLS. */
const CONNECT_MAX_MS = 2_000;
/** From the request to the head of the answer. */
const FIRST_BYTE_MAX_MS = 5_000;

/** What the codes of TLS have in common that say so: DEPTH_ZERO_SELF_SIGNED_CERT, UNABLE_TO_VERIFY_LEAF_SIGNATURE… */
const BAD_CERTIFICATE = /CERT|VERIFY/;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** All that is ever sent, beside the host: no cookie, no token. */
const HEADERS = { accept: "*/*", "accept-encoding": "identity", "user-agent": "lull", connection: "close" };

export interface HopDeps {
  clock: Clock;
  network: Network;
  /** Exact hosts that a redirect may lead to, beside the connection's own. */
  mediaHosts: readonly string[];
}

/** An answer 200 whose body is still to be read. */
export interface OpenFile {
  answer: NetworkAnswer;
  /** Must be called when the body is done with. */
  close: () => void;
}

/**
 * Opens the file at `url`. Rejects with AppError `media_refused` or `media_unavailable`, and with the signal's reason
 * when it aborts.
 */
export async function openFile(
  url: string,
  origin: string,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<OpenFile> {
  let target = allowedStart(url, origin);
  for (let redirectCount = 0; ; redirectCount++) {
    const { answer, close } = await ask(target, deps, signal);
    if (answer.status === 200) return { answer, close };
    close();
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || location === undefined)
      throw statusFailure(answer.status, target.isOwn);
    if (redirectCount === REDIRECTS_MAX) throw refused("redirects");
    target = allowedRedirect(location, target.url, origin, deps.mediaHosts);
  }
}

async function ask(target: Target, deps: HopDeps, signal: AbortSignal): Promise<OpenFile> {
  const connection = await connectTo(target, deps, signal);
  const { host, pathname, search } = target.url;
  try {
    const answer = await withinLimit(deps.clock, FIRST_BYTE_MAX_MS, signal, () =>
      connection.get(pathname + search, { host, ...HEADERS }),
    );
    return { answer, close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw readFailure(error, signal);
  }
}

/** The first address that can be connected to; no name is looked up after this. */
async function connectTo(target: Target, deps: HopDeps, signal: AbortSignal): Promise<Connection> {
  const addresses = await addressesOf(target.url, deps, signal);
  // One that is not public spoils the rest: which one a name is given for is chance.
  if (!target.isOwn && !addresses.every(isPublicAddress)) throw refused("address");
  let failure = unavailable("lookup");
  for (const address of addresses.slice(0, ADDRESSES_MAX)) {
    try {
      return await withinLimit(deps.clock, CONNECT_MAX_MS, signal, (limited) =>
        deps.network.connect(doorOf(target.url, address), limited),
      );
    } catch (error) {
      if (signal.aborted) throw error;
      failure = readFailure(error, signal);
    }
  }
  throw failure;
}

async function addressesOf(url: URL, deps: HopDeps, signal: AbortSignal): Promise<string[]> {
  const host = bareHost(url);
  if (isIP(host) !== 0) return [host];
  try {
    return await withinLimit(deps.clock, LOOKUP_MAX_MS, signal, () => deps.network.lookup(host));
  } catch (error) {
    if (signal.aborted || error instanceof AppError) throw error;
    throw unavailable("lookup");
  }
}

function doorOf(url: URL, address: string): Door {
  return { address, port: portOf(url), certifiedHost: url.protocol === "https:" ? bareHost(url) : null };
}

/** An IPv6 address without its brackets. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function readFailure(error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) throw error;
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return unavailable(BAD_CERTIFICATE.test(code) ? "certificate" : "connection");
}
