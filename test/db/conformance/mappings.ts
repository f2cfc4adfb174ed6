// Mappings of numbers to users: added twice, proven, taken away.
import { expect, test } from "bun:test";
import type { Challenge, NewMapping } from "../../../src/db/store-users.ts";
import {
  NUMBER,
  OTHER_NUMBER,
  addUser,
  ids,
  map,
  named,
  numberOf,
  profile,
  verified,
} from "../identified.ts";
import { type OpenScene, SECOND, type Scene, must, only } from "../scene.ts";

export function mappingConformance(open: OpenScene): void {
  test("an admin's mapping is listed as it was written", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const mappingId = await map(scene, ana, { connectionKey: scene.here });
    expect(await rows(scene, ana)).toEqual([
      {
        id: mappingId,
        number: `written ${NUMBER}`,
        kind: "phone",
        connection: "here",
        isVerified: 1,
        source: "admin",
        verifiedAt: scene.now,
        createdAt: scene.now,
        codeExpiresAt: null,
      },
    ]);
    expect(await rows(scene, await addUser(scene))).toEqual([]);
    expect(await scene.first.mappings("nobody")).toBeNull();
  });

  test("a user's numbers are told by their keys, newest first, with whether they are proven", async () => {
    await using scene = await open();
    const [ana, bia] = await Promise.all([addUser(scene), addUser(scene)]);
    const proven = await map(scene, ana);
    const claimed = await map(scene, ana, { key: OTHER_NUMBER, isVerified: false });
    await map(scene, bia);
    expect(await scene.second.ownNumbers(ana)).toEqual([
      { id: claimed, phoneKey: OTHER_NUMBER, isVerified: false },
      { id: proven, phoneKey: NUMBER, isVerified: true },
    ]);
    expect(await scene.second.ownNumbers(await addUser(scene))).toEqual([]);
    expect(await scene.second.ownNumbers("nobody")).toBeNull();
  });

  test.each([
    [NUMBER, "phone"],
    ["exact:1234567890", "exact"],
    ["lid:123456789", "lid"],
    ["bsuid:BR.abc123", "bsuid"],
  ])("%s is of the kind %s", async (key, kind) => {
    await using scene = await open();
    const ana = await addUser(scene);
    await map(scene, ana, { key });
    expect(only(await rows(scene, ana))).toMatchObject({ kind });
  });

  test("nobody's number is not kept", async () => {
    await using scene = await open();
    const mapping = claim("nobody");
    expect(await scene.first.addMapping(mapping, null, scene.now)).toBeNull();
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([]);
  });

  test("the same number in the same scope is one row, in another scope another", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const first = await map(scene, ana);
    expect(await map(scene, ana)).toBe(first);
    const scoped = await map(scene, ana, { connectionKey: scene.here });
    expect(await map(scene, ana, { connectionKey: scene.here })).toBe(scoped);
    expect(ids(await rows(scene, ana))).toEqual([scoped, first]);
  });

  test("writing it again changes the text of the number and keeps since when it is proven", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await map(scene, ana);
    const verifiedAt = scene.now;
    scene.pass(SECOND);
    const number = { number: "(11) 98765-4321", key: NUMBER, keyVersion: "2/test" };
    await scene.second.addMapping({ ...claim(ana), number }, null, scene.now);
    expect(only(await rows(scene, ana))).toMatchObject({
      number: "(11) 98765-4321",
      isVerified: 1,
      verifiedAt,
    });
  });

  test("what is proven stays proven when its user claims it again, and no code waits for it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await map(scene, ana);
    await scene.first.addMapping(claim(ana), challenge(scene), scene.now);
    expect(only(await rows(scene, ana))).toMatchObject({
      isVerified: 1,
      source: "admin",
      codeExpiresAt: null,
    });
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([verified(ana)]);
  });

  test("a claim shows until when its code is good, and an admin's word closes it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await scene.first.addMapping(claim(ana), challenge(scene), scene.now);
    const open_ = { isVerified: 0, source: "self", verifiedAt: null, codeExpiresAt: scene.now + SECOND };
    expect(only(await rows(scene, ana))).toMatchObject(open_);
    await map(scene, ana, { isVerified: false });
    expect(only(await rows(scene, ana))).toMatchObject({ ...open_, source: "admin" });
    await map(scene, ana);
    const closed = { isVerified: 1, verifiedAt: scene.now, codeExpiresAt: null };
    expect(only(await rows(scene, ana))).toMatchObject(closed);
  });

  test("an admin's unproven mapping stays the admin's when its user claims it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await map(scene, ana, { isVerified: false });
    await scene.first.addMapping(claim(ana), challenge(scene), scene.now);
    expect(only(await rows(scene, ana))).toMatchObject({ source: "admin", isVerified: 0 });
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([{ userId: ana, isVerified: false }]);
  });

  test("a mapping is taken away by its own user alone", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const mappingId = await map(scene, ana);
    await map(scene, ana, { key: OTHER_NUMBER });
    expect(await scene.first.removeMapping(bia, mappingId)).toBe(false);
    expect(await scene.first.removeMapping(ana, mappingId)).toBe(true);
    expect(await scene.first.removeMapping(ana, mappingId)).toBe(false);
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([]);
    expect(await named(scene, "whatsapp_user_mapping", [OTHER_NUMBER])).toEqual([verified(ana)]);
  });

  test("a claim that was never proven takes no proof along when it goes", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await profile(scene, ana);
    const claimId = must(await scene.first.addMapping(claim(ana), null, scene.now));
    expect(await scene.first.removeMapping(ana, claimId)).toBe(true);
    expect(await named(scene, "profiles")).toEqual([verified(ana)]);
  });

  test("the number of a mapping that is taken away counts in its user's profile no more", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const mappingId = await map(scene, ana);
    await profile(scene, ana);
    await profile(scene, bia);
    await scene.first.removeMapping(ana, mappingId);
    expect(await named(scene, "profiles")).toEqual([verified(bia)]);
  });
}

function claim(userId: string): NewMapping {
  return { userId, connectionKey: null, number: numberOf(NUMBER), isVerified: false, source: "self" };
}

function challenge(scene: Scene): Challenge {
  return { codeHash: "00", expiresAt: scene.now + SECOND };
}

async function rows(scene: Scene, userId: string) {
  return must(await scene.second.mappings(userId));
}
