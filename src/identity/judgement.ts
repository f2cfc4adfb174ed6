// What follows from the findings: the first layer that names exactly one user wins, several in one are nobody. Pure.
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

/** Judges one address. Verified users of a layer stand before its unverified ones. */
export function judge(findings: Findings): Judgement {
  const matchedBy = LAYERS.find((layer) => findings[layer].length > 0);
  if (matchedBy === undefined) return NOBODY;
  const [user, ...others] = contenders(findings[matchedBy]);
  if (user === undefined || others.length > 0) return { ...NOBODY, matchedBy, isAmbiguous: true };
  const behind = LAYERS.slice(LAYERS.indexOf(matchedBy) + 1);
  const disagreeing = behind.filter((layer) => findings[layer].some(({ userId }) => userId !== user.userId));
  return { user, matchedBy, isAmbiguous: false, disagreeing };
}

/** Judges a sender by the judgements of its addresses, the surest address first: two users are nobody. */
export function judgeAll(judgements: readonly Judgement[]): Judgement {
  const ambiguous = judgements.find(({ isAmbiguous }) => isAmbiguous);
  if (ambiguous !== undefined) return ambiguous;
  const naming = judgements.filter(({ user }) => user !== null);
  const [first] = naming;
  if (first === undefined) return NOBODY;
  const isAmbiguous = naming.some(({ user }) => user?.userId !== first.user?.userId);
  return isAmbiguous ? { ...NOBODY, matchedBy: first.matchedBy, isAmbiguous } : first;
}

function contenders(named: readonly Named[]): readonly Named[] {
  const verified = named.filter(({ isVerified }) => isVerified);
  return verified.length > 0 ? verified : named;
}
