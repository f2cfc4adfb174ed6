// Who calls: the rules for requests that carry no secret and are therefore taken from this machine alone.

const FORWARDED_HEADERS = ["forwarded", "via"];
const FORWARDED_PREFIX = "x-forwarded-";
const BROWSER_PREFIX = "sec-fetch-";

/** A program on this machine: loopback peer and Host, JSON, no proxy and no browser in between. */
export function isLocalProgram(request: Request, peerAddress: string | null): boolean {
  if (!isDirectLocal(request, peerAddress)) return false;
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) return false;
  return !request.headers.has("origin") && !hasHeader(request, BROWSER_PREFIX);
}

/** A browser on this machine, on lull's own page: as above, but a same-origin page may ask. */
export function isLocalPage(request: Request, peerAddress: string | null): boolean {
  if (!isDirectLocal(request, peerAddress)) return false;
  const origin = request.headers.get("origin");
  return origin === null || origin === `http://${request.headers.get("host")}`;
}

function isDirectLocal(request: Request, peerAddress: string | null): boolean {
  if (peerAddress === null || !isLoopbackAddress(peerAddress)) return false;
  if (!isLoopbackHost(request.headers.get("host") ?? new URL(request.url).host)) return false;
  return (
    !FORWARDED_HEADERS.some((name) => request.headers.has(name)) && !hasHeader(request, FORWARDED_PREFIX)
  );
}

function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** A name that leads here by more than an address could be anyone's (DNS rebinding). */
function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function hasHeader(request: Request, prefix: string): boolean {
  return [...request.headers.keys()].some((name) => name.startsWith(prefix));
}
