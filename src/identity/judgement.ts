// What follows from the findings: the first layer that names exactly one user wins, several in one are nobody. Pure.
import type { Address } from "./address.ts";
import { type Findings, type Layer, LAYERS, type Named } from "./layers.ts";

/** What the layers say together of one address, or of all addresses of one sender. */
export interface Judgement {
  user: Named | null;
  matchedBy: Layer | null;
  isAmbiguous: boolean;
  /** Layers behind the winning one that name somebody else. */
  disagreeing: Layer[];
}

const NOBODY: Judgement = { user: null, matchedBy: null, isAmbiguous: false, disagreeing: [] };

/** What every layer says of one address of a sender. */
export interface Found {
  of: Pick<Address, "isHearsay">;
  findings: Findings;
}

/** Judges one address. */
export function judge(findings: Findings): Judgement {
  const matchedBy = LAYERS.find((layer) => findings[layer].length > 0);
  if (matchedBy === undefined) return NOBODY;
  const [user, ...others] = findings[matchedBy];
  if (user === undefined || others.length > 0) return { ...NOBODY, matchedBy, isAmbiguous: true };
  const behind = LAYERS.slice(LAYERS.indexOf(matchedBy) + 1);
  const disagreeing = behind.filter((layer) => findings[layer].some(({ userId }) => userId !== user.userId));
  return { user, matchedBy, isAmbiguous: false, disagreeing };
}

/** Judges a sender by all addresses, the surest first: two users are nobody, and hearsay alone names nobody. */
export function judgeAll(found: readonly Found[]): Judgement {
  const sure = found.filter(({ of }) => !of.isHearsay).map(({ findings }) => judge(findings));
  const ambiguous = sure.find(({ isAmbiguous }) => isAmbiguous);
  if (ambiguous !== undefined) return ambiguous;
  const first = sure.find(({ user }) => user !== null);
  if (first === undefined) return NOBODY;
  const named = found.map(({ findings }) => judge(findings).user?.userId ?? null);
  const isAmbiguous = named.some((userId) => userId !== null && userId !== first.user?.userId);
  return isAmbiguous ? { ...NOBODY, matchedBy: first.matchedBy, isAmbiguous } : first;
}
