// A webhook as another system has to get it: the bytes as they came, and the headers that are not this connection's own.

/** A webhook as it came. */
export interface RawWebhook {
  event: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
}

/** Of one hop alone (RFC 9110, 7.6.1), and what whoever sends it on has to say anew. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "content-length",
]);

/** The signature and its timestamp are among what is kept: they are over these very bytes. */
export function rawWebhook(event: string, headers: Headers, body: Uint8Array): RawWebhook {
  const named = (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const kept = [...headers].filter(([name]) => !OWN_HEADERS.has(name) && !named.includes(name));
  return { event, headers: kept, body };
}
