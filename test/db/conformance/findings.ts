// What each place says of an address: whom it names, in which connection, and who is named no more.
import { expect, test } from "bun:test";
import { LAYERS } from "../../../src/identity/layers.ts";
import {
  NUMBER,
  OTHER_NUMBER,
  PLACES,
  addUser,
  addUsers,
  configure,
  findings,
  map,
  named,
  namedIn,
  profile,
  verified,
} from "../identified.ts";
import type { OpenScene } from "../scene.ts";

const SCOPED = ["whatsapp_user_mapping", "user_whatsapp_config"] as const;

export function findingConformance(open: OpenScene): void {
  test("an address that nobody has is nobody's in every layer", async () => {
    await using scene = await open();
    await map(scene, await addUser(scene), { key: OTHER_NUMBER });
    expect(await scene.second.findings(scene.here, [NUMBER])).toEqual(findings());
    expect(await scene.second.findings(scene.here, [])).toEqual(findings());
  });

  test.each(LAYERS)("%s names its user, and no other layer does", async (layer) => {
    await using scene = await open();
    const ana = await addUser(scene);
    await PLACES[layer](scene, ana);
    expect(await scene.second.findings(scene.here, [NUMBER])).toEqual(findings(layer, namedIn(layer, ana)));
  });

  test.each(LAYERS)("%s finds any of the forms of an address, and tells a user once", async (layer) => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const keys = [NUMBER, "exact:11987654321", "exact:5511987654321"];
    for (const key of keys) await PLACES[layer](scene, ana, key);
    expect(await named(scene, layer, keys)).toEqual([namedIn(layer, ana)]);
    await PLACES[layer](scene, bia, "exact:5511987654321");
    const both = (await named(scene, layer, keys)).map(({ userId }) => userId);
    expect(both.toSorted()).toEqual([ana, bia].toSorted());
  });

  test.each(LAYERS)("%s names three users at most", async (layer) => {
    await using scene = await open();
    const users = await addUsers(scene, 5);
    for (const userId of users) await PLACES[layer](scene, userId);
    const three = await named(scene, layer);
    expect(new Set(three.map(({ userId }) => userId)).size).toBe(3);
  });

  test.each(LAYERS)("%s names no user of another connection", async (layer) => {
    await using scene = await open();
    const [ours, theirs] = [await addUser(scene, scene.here), await addUser(scene, scene.there)];
    await PLACES[layer](scene, theirs);
    expect(await named(scene, layer)).toEqual([]);
    await PLACES[layer](scene, ours);
    expect(await named(scene, layer)).toEqual([namedIn(layer, ours)]);
  });

  test.each(SCOPED)("a row of %s counts in its own connection, or in all without one", async (layer) => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const add = layer === "user_whatsapp_config" ? configure : map;
    await add(scene, ana, { connectionKey: scene.there });
    expect(await named(scene, layer)).toEqual([]);
    expect(await named(scene, layer, [NUMBER], scene.there)).toEqual([verified(ana)]);
    await add(scene, bia);
    expect(await named(scene, layer)).toEqual([verified(bia)]);
    expect(await named(scene, layer, [NUMBER], scene.there)).toEqual([verified(ana), verified(bia)]);
  });

  test("a mapping that a user claims names nobody, one that an admin doubts names its user as unproven", async () => {
    await using scene = await open();
    const [ana, bia, eva] = [await addUser(scene), await addUser(scene), await addUser(scene)];
    await map(scene, ana, { isVerified: false, source: "self" });
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([]);
    await map(scene, bia, { isVerified: false, source: "admin" });
    const unproven = { userId: bia, isVerified: false };
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([unproven]);
    await map(scene, eva, { source: "self" });
    expect(await named(scene, "whatsapp_user_mapping")).toEqual([verified(eva), unproven]);
  });

  test("users who are proven stand before any number of others", async () => {
    await using scene = await open();
    const others = await addUsers(scene, 4);
    for (const userId of others) await map(scene, userId, { isVerified: false });
    const ana = await addUser(scene);
    await map(scene, ana);
    const [first, ...rest] = await named(scene, "whatsapp_user_mapping");
    expect(first).toEqual(verified(ana));
    expect(rest.map(({ isVerified }) => isVerified)).toEqual([false, false]);
  });

  test("a line that is switched off or not confirmed names nobody", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await configure(scene, ana, { isActive: false });
    const id = await configure(scene, ana, { isVerified: false });
    expect(await named(scene, "user_whatsapp_config")).toEqual([]);
    await scene.first.changeLineConfig(null, id, { isVerified: true }, scene.now);
    expect(await named(scene, "user_whatsapp_config")).toEqual([verified(ana)]);
  });

  test("a profile's number names nobody until it is proven", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await profile(scene, ana, { isVerified: false });
    expect(await named(scene, "profiles")).toEqual([]);
    await profile(scene, ana);
    expect(await named(scene, "profiles")).toEqual([verified(ana)]);
  });
}
