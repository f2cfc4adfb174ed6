// Buckets: one of each user, contact and number for ever; what follows whom; which were there before lull.
import { expect, test } from "bun:test";
import type { BucketParty } from "../../../src/db/store-buckets.ts";
import { deletion } from "../arrivals.ts";
import { ALL, NUMBER, OTHER_NUMBER, addUser, refusal } from "../identified.ts";
import {
  CONTACT,
  archiveMessage,
  bucketRow,
  ensure,
  ensureReady,
  ofContact,
  ofNumber,
  ofUser,
  spool,
  uploads,
  want,
  workOff,
} from "../kept.ts";
import { type OpenScene, type Scene, must, only } from "../scene.ts";

const RACERS = 20;
const PARTIES: [string, (scene: Scene) => Promise<BucketParty>][] = [
  ["a user", async (scene) => ofUser(scene, await addUser(scene), { contactRef: CONTACT, phoneKey: NUMBER })],
  ["a contact", (scene) => Promise.resolve(ofContact(scene, { phoneKey: NUMBER }))],
  ["a number", (scene) => Promise.resolve(ofNumber(scene))],
];
const CONFLICT = { name: "StoreError", kind: "conflict" };

export function bucketConformance(open: OpenScene): void {
  mappings(open);
  newcomers(open);
  imports(open);
}

function mappings(open: OpenScene): void {
  test.each(PARTIES)(
    "%s has one bucket, whoever asks at once, and one of them has made it",
    async (_who, party) => {
      await using scene = await open();
      const whose = await party(scene);
      const asked = Array.from({ length: RACERS }, (_, nth) =>
        (nth % 2 === 0 ? scene.first : scene.second).ensureBucket(whose, `bucket-${nth}`, scene.now),
      );
      const buckets = (await Promise.all(asked)).map(must);
      expect(new Set(buckets.map(({ name }) => name)).size).toBe(1);
      expect(buckets.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect((await scene.second.listBuckets(ALL)).data).toHaveLength(1);
      const { name } = only(buckets.filter(({ isNew }) => isNew));
      expect(await scene.second.bucketOf(whose)).toEqual({ name, state: "creating" });
      await scene.first.bucketReady(name, scene.now);
      const again = await scene.second.ensureBucket(whose, "late", scene.now);
      expect(again).toEqual({ name, state: "ready", isNew: false, followedBy: [] });
    },
  );

  test("whoever is somebody else has another one", async () => {
    await using scene = await open();
    const parties = [
      ofUser(scene, await addUser(scene)),
      ofUser(scene, await addUser(scene)),
      ofContact(scene),
      ofContact(scene, { contactRef: "contact_6_account_3" }),
      ofContact(scene, { connectionKey: scene.there }),
      ofNumber(scene),
      ofNumber(scene, { phoneKey: OTHER_NUMBER }),
      ofNumber(scene, { connectionKey: scene.there }),
    ];
    for (const [nth, party] of parties.entries())
      expect(await ensure(scene, party, `bucket-${nth}`)).toMatchObject({
        name: `bucket-${nth}`,
        isNew: true,
      });
    const names = await Promise.all(
      parties.map(async (party) => must(await scene.second.bucketOf(party)).name),
    );
    expect(names).toEqual(parties.map((_, nth) => `bucket-${nth}`));
  });

  test("a contact's is the contact's, whatever number it has", async () => {
    await using scene = await open();
    await ensure(scene, ofNumber(scene), "of-number");
    await ensure(scene, ofContact(scene, { phoneKey: NUMBER }), "of-contact");
    const moved = ofContact(scene, { phoneKey: OTHER_NUMBER });
    expect(await ensure(scene, moved, "another")).toMatchObject({ name: "of-contact", isNew: false });
    expect(await ensure(scene, ofNumber(scene), "another")).toMatchObject({ name: "of-number" });
  });

  test("a user's is the same in every connection and however they come", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensure(scene, ofUser(scene, ana), "of-ana");
    for (const rest of [{ connectionKey: scene.there }, { contactRef: CONTACT }, { phoneKey: NUMBER }])
      expect(await ensure(scene, ofUser(scene, ana, rest), "another")).toMatchObject({ name: "of-ana" });
  });

  test("nobody, and a user that is none, have none", async () => {
    await using scene = await open();
    const nobodies = [
      ofContact(scene, { contactRef: null }),
      ofUser(scene, "nobody", { contactRef: CONTACT }),
    ];
    for (const nobody of nobodies) {
      expect(await scene.first.ensureBucket(nobody, "bucket-1", scene.now)).toBeNull();
      expect(await scene.first.bucketOf(nobody)).toBeNull();
    }
    expect((await scene.second.listBuckets(ALL)).data).toEqual([]);
  });

  test("a question makes none", async () => {
    await using scene = await open();
    expect(await scene.first.bucketOf(ofContact(scene))).toBeNull();
    expect(await scene.first.bucketRowOf(await addUser(scene))).toBeNull();
    expect(await scene.first.bucketRow("bucket-1")).toBeNull();
    expect((await scene.second.listBuckets(ALL)).data).toEqual([]);
  });

  test("a list tells whose each is, newest first and page by page", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensure(scene, ofContact(scene), "of-contact");
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    const page = await scene.second.listBuckets({ limit: 1, cursor: null, state: null });
    expect(page.data).toMatchObject([{ name: "of-ana", kind: "user", state: "ready", userId: ana }]);
    const rest = await scene.second.listBuckets({ limit: 1, cursor: page.nextCursor, state: null });
    expect(rest.data).toMatchObject([
      { name: "of-contact", kind: "contact", state: "creating", contactId: CONTACT, connection: "here" },
    ]);
    expect(rest.nextCursor).toBeNull();
    expect((await scene.second.listBuckets({ ...ALL, state: "ready" })).data).toHaveLength(1);
    expect((await scene.second.knownBuckets()).map(({ name }) => name)).toEqual(["of-ana", "of-contact"]);
  });
}

function newcomers(open: OpenScene): void {
  test("a user takes over what was kept for the contact and the number: objects, conversation, what waits", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    await ensureReady(scene, ofNumber(scene), "of-number");
    await spool(scene, "of-contact", "v1/a");
    await want(scene, "of-number", { objectName: "v1/b/" });
    const ana = ofUser(scene, await addUser(scene), { contactRef: CONTACT, phoneKey: NUMBER });
    const bucket = await ensure(scene, ana, "of-ana");
    expect(bucket).toMatchObject({ name: "of-ana", isNew: true });
    expect(bucket.followedBy.toSorted()).toEqual(["of-contact", "of-number"]);
    for (const name of bucket.followedBy) {
      const retired = { state: "retired", reason: "moved", formerOwner: CONTACT, retiredAt: scene.now };
      expect(await bucketRow(scene, name)).toMatchObject({ ...retired, userId: null, contactId: null });
    }
    expect(await uploads(scene)).toEqual([]);
    await scene.first.bucketReady("of-ana", scene.now);
    expect(await uploads(scene)).toEqual([["of-ana", "v1/a"]]);
    const moves = await workOff(scene);
    expect(moves.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ["move", "of-contact", "of-ana"],
      ["move", "of-number", "of-ana"],
    ]);
    expect(await ensure(scene, ana, "another")).toMatchObject({ isNew: false, followedBy: [] });
    expect(await workOff(scene)).toEqual([]);
  });

  test("a contact that was taken over, and is unknown again, has its own bucket again, however often", async () => {
    await using scene = await open();
    const ana = ofUser(scene, await addUser(scene), { contactRef: CONTACT });
    await ensure(scene, ofContact(scene), "of-contact");
    for (let times = 0; times < 3; times++) {
      await ensureReady(scene, ana, "of-ana");
      // Once it is empty.
      await workOff(scene);
      const back = await ensure(scene, ofContact(scene), "another");
      expect(back).toMatchObject({ name: "of-contact", state: "creating", isNew: false });
      await scene.first.bucketReady("of-contact", scene.now);
    }
    const there = ofContact(scene, { connectionKey: scene.there });
    await ensure(scene, ana, "of-ana");
    await workOff(scene);
    expect(await ensure(scene, there, "there")).toMatchObject({ name: "there", isNew: true });
  });

  test("of many asked together a user takes over what the contact had, though the contact is asked for first", async () => {
    await using scene = await open();
    const ana = ofUser(scene, await addUser(scene), { contactRef: CONTACT });
    const asked = [
      { party: ofContact(scene), newName: "of-contact" },
      { party: ana, newName: "of-ana" },
    ];
    const first = await scene.first.ensureBuckets(asked, scene.now);
    expect(first.map((bucket) => bucket?.name)).toEqual(["of-contact", "of-ana"]);
    for (const bucket of first)
      expect(await scene.second.bucketRow(bucket?.name ?? "")).toMatchObject({ state: "creating" });
  });

  test("an import that the store never had gives way to another", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    expect(await scene.first.importBucket(ana, "mistaken", scene.now)).toBe(true);
    expect(await scene.second.importBucket(ana, "right", scene.now)).toBe(true);
    expect(await scene.first.bucketRowOf(ana)).toMatchObject({ name: "right", state: "creating" });
    expect(await scene.first.bucketRow("mistaken")).toBeNull();
    await scene.first.bucketReady("right", scene.now);
    expect(await refusal(scene.first.importBucket(ana, "third", scene.now))).toMatchObject(CONFLICT);
  });

  test("a user takes over nothing of another connection, contact or number", async () => {
    await using scene = await open();
    await ensure(scene, ofContact(scene, { connectionKey: scene.there }), "there");
    await ensure(scene, ofContact(scene, { contactRef: "contact_6_account_3" }), "other-contact");
    await ensure(scene, ofNumber(scene, { phoneKey: OTHER_NUMBER }), "other-number");
    const ana = ofUser(scene, await addUser(scene), { contactRef: CONTACT, phoneKey: NUMBER });
    expect(await ensure(scene, ana, "of-ana")).toMatchObject({ followedBy: [] });
    expect((await scene.second.listBuckets({ ...ALL, state: "retired" })).data).toEqual([]);
  });

  test("nothing is moved out of a bucket that was never made, and nobody makes it any more", async () => {
    await using scene = await open();
    await ensure(scene, ofContact(scene), "of-contact");
    await ensureReady(scene, ofUser(scene, await addUser(scene), { contactRef: CONTACT }), "of-ana");
    expect(await workOff(scene)).toEqual([]);
    expect(await scene.first.nextBucketToMake(scene.now)).toBeNull();
    await scene.first.bucketReady("of-contact", scene.now);
    expect(await bucketRow(scene, "of-contact")).toMatchObject({ state: "retired" });
  });

  test("a conversation follows: what is deleted in it is sought where its objects are now", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    const place = await archiveMessage(scene, 10, "of-contact");
    await ensureReady(scene, ofUser(scene, await addUser(scene), { contactRef: CONTACT }), "of-ana");
    await scene.receive(deletion(10));
    expect(await workOff(scene)).toEqual([
      ["move", "of-contact", "of-ana"],
      ["remove", "of-ana", place],
    ]);
  });

  test("a contact whose bucket is being erased becomes a user all the same, and nothing of it follows", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    await scene.first.eraseBucket("of-contact", scene.now);
    const ana = ofUser(scene, await addUser(scene), { contactRef: CONTACT });
    expect(await ensure(scene, ana, "of-ana")).toMatchObject({ isNew: true, followedBy: ["of-contact"] });
    await scene.first.bucketReady("of-ana", scene.now);
    expect(await workOff(scene)).toEqual([["erase", "of-contact", null]]);
  });
}

function imports(open: OpenScene): void {
  test("a bucket that was there before lull is a user's, once, and is looked at like one to be made", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    expect(await scene.first.importBucket(ana, "old-one", scene.now)).toBe(true);
    expect(await scene.second.importBucket(ana, "old-one", scene.now)).toBe(true);
    expect(await ensure(scene, ofUser(scene, ana), "another")).toMatchObject({
      name: "old-one",
      isNew: false,
    });
    expect(await bucketRow(scene, "old-one")).toMatchObject({ source: "imported", userId: ana });
    expect(await scene.second.nextBucketToMake(scene.now)).toMatchObject({
      name: "old-one",
      source: "imported",
    });
    expect(await scene.first.importBucket("nobody", "old-two", scene.now)).toBe(false);
    expect(await scene.first.bucketRow("old-two")).toBeNull();
  });

  test("it is not imported when its user has another one, or it is somebody's, and then nothing has changed", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await ensure(scene, ofUser(scene, ana), "of-ana");
    await ensure(scene, ofContact(scene), "of-contact");
    const before = await scene.second.listBuckets(ALL);
    const refused = [
      [ana, "old-one"],
      [bia, "of-ana"],
      [bia, "of-contact"],
    ] as const;
    for (const [userId, name] of refused)
      expect(await refusal(scene.first.importBucket(userId, name, scene.now))).toMatchObject(CONFLICT);
    expect(await scene.second.listBuckets(ALL)).toEqual(before);
    expect(await scene.second.bucketOf(ofUser(scene, bia))).toBeNull();
  });

  test("one that another importer was quicker with is theirs", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const ends = await Promise.allSettled([
      scene.first.importBucket(ana, "old-one", scene.now),
      scene.second.importBucket(bia, "old-one", scene.now),
    ]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await scene.second.listBuckets(ALL)).data).toHaveLength(1);
  });
}
