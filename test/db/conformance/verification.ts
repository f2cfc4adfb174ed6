// One-time codes: a message with the right one proves whose its number is.
import { expect, test } from "bun:test";
import type { NewMapping } from "../../../src/db/store-users.ts";
import { CODE_LIFE_MS, CODE_TRIES_MAX, hashCode } from "../../../src/identity/verification.ts";
import { message } from "../arrivals.ts";
import { NUMBER, OTHER_NUMBER, addUser, map, named, numberOf, profile, verified } from "../identified.ts";
import { type OpenScene, type Scene, must, only } from "../scene.ts";

const CODE = "LULL-7GQ2MW4K";
const OTHER_CODE = "LULL-ABCDEFGH";
const WRONG = "LULL-22222222";

export function verificationConformance(open: OpenScene): void {
  test("the right code from the number proves it, and is used up", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await claim(scene, ana);
    expect(await owners(scene)).toEqual([]);
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([verified(ana)]);
    const row = { isVerified: 1, verifiedAt: scene.now, codeExpiresAt: null, source: "self" };
    expect(only(must(await scene.second.mappings(ana)))).toMatchObject(row);
  });

  test("a proven number is proven in its user's profile too, and another number there is not", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await profile(scene, ana, { isVerified: false });
    await profile(scene, bia, { isVerified: false });
    await claim(scene, ana);
    await claim(scene, bia, { key: OTHER_NUMBER, code: OTHER_CODE });
    await sends(scene, CODE);
    await sends(scene, OTHER_CODE, { phone: OTHER_NUMBER });
    expect(await named(scene, "profiles")).toEqual([verified(ana)]);
    expect(await scene.second.profile(bia)).toMatchObject({ isVerified: 0 });
  });

  test("of two who claim a number the code proves the one it was made for", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await claim(scene, ana);
    await claim(scene, bia, { code: OTHER_CODE });
    await sends(scene, OTHER_CODE);
    expect(await owners(scene)).toEqual([verified(bia)]);
  });

  test("the right code from another number proves nothing", async () => {
    await using scene = await open();
    await claim(scene, await addUser(scene));
    await sends(scene, CODE, { phone: OTHER_NUMBER });
    expect(await owners(scene)).toEqual([]);
    expect(await owners(scene, OTHER_NUMBER)).toEqual([]);
  });

  test("a code is good until its moment and not at it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await claim(scene, ana);
    scene.pass(CODE_LIFE_MS);
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([]);
    await claim(scene, ana);
    scene.pass(CODE_LIFE_MS - 1);
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([verified(ana)]);
  });

  test("wrong codes count against every open claim of the number, until they are dead", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await claim(scene, ana);
    for (let tries = 1; tries < CODE_TRIES_MAX; tries++) await sends(scene, WRONG);
    await claim(scene, bia, { code: OTHER_CODE });
    await sends(scene, WRONG);
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([]);
    await sends(scene, OTHER_CODE);
    expect(await owners(scene)).toEqual([verified(bia)]);
  });

  test("one wrong code is a try against each of those who claim the number", async () => {
    await using scene = await open();
    await claim(scene, await addUser(scene));
    await claim(scene, await addUser(scene), { code: OTHER_CODE });
    for (let tries = 0; tries < CODE_TRIES_MAX; tries++) await sends(scene, WRONG);
    for (const code of [CODE, OTHER_CODE]) await sends(scene, code);
    expect(await owners(scene)).toEqual([]);
  });

  test("writing a claim again without a new code gives the old one no new tries", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await claim(scene, ana);
    for (let tries = 0; tries < CODE_TRIES_MAX; tries++) await sends(scene, WRONG);
    await map(scene, ana, { isVerified: false, source: "self" });
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([]);
  });

  test("the last try that is left still counts", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await claim(scene, ana);
    for (let tries = 1; tries < CODE_TRIES_MAX; tries++) await sends(scene, WRONG);
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([verified(ana)]);
  });

  test("a new code takes the old one's place and has all its tries", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await claim(scene, ana);
    for (let tries = 0; tries < CODE_TRIES_MAX; tries++) await sends(scene, WRONG);
    await claim(scene, ana, { code: OTHER_CODE });
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([]);
    await sends(scene, OTHER_CODE);
    expect(await owners(scene)).toEqual([verified(ana)]);
  });

  test("a claim in one connection, or of its user, is not proven by a message in another", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const bia = await addUser(scene, scene.here);
    await claim(scene, ana, { connectionKey: scene.here });
    await claim(scene, bia, { code: OTHER_CODE });
    for (const code of [CODE, OTHER_CODE]) await sends(scene, code, { connection: scene.there });
    expect(await owners(scene)).toEqual([]);
    await sends(scene, CODE);
    expect(await owners(scene)).toEqual([verified(ana)]);
  });

  test("a code changes nothing where no claim is open", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const version = scene.first.identityVersion();
    expect(await sends(scene, CODE)).toMatchObject({ action: "buffered" });
    expect(scene.first.identityVersion()).toBe(version);
    expect(await scene.second.mappings(ana)).toEqual([]);
  });
}

interface Claim {
  key?: string;
  code?: string;
  connectionKey?: number | null;
}

async function claim(scene: Scene, userId: string, how: Claim = {}): Promise<void> {
  const { key = NUMBER, code = CODE, connectionKey = null } = how;
  const mapping: NewMapping = {
    userId,
    connectionKey,
    number: numberOf(key),
    isVerified: false,
    source: "self",
  };
  const challenge = { codeHash: hashCode(code), expiresAt: scene.now + CODE_LIFE_MS };
  await scene.first.addMapping(mapping, challenge, scene.now);
}

const lastIds = new WeakMap<Scene, number>();

/** A message with a code comes from a number. */
function sends(
  scene: Scene,
  verificationCode: string,
  { phone = NUMBER, connection = scene.here }: { phone?: string; connection?: number } = {},
) {
  const messageId = (lastIds.get(scene) ?? 0) + 1;
  lastIds.set(scene, messageId);
  return scene.receive(message(messageId, { verificationCode, facts: { contactPhone: phone } }), {
    connection,
  });
}

function owners(scene: Scene, key = NUMBER) {
  return named(scene, "whatsapp_user_mapping", [key]);
}
