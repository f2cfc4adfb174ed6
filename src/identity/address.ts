// Where a sender can be found: the keys that lull looks up for what Chatwoot tells of who wrote. Pure.
import type { Sender } from "./layers.ts";
import { type Country, exactKeyOf, keyOf, type Origin } from "./phone.ts";

/** One address of a sender: a number, or a LID or BSUID that may stand for one. */
export interface Address {
  kind: "phone" | "alias";
  /** Every form under which it may be stored: its key, and the digits as they stand. */
  keys: string[];
  /** Somebody typed it beside a number of WhatsApp's own: it may contradict who that names, never name anybody itself. */
  isHearsay: boolean;
}

/** Values that WhatsApp itself supplied are international: no country is asked for them. */
const ANY_COUNTRY: Country = "BR";

/** The addresses of a sender, WhatsApp's own id before what people may have typed; each address once. */
export function addressesOf({ sourceId, identifier, phone }: Sender): Address[] {
  const own = sourceId === null ? null : addressOf(sourceId, ANY_COUNTRY, "whatsapp");
  const told = [identifier, phone].map((raw) =>
    raw === null ? null : addressOf(raw, ANY_COUNTRY, "whatsapp"),
  );
  const known = new Map<string, Address>();
  for (const address of [own, ...told]) {
    const key = address?.keys[0];
    if (address === null || key === undefined || known.has(key)) continue;
    const isHearsay = own?.kind === "phone" && address !== own && address.kind === "phone";
    known.set(key, { ...address, isHearsay });
  }
  return [...known.values()];
}

/** The address that a text names; null when it names none. */
export function addressOf(raw: string, country: Country, origin: Origin): Address | null {
  const read = keyOf(raw, country, origin);
  if (read.kind === "lid" || read.kind === "bsuid")
    return { kind: "alias", keys: [read.key], isHearsay: false };
  const keys = [read.kind === "phone" ? read.key : null, exactKeyOf(raw)].filter((key) => key !== null);
  return keys.length === 0 ? null : { kind: "phone", keys, isHearsay: false };
}

/**
 * How to read a number that is said to be WhatsApp's: as one of its own, which are international, unless that gives none;
 * then as people write it.
 */
export function originOf(raw: string, country: Country): Origin {
  return keyOf(raw, country, "whatsapp").kind === "none" ? "stored" : "whatsapp";
}

/** The address of a number that a program gave for its caller; none where it is no number, or there is none. */
export function callerAddresses(number: string | null, source: string, country: Country): Address[] {
  if (number === null) return [];
  const address = addressOf(number, country, source === "whatsapp" ? originOf(number, country) : "stored");
  return address === null ? [] : [address];
}

/** The key that rows keep beside a sender's number; null when none of the addresses is one. */
export function phoneKeyOf(addresses: readonly Address[]): string | null {
  return addresses.find(({ kind }) => kind === "phone")?.keys[0] ?? null;
}

/** The pair that one event teaches: its one LID or BSUID and its one number; null when it is not that plain. */
export function pairOf(addresses: readonly Address[]): { aliasKey: string; phoneKey: string } | null {
  const aliases = addresses.filter(({ kind }) => kind === "alias");
  const phones = addresses.filter(({ kind }) => kind === "phone");
  const [aliasKey, phoneKey] = [aliases[0]?.keys[0], phones[0]?.keys[0]];
  if (aliasKey === undefined || phoneKey === undefined || !phoneKey.startsWith("+")) return null;
  return aliases.length === 1 && phones.length === 1 ? { aliasKey, phoneKey } : null;
}
