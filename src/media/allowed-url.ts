// Which URLs may be fetched: the connection's own Chatwoot, and on its word the listed storage hosts. What address a
// host has is not judged here.
import { refused } from "./failure.ts";

/** A URL that may be fetched. */
export interface Target {
  /** Without fragment, and without anything that was told apart only by its spelling. */
  url: URL;
  /** The connection's own Chatwoot, which may stand anywhere, in a private network too. */
  isOwn: boolean;
}

/** A presigned URL of S3 has some 1,500 characters. */
const URL_LENGTH_MAX = 8_192;
/** Parsers drop tabs and line ends, and read a backslash as a slash: no honest URL holds any. */
const UNREADABLE = /[\p{Cc}\s\\]/u;
/** No userinfo, no escapes, ASCII alone: a name that is spelled otherwise may be another's twin. */
const AUTHORITY = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?=[/?#]|$)/i;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
const HTTP = /^https?:/i;

/**
 * The URL of an attachment, as Chatwoot wrote it. `origin` is any URL of the connection's Chatwoot. Throws AppError
 * `media_refused`.
 */
export function allowedStart(text: string, origin: string): Target {
  return allowed(text, origin, []);
}

/**
 * The `location` of a redirect away from `from`. `hosts` are exact names in small letters, each with its port if it has
 * one of its own. Throws AppError `media_refused`.
 */
export function allowedRedirect(
  location: string,
  from: URL,
  origin: string,
  hosts: readonly string[],
): Target {
  if (ABSOLUTE.test(location)) return allowed(location, origin, hosts);
  if (UNREADABLE.test(location)) throw refused("url");
  return allowed(URL.parse(location, from.href)?.href ?? "", origin, hosts);
}

/** The port that is meant, written or not. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

function allowed(text: string, originText: string, hosts: readonly string[]): Target {
  const url = readUrl(text);
  const origin = new URL(originText);
  if (isOwn(url, origin)) return { url: withOwnScheme(url, origin), isOwn: true };
  if (hosts.some((host) => isListed(url, host, origin))) return { url, isOwn: false };
  throw refused("host");
}

function readUrl(text: string): URL {
  if (text.length > URL_LENGTH_MAX || UNREADABLE.test(text)) throw refused("url");
  if (!HTTP.test(text)) throw refused("scheme");
  const host = AUTHORITY.exec(text)?.[1];
  const url = URL.parse(text);
  if (host === undefined || url === null) throw refused("url");
  // The parser turns 127.1, 0x7f.1 and 2130706433 into 127.0.0.1: only the spelling it would give is taken.
  if (url.hostname !== host.toLowerCase() || url.hostname.endsWith(".")) throw refused("host");
  url.hash = "";
  return url;
}

/** The same door: the same port, or the usual one of either scheme, since proxies redirect between these. */
function isOwn(url: URL, origin: URL): boolean {
  const areUsual = url.port === "" && origin.port === "";
  return url.hostname === origin.hostname && (areUsual || portOf(url) === portOf(origin));
}

/** A Chatwoot behind a proxy may believe to be on http: where it is known to be on https, that is asked. */
function withOwnScheme(url: URL, origin: URL): URL {
  if (origin.protocol === "https:") url.protocol = "https:";
  return url;
}

/** An entry with a port is that port by either scheme; without one it is https, or whatever a Chatwoot on http uses. */
function isListed(url: URL, host: string, origin: URL): boolean {
  if (host === `${url.hostname}:${portOf(url)}`) return true;
  return (
    host === url.hostname && url.port === "" && (url.protocol === "https:" || origin.protocol === "http:")
  );
}
