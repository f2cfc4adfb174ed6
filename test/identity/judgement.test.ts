// Which user the layers name together: tables of findings and what follows.
import { describe, expect, test } from "bun:test";
import { judge, judgeAll } from "../../src/identity/judgement.ts";
import { type Findings, LAYERS, type Named } from "../../src/identity/layers.ts";

const ana: Named = { userId: "ana", isVerified: true };
const bia: Named = { userId: "bia", isVerified: true };
const claimed = (named: Named): Named => ({ ...named, isVerified: false });

function findings(found: Partial<Findings>): Findings {
  const nothing = Object.fromEntries(LAYERS.map((layer) => [layer, []])) as unknown as Findings;
  return { ...nothing, ...found };
}

describe("one address", () => {
  test("that no layer knows names nobody", () => {
    expect(judge(findings({}))).toMatchObject({ user: null, matchedBy: null, isAmbiguous: false });
  });

  test.each(LAYERS)("that %s alone knows names its user", (layer) => {
    expect(judge(findings({ [layer]: [ana] }))).toMatchObject({ user: ana, matchedBy: layer });
  });

  test.each(LAYERS.slice(0, -1).map((layer, index) => [layer, LAYERS[index + 1]] as const))(
    "is decided by %s before %s, which is noted when it names another",
    (first, second) => {
      const found = judge(findings({ [first]: [ana], [second ?? first]: [bia] }));
      expect(found).toMatchObject({ user: ana, matchedBy: first, disagreeing: [second] });
    },
  );

  test("is nobody's when one layer names two users, even if a later layer names one", () => {
    const found = judge(findings({ whatsapp_user_mapping: [ana, bia], profiles: [ana] }));
    expect(found).toMatchObject({ user: null, matchedBy: "whatsapp_user_mapping", isAmbiguous: true });
  });

  test("is nobody's when one layer names a verified user and another who is not", () => {
    const found = judge(findings({ whatsapp_user_mapping: [ana, claimed(bia)] }));
    expect(found).toMatchObject({ user: null, isAmbiguous: true });
  });

  test("that two users claim and none has verified is nobody's", () => {
    const found = judge(findings({ whatsapp_user_mapping: [claimed(ana), claimed(bia)] }));
    expect(found).toMatchObject({ user: null, isAmbiguous: true });
  });

  test("is the same user's in a later layer without a disagreement", () => {
    expect(judge(findings({ profiles: [ana], meeting_notes: [ana] })).disagreeing).toEqual([]);
  });
});

describe("a sender with several addresses", () => {
  const sure = (found: Partial<Findings>) => ({ of: { isHearsay: false }, findings: findings(found) });
  const hearsay = (user: Named) => ({ of: { isHearsay: true }, findings: findings({ profiles: [user] }) });
  const named = (user: Named) => sure({ profiles: [user] });
  const unknown = sure({});

  test("is whoever one of them names", () => {
    expect(judgeAll([unknown, named(ana)])).toMatchObject({ user: ana, matchedBy: "profiles" });
  });

  test("is nobody when they name two", () => {
    expect(judgeAll([named(ana), named(bia)])).toMatchObject({ user: null, isAmbiguous: true });
  });

  test("is nobody when one of them is ambiguous", () => {
    const both = sure({ profiles: [ana, bia] });
    expect(judgeAll([named(ana), both])).toMatchObject({ user: null, isAmbiguous: true });
  });

  test("is not whom hearsay alone names", () => {
    expect(judgeAll([unknown, hearsay(ana)])).toMatchObject({ user: null, isAmbiguous: false });
  });

  test("is nobody when hearsay contradicts, and somebody when it agrees", () => {
    expect(judgeAll([named(ana), hearsay(bia)])).toMatchObject({ user: null, isAmbiguous: true });
    expect(judgeAll([named(ana), hearsay(ana)])).toMatchObject({ user: ana, isAmbiguous: false });
  });

  test("is nobody without an address", () => {
    expect(judgeAll([])).toMatchObject({ user: null, matchedBy: null, isAmbiguous: false });
  });
});
