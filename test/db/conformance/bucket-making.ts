// Making buckets and leaving them: which is next, what a name that is taken does, what a deleted user leaves.
import { expect, test } from "bun:test";
import { deletion } from "../arrivals.ts";
import { addUser } from "../identified.ts";
import {
  CONTACT,
  archiveMessage,
  bucketRow,
  ensure,
  ensureReady,
  ofContact,
  ofUser,
  spool,
  uploads,
  want,
  workOff,
} from "../kept.ts";
import { type OpenScene, SECOND } from "../scene.ts";

export function bucketMakingConformance(open: OpenScene): void {
  making(open);
  leaving(open);
}

function making(open: OpenScene): void {
  test("buckets are made in the order they came due, and none before its time", async () => {
    await using scene = await open();
    for (const nth of [1, 2, 3]) {
      await ensure(scene, ofContact(scene, { contactRef: `contact_${nth}` }), `bucket-${nth}`);
      scene.pass(SECOND);
    }
    expect(await scene.second.nextBucketToMake(scene.now)).toEqual({
      name: "bucket-1",
      kind: "contact",
      source: "made",
      attempts: 0,
    });
    await scene.first.delayBucket("bucket-1", "rights", scene.now + 60 * SECOND);
    expect(await scene.second.nextBucketToMake(scene.now)).toMatchObject({ name: "bucket-2" });
    await scene.first.bucketReady("bucket-2", scene.now);
    await scene.first.bucketReady("bucket-3", scene.now);
    expect(await scene.second.nextBucketToMake(scene.now)).toBeNull();
    expect(await scene.second.nextBucketAt(scene.now)).toBe(scene.now + 60 * SECOND);
    expect(await bucketRow(scene, "bucket-1")).toMatchObject({ reason: "rights", attempts: 1 });
    scene.pass(60 * SECOND);
    expect(await scene.second.nextBucketToMake(scene.now)).toMatchObject({ name: "bucket-1", attempts: 1 });
    expect(await scene.second.nextBucketAt(scene.now)).toBeNull();
    await scene.first.bucketReady("bucket-1", scene.now);
    const made = { state: "ready", readyAt: scene.now, reason: null, attempts: 0 };
    expect(await bucketRow(scene, "bucket-1")).toMatchObject(made);
  });

  test("what waits goes along when the wall clock is set", async () => {
    await using scene = await open();
    await ensure(scene, ofContact(scene), "bucket-1");
    await scene.first.delayBucket("bucket-1", "rights", scene.now + 60 * SECOND);
    await scene.first.shiftMoments(-3_600 * SECOND);
    expect(await scene.second.nextBucketToMake(scene.now - 3_541 * SECOND)).toBeNull();
    expect(await scene.second.nextBucketToMake(scene.now - 3_540 * SECOND)).toMatchObject({
      name: "bucket-1",
    });
  });

  test("a name that is somebody else's is left: mapping, waiting objects, tasks and conversations go under the new one", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    const place = await archiveMessage(scene, 10, "of-contact");
    const ana = ofUser(scene, await addUser(scene), { contactRef: CONTACT });
    await ensure(scene, ana, "taken");
    await spool(scene, "taken", "v1/a");
    await want(scene, "taken", { objectName: "v1/b/" });
    await scene.first.delayBucket("taken", "theirs", scene.now + 60 * SECOND);
    await scene.first.bucketTaken("taken", "free", scene.now);
    expect(await scene.second.bucketRow("taken")).toBeNull();
    expect(await scene.second.bucketOf(ana)).toEqual({ name: "free", state: "creating" });
    expect(await scene.second.nextBucketToMake(scene.now)).toMatchObject({ name: "free" });
    await scene.receive(deletion(10));
    await scene.first.bucketReady("free", scene.now);
    expect(await uploads(scene)).toEqual([["free", "v1/a"]]);
    expect(await scene.second.dueFetches(scene.now, 10)).toHaveLength(1);
    expect(await workOff(scene)).toEqual([
      ["move", "of-contact", "free"],
      ["remove", "free", place],
    ]);
  });

  test("one that somebody removed is made anew, and nothing goes into it before that", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "bucket-1");
    await spool(scene, "bucket-1", "v1/a");
    await scene.first.bucketMissing("bucket-1", scene.now);
    expect(await uploads(scene)).toEqual([]);
    expect(await scene.second.nextBucketToMake(scene.now)).toMatchObject({ name: "bucket-1" });
    await scene.first.bucketReady("bucket-1", scene.now);
    expect(await uploads(scene)).toEqual([["bucket-1", "v1/a"]]);
  });

  test("one that is retired is neither made nor missed", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await scene.first.deleteUser(ana, scene.now);
    await scene.first.bucketMissing("of-ana", scene.now);
    expect(await scene.second.nextBucketToMake(scene.now)).toBeNull();
    expect(await bucketRow(scene, "of-ana")).toMatchObject({ state: "retired" });
  });
}

function leaving(open: OpenScene): void {
  test("a deleted user's is retired under their id, what waits for it is dropped, and nobody else's is touched", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await ensureReady(scene, ofUser(scene, bia), "of-bia");
    for (const name of ["of-ana", "of-bia"]) {
      await spool(scene, name, `v1/${name}`);
      await want(scene, name);
    }
    await scene.first.deleteUser(ana, scene.now);
    const left = { state: "retired", reason: "user_deleted", formerOwner: ana, userId: null };
    expect(await bucketRow(scene, "of-ana")).toMatchObject(left);
    expect(await uploads(scene)).toEqual([["of-bia", "v1/of-bia"]]);
    expect(await scene.second.dueFetches(scene.now, 10)).toHaveLength(1);
    expect(await scene.second.bucketRowOf(ana)).toBeNull();
    expect(await bucketRow(scene, "of-bia")).toMatchObject({ state: "ready", userId: bia });
  });

  test("what is on its way into a deleted user's bucket still comes there, and can be decided about", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensureReady(scene, ofContact(scene), "of-contact");
    await ensureReady(scene, ofUser(scene, ana, { contactRef: CONTACT }), "of-ana");
    await scene.first.deleteUser(ana, scene.now);
    expect(await workOff(scene)).toEqual([["move", "of-contact", "of-ana"]]);
  });

  test("nothing waits for a deleted user's bucket that was never made: what was to follow stays where it is", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await ensureReady(scene, ofContact(scene), "of-contact");
    await ensure(scene, ofUser(scene, ana, { contactRef: CONTACT }), "of-ana");
    await scene.first.deleteUser(ana, scene.now);
    expect(await workOff(scene)).toEqual([]);
    await ensureReady(scene, ofUser(scene, bia), "of-bia");
    expect(await scene.first.mergeBucket("of-contact", bia, "another", scene.now)).not.toBeNull();
    expect(await workOff(scene)).toEqual([["move", "of-contact", "of-bia"]]);
  });
}
