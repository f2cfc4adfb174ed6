// Why an address is who it is: every layer's finding, for an operator or a program that asks.
import { type Address, addressOf } from "./address.ts";
import { judgeAll } from "./judgement.ts";
import { LAYERS } from "./layers.ts";
import { type Country, keyOf, type Origin } from "./phone.ts";
import type { Resolver } from "./resolver.ts";

export interface Inquiry {
  number: string;
  country: Country;
  origin: Origin;
  connectionKey: number;
}

/** The answer of `GET /admin/identity`: the key is the internal one, `normalizedNumber` the number as it is dialled. */
export async function explainIdentity(
  inquiry: Inquiry,
  resolver: Resolver,
): Promise<Record<string, unknown>> {
  const { number, country, origin, connectionKey } = inquiry;
  const address = addressOf(number, country, origin);
  const found = address === null ? [] : await resolver.findings(connectionKey, [address]);
  const { user, matchedBy, isAmbiguous, disagreeing } = judgeAll(found);
  const layers = LAYERS.map((layer) => ({ layer, users: found.flatMap(({ findings }) => findings[layer]) }));
  const isFound = layers.some(({ users }) => users.length > 0);
  return {
    input: number,
    ...describeKey(inquiry, address, isFound),
    matchedBy: matchedBy ?? "none",
    userId: user?.userId ?? null,
    isVerified: user?.isVerified ?? false,
    ambiguous: isAmbiguous,
    disagreeing,
    layers,
  };
}

/** Digits that are no number have a key only where somebody stored them as they are. */
function describeKey({ number, country, origin }: Inquiry, address: Address | null, isFound: boolean) {
  const key = keyOf(number, country, origin);
  if (key.kind === "phone") return { kind: "phone", key: key.key, normalizedNumber: key.dialable };
  if (key.kind !== "none") return { kind: key.kind, key: key.key, normalizedNumber: null };
  if (address !== null && isFound)
    return { kind: "exact", key: address.keys[0] ?? null, normalizedNumber: null };
  return { kind: "none", key: null, normalizedNumber: null, reason: key.reason };
}
