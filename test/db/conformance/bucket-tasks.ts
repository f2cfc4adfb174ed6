// Work on buckets: which task is next, what must wait for what, and what two of them at once would spoil.
import { expect, test } from "bun:test";
import { deletion } from "../arrivals.ts";
import { ALL, addUser, refusal } from "../identified.ts";
import {
  CONTACT,
  archiveMessage,
  bucketRow,
  ensureReady,
  ensure,
  nextTask,
  ofContact,
  ofUser,
  spool,
  uploads,
  want,
  workOff,
} from "../kept.ts";
import { type OpenScene, SECOND, must } from "../scene.ts";

const CONFLICT = { name: "StoreError", kind: "conflict" };

export function bucketTaskConformance(open: OpenScene): void {
  merging(open);
  erasing(open);
  removing(open);
  working(open);
}

function merging(open: OpenScene): void {
  test("what is in a bucket of nobody's follows into a user's, known to lull or not", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await ensureReady(scene, ofUser(scene, bia), "of-bia");
    await scene.first.deleteUser(bia, scene.now);
    const taskIds = [
      await scene.first.mergeBucket("of-bia", ana, "another", scene.now),
      await scene.first.mergeBucket("old-one", ana, "another", scene.now),
    ];
    expect(await workOff(scene)).toEqual([
      ["move", "of-bia", "of-ana"],
      ["move", "old-one", "of-ana"],
    ]);
    expect(await bucketRow(scene, "old-one")).toMatchObject({ state: "retired", source: "imported" });
    for (const id of taskIds)
      expect(await scene.second.bucketTask(must(id))).toMatchObject({ kind: "move", state: "done" });
  });

  test("a user who has none gets one by it, and the objects wait until it is there", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await scene.first.mergeBucket("old-one", ana, "of-ana", scene.now);
    expect(await bucketRow(scene, "of-ana")).toMatchObject({ userId: ana, state: "creating" });
    expect(await nextTask(scene)).toBeNull();
    expect(await scene.second.nextBucketTaskAt(scene.now - 1)).toBeNull();
    await scene.first.bucketReady("of-ana", scene.now);
    expect(await workOff(scene)).toEqual([["move", "old-one", "of-ana"]]);
  });

  test("it is refused for a bucket that is somebody's or under way already, and for nobody nothing happens", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await ensureReady(scene, ofContact(scene), "of-contact");
    await scene.first.mergeBucket("old-one", ana, "another", scene.now);
    const before = await scene.second.listBuckets(ALL);
    for (const name of ["of-ana", "of-contact", "old-one"])
      expect(await refusal(scene.first.mergeBucket(name, bia, "of-bia", scene.now))).toMatchObject(CONFLICT);
    expect(await scene.first.mergeBucket("old-two", "nobody", "another", scene.now)).toBeNull();
    expect(await scene.second.listBuckets(ALL)).toEqual(before);
    expect((await scene.second.listBucketTasks(ALL)).data).toHaveLength(1);
  });

  test("a conversation that was archived there follows, too", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await ensureReady(scene, ofUser(scene, bia), "of-bia");
    const place = await archiveMessage(scene, 10, "of-bia");
    await scene.first.deleteUser(bia, scene.now);
    await scene.first.mergeBucket("of-bia", ana, "another", scene.now);
    await scene.receive(deletion(10));
    expect(await workOff(scene)).toEqual([
      ["move", "of-bia", "of-ana"],
      ["remove", "of-ana", place],
    ]);
  });
}

function erasing(open: OpenScene): void {
  test("a bucket is emptied with all that waits for it, and is still whose it was", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await ensureReady(scene, ofContact(scene), "of-contact");
    for (const name of ["of-ana", "of-contact"]) {
      await spool(scene, name, "v1/a");
      await want(scene, name);
    }
    const taskId = must(await scene.first.eraseBucket("of-ana", scene.now));
    expect(await uploads(scene)).toEqual([["of-contact", "v1/a"]]);
    expect(await scene.second.dueFetches(scene.now, 10)).toHaveLength(1);
    expect(await bucketRow(scene, "of-ana")).toMatchObject({ userId: ana, state: "ready" });
    expect(await workOff(scene)).toEqual([["erase", "of-ana", null]]);
    expect(await scene.second.bucketTask(taskId)).toMatchObject({ state: "done", doneAt: scene.now });
    expect(await scene.first.eraseBucket("nothing", scene.now)).toBeNull();
  });

  test("it is refused while another task is under way, and then nothing has changed", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await spool(scene, "of-ana", "v1/a");
    await scene.first.mergeBucket("old-one", ana, "another", scene.now);
    expect(await refusal(scene.first.eraseBucket("old-one", scene.now))).toMatchObject(CONFLICT);
    await scene.first.eraseBucket("of-ana", scene.now);
    await spool(scene, "of-ana", "v1/b");
    expect(await refusal(scene.first.eraseBucket("of-ana", scene.now))).toMatchObject(CONFLICT);
    // What comes now waits until the bucket is empty: it is not to be erased with the rest.
    expect(await uploads(scene)).toEqual([]);
    await workOff(scene);
    expect(await uploads(scene)).toEqual([["of-ana", "v1/b"]]);
    expect(await scene.first.eraseBucket("of-ana", scene.now)).not.toBeNull();
  });
}

function removing(open: OpenScene): void {
  test("a deleted message takes what waits of it along, and what is stored of it", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    const place = await archiveMessage(scene, 10, "of-contact");
    const other = await archiveMessage(scene, 11, "of-contact");
    await spool(scene, "of-contact", `${place}a`, `${place}b`, `${other}a`);
    await want(scene, "of-contact", { objectName: place });
    await scene.receive(deletion(10));
    expect(await uploads(scene)).toEqual([["of-contact", `${other}a`]]);
    expect(await scene.second.dueFetches(scene.now, 10)).toEqual([]);
    expect(await workOff(scene)).toEqual([["remove", "of-contact", place]]);
  });

  test("message 1 goes without message 10", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    await archiveMessage(scene, 1, "of-contact");
    const ten = await archiveMessage(scene, 10, "of-contact");
    await spool(scene, "of-contact", `${ten}a`);
    await scene.receive(deletion(1));
    expect(await uploads(scene)).toEqual([["of-contact", `${ten}a`]]);
  });

  test("one that is deleted before anything was archived leaves nothing to do", async () => {
    await using scene = await open();
    await scene.say(10);
    await scene.receive(deletion(10));
    await scene.receive(deletion(11));
    expect(await workOff(scene)).toEqual([]);
  });

  test("any number of them wait beside each other and beside an erasure", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    const places = [
      await archiveMessage(scene, 10, "of-contact"),
      await archiveMessage(scene, 11, "of-contact"),
    ];
    await scene.receive(deletion(10));
    await scene.first.eraseBucket("of-contact", scene.now);
    await scene.receive(deletion(11));
    expect(await workOff(scene)).toEqual([
      ["remove", "of-contact", places[0]],
      ["erase", "of-contact", null],
      ["remove", "of-contact", places[1]],
    ]);
  });

  test("a move waits for what is to be removed first, though that was put off", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    const place = await archiveMessage(scene, 10, "of-contact");
    await scene.receive(deletion(10));
    await scene.first.delayTask(must(await nextTask(scene)).key, "storage_unavailable", scene.now + SECOND);
    await ensureReady(scene, ofUser(scene, await addUser(scene), { contactRef: CONTACT }), "of-ana");
    expect(await nextTask(scene)).toBeNull();
    scene.pass(SECOND);
    expect(await workOff(scene)).toEqual([
      ["remove", "of-contact", place],
      ["move", "of-contact", "of-ana"],
    ]);
  });

  test("a removal waits for what is still to come into its bucket, though that was put off", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "of-contact");
    const place = await archiveMessage(scene, 10, "of-contact");
    await ensureReady(scene, ofUser(scene, await addUser(scene), { contactRef: CONTACT }), "of-ana");
    await scene.first.delayTask(must(await nextTask(scene)).key, "storage_unavailable", scene.now + SECOND);
    await scene.receive(deletion(10));
    expect(await nextTask(scene)).toBeNull();
    scene.pass(SECOND);
    expect(await workOff(scene)).toEqual([
      ["move", "of-contact", "of-ana"],
      ["remove", "of-ana", place],
    ]);
  });
}

function working(open: OpenScene): void {
  test("tasks come in the order they came due, count what they did, and tell why they wait", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "bucket-1");
    await ensureReady(scene, ofContact(scene, { contactRef: "contact_6_account_3" }), "bucket-2");
    const id = must(await scene.first.eraseBucket("bucket-1", scene.now));
    scene.pass(SECOND);
    await scene.first.eraseBucket("bucket-2", scene.now);
    const task = must(await nextTask(scene));
    expect(task).toMatchObject({ id, kind: "erase", bucketName: "bucket-1", intoBucket: null, attempts: 0 });
    await scene.first.countTask(task.key, 100);
    await scene.first.countTask(task.key, 20);
    await scene.first.delayTask(task.key, "storage_unavailable", scene.now + SECOND);
    expect(await nextTask(scene)).toMatchObject({ bucketName: "bucket-2" });
    expect(await scene.second.nextBucketTaskAt(scene.now)).toBe(scene.now + SECOND);
    const row = {
      objectCount: 120,
      attempts: 1,
      reason: "storage_unavailable",
      state: "waiting",
      doneAt: null,
    };
    expect(await scene.second.bucketTask(id)).toMatchObject({ ...row, bucket: "bucket-1", into: null });
    await scene.first.countTask(task.key, 1);
    expect(await scene.second.bucketTask(id)).toMatchObject({ objectCount: 121, attempts: 0 });
    await scene.first.finishTask(task.key, scene.now);
    await scene.first.delayTask(task.key, "late", scene.now);
    expect(await scene.second.bucketTask(id)).toMatchObject({
      state: "done",
      reason: null,
      doneAt: scene.now,
    });
    expect((await scene.second.listBucketTasks({ ...ALL, state: "waiting" })).data).toHaveLength(1);
    expect(await scene.second.bucketTask("nothing")).toBeNull();
  });

  test("what waits goes along when the wall clock is set", async () => {
    await using scene = await open();
    await ensureReady(scene, ofContact(scene), "bucket-1");
    await scene.first.eraseBucket("bucket-1", scene.now);
    await scene.first.shiftMoments(-3_600 * SECOND);
    expect(await scene.second.nextBucketTask(scene.now - 3_600 * SECOND)).not.toBeNull();
    expect(await scene.second.nextBucketTask(scene.now - 3_601 * SECOND)).toBeNull();
  });

  test("a bucket that is made anew is waited for by what is on its way into it", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensure(scene, ofUser(scene, ana), "of-ana");
    await scene.first.mergeBucket("old-one", ana, "another", scene.now);
    await scene.first.bucketReady("of-ana", scene.now);
    await scene.first.bucketMissing("of-ana", scene.now);
    expect(await nextTask(scene)).toBeNull();
    await scene.first.bucketReady("of-ana", scene.now);
    expect(await workOff(scene)).toHaveLength(1);
  });
}
