// Objects on their way into buckets: taken in with what was said, uploaded in order, fetched, given up; each for as long
// as it is wanted there.
import { expect, test } from "bun:test";
import type { FetchedMedia } from "../../../src/db/store-spool.ts";
import { deletion } from "../arrivals.ts";
import { addUser } from "../identified.ts";
import {
  CONTACT,
  archiveMessage,
  bucketRow,
  chatLine,
  due,
  ensure,
  ensureReady,
  media,
  ofContact,
  ofUser,
  spool,
  text,
  unarchived,
  uploads,
  want,
  workOff,
} from "../kept.ts";
import { type OpenScene, type Scene, SECOND, must, only } from "../scene.ts";

const FETCHED: FetchedMedia = {
  objectName: "v1/place/1/hash",
  contentType: "audio/mpeg",
  sizeBytes: 123,
  checksum: "AAAAAA==",
};

export function spoolConformance(open: OpenScene): void {
  takingIn(open);
  sizes(open);
  uploading(open);
  fetching(open);
  leaving(open);
}

function takingIn(open: OpenScene): void {
  test("what is spooled comes out as it went in, and its lines are archived", async () => {
    await using scene = await openWithBucket(open);
    const { key } = await chatLine(scene);
    const body = "Olá \u0000 \ufeff ☀ 😀 '; DROP TABLE storage_spool; --";
    const one = text(key, "bucket-1", { kind: "transcript", body, originalName: "áudio.ogg", checksum: "x" });
    const other = media(scene, key, "bucket-1");
    expect(await take(scene, key, { texts: [one], wanted: [other] })).toBe(true);
    expect(await unarchived(scene)).toEqual([]);
    const { saidKey: _said, ...kept } = one;
    expect(only(await due(scene))).toEqual({
      ...kept,
      key: expect.any(Number),
      id: expect.any(String),
      attempts: 0,
    });
    expect(only(await scene.second.dueFetches(scene.now, 10))).toEqual({
      key: expect.any(Number),
      id: expect.any(String),
      connectionKey: scene.here,
      objectName: other.objectName,
      sourceUrl: other.sourceUrl,
      contentType: other.contentType,
      attempts: 0,
      createdAt: scene.now,
    });
  });

  test("a body that begins with a byte order mark keeps it, and an empty one is one", async () => {
    await using scene = await openWithBucket(open);
    const { key } = await chatLine(scene);
    const bodies = ["\ufeffoi", "", "oi\u0000", "\u0000"];
    await take(scene, key, { texts: bodies.map((body) => text(key, "bucket-1", { body })) });
    expect((await due(scene)).map(({ body }) => body)).toEqual(bodies);
  });

  test("a line that was deleted meanwhile leaves nothing, and those beside it leave theirs", async () => {
    await using scene = await openWithBucket(open);
    await scene.say(10);
    await scene.lull();
    await scene.say(11);
    await scene.lull();
    const [first, second] = (await unarchived(scene)).map(({ key }) => key);
    const texts = [first, second].map((key) => text(must(key), "bucket-1", { objectName: `v1/${key}` }));
    const wanted = [first, second].map((key) => media(scene, must(key), "bucket-1"));
    await scene.receive(deletion(10));
    expect(await take(scene, must(second), { texts, wanted })).toBe(true);
    expect(await uploads(scene)).toEqual([["bucket-1", `v1/${second}`]]);
    expect(await scene.second.dueFetches(scene.now, 10)).toHaveLength(1);
    expect(await unarchived(scene)).toEqual([]);
  });

  test("a bucket that is nobody's any more takes nothing: not a text of the batch is kept, no line is archived", async () => {
    await using scene = await openWithBucket(open);
    const ana = await addUser(scene);
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    const { key } = await chatLine(scene);
    const texts = ["bucket-1", "of-ana"].map((name) => text(key, name));
    const places = ["bucket-1", "of-ana"].map((name) => placeOf(scene, name));
    await scene.first.deleteUser(ana, scene.now);
    expect(await scene.first.spoolSaid({ texts, wanted: [], places }, key, scene.now)).toBe(false);
    expect(await uploads(scene)).toEqual([]);
    expect(await unarchived(scene)).toHaveLength(1);
    expect(await take(scene, key, { texts: [text(key, "bucket-1")] })).toBe(true);
    expect(await uploads(scene)).toEqual([["bucket-1", "v1/place/1/a"]]);
  });

  test("nor does a contact's that has become a user's", async () => {
    await using scene = await openWithBucket(open);
    const { key } = await chatLine(scene);
    await ensure(scene, ofUser(scene, await addUser(scene), { contactRef: CONTACT }), "of-ana");
    expect(await take(scene, key, { texts: [text(key, "bucket-1")] })).toBe(false);
    expect(await unarchived(scene)).toHaveLength(1);
  });

  test("nothing to keep moves the archive on all the same", async () => {
    await using scene = await openWithBucket(open);
    const { key } = await chatLine(scene);
    expect(await scene.first.spoolSaid({ texts: [], wanted: [], places: [] }, key, scene.now)).toBe(true);
    expect(await unarchived(scene)).toEqual([]);
  });
}

function sizes(open: OpenScene): void {
  test("what waits is counted with what is still to be fetched, what was given up is not", async () => {
    await using scene = await openWithBucket(open);
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
    const { key } = await chatLine(scene);
    await take(scene, key, {
      texts: [text(key, "bucket-1", { body: "12345" }), text(key, "bucket-1", { body: "1234567" })],
      wanted: [
        media(scene, key, "bucket-1", { sizeBytes: 1_000 }),
        media(scene, key, "bucket-1", { sizeBytes: 0 }),
      ],
    });
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 4, bytes: 1_012 });
    expect(await scene.second.spooledBytes()).toBe(12);
    const [large, small] = await scene.second.dueFetches(scene.now, 10);
    await scene.first.fetched(must(large).key, { ...FETCHED, sizeBytes: 2_000 }, scene.now);
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 4, bytes: 2_012 });
    expect(await scene.second.spooledBytes()).toBe(2_012);
    await scene.first.giveUpObject(must(large).key, "different");
    await scene.first.giveUpObject(must(small).key, "gone");
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 2, bytes: 12 });
    expect(await scene.second.spooledBytes()).toBe(12);
  });
}

function uploading(open: OpenScene): void {
  test("what is uploaded comes in order, as much as is asked for, and only into buckets that are there", async () => {
    await using scene = await openWithBucket(open);
    await ensure(scene, ofContact(scene, { contactRef: "contact_6_account_3" }), "not-yet");
    await spool(scene, "not-yet", "v1/0");
    await spool(scene, "bucket-1", "v1/1", "v1/2");
    scene.pass(SECOND);
    await spool(scene, "bucket-1", "v1/3");
    expect((await uploads(scene)).map(([, name]) => name)).toEqual(["v1/1", "v1/2", "v1/3"]);
    expect(await scene.second.dueUploads(scene.now, 2)).toHaveLength(2);
    expect(await scene.second.dueUploads(scene.now - 1, 10)).toHaveLength(2);
    expect(await scene.second.nextUploadAt(scene.now - 1)).toBe(scene.now);
    expect(await scene.second.nextUploadAt(scene.now)).toBeNull();
    await scene.first.bucketReady("not-yet", scene.now);
    expect((await uploads(scene)).map(([, name]) => name)).toEqual(["v1/0", "v1/1", "v1/2", "v1/3"]);
  });

  test("one that is put off comes behind the others, at its time, and counts its tries", async () => {
    await using scene = await openWithBucket(open);
    await spool(scene, "bucket-1", "v1/1", "v1/2");
    const [first] = await due(scene);
    await scene.first.delayUpload(must(first).key, "storage_unavailable", scene.now + SECOND);
    expect(await uploads(scene)).toEqual([["bucket-1", "v1/2"]]);
    expect(await scene.second.nextUploadAt(scene.now)).toBe(scene.now + SECOND);
    scene.pass(SECOND);
    expect((await due(scene)).map(({ objectName, attempts }) => [objectName, attempts])).toEqual([
      ["v1/2", 0],
      ["v1/1", 1],
    ]);
  });

  test("what waits goes along when the wall clock is set", async () => {
    await using scene = await openWithBucket(open);
    await spool(scene, "bucket-1", "v1/1");
    await want(scene, "bucket-1");
    await scene.first.shiftMoments(-3_600 * SECOND);
    expect(await scene.second.dueUploads(scene.now - 3_600 * SECOND, 10)).toHaveLength(1);
    expect(await scene.second.dueFetches(scene.now - 3_600 * SECOND, 10)).toHaveLength(1);
    expect(await scene.second.dueUploads(scene.now - 3_601 * SECOND, 10)).toEqual([]);
    expect(await scene.second.dueFetches(scene.now - 3_601 * SECOND, 10)).toEqual([]);
  });

  test("what has arrived waits no more", async () => {
    await using scene = await openWithBucket(open);
    await spool(scene, "bucket-1", "v1/1", "v1/2");
    expect(await scene.first.uploaded(await due(scene), scene.now)).toEqual([]);
    expect(await uploads(scene)).toEqual([]);
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
  });

  test("what was erased meanwhile is given back, and so is what somebody was quicker with", async () => {
    await using scene = await openWithBucket(open);
    const place = await archiveMessage(scene, 10, "bucket-1");
    await spool(scene, "bucket-1", `${place}a`, "v1/other");
    const sent = await due(scene);
    const [deleted, other] = sent.map(({ key }) => key);
    await scene.receive(deletion(10));
    expect(await scene.first.uploaded(sent, scene.now)).toEqual([must(deleted)]);
    expect(await scene.second.uploaded(sent, scene.now)).toEqual([must(deleted), must(other)]);
  });

  test("what goes into another bucket by now is given back, and still waits for that one", async () => {
    await using scene = await openWithBucket(open);
    await spool(scene, "bucket-1", "v1/1");
    const sent = await due(scene);
    await ensureReady(scene, ofUser(scene, await addUser(scene), { contactRef: CONTACT }), "of-ana");
    expect(await scene.first.uploaded(sent, scene.now)).toEqual(sent.map(({ key }) => key));
    expect(await uploads(scene)).toEqual([["of-ana", "v1/1"]]);
    expect(await scene.first.uploaded(await due(scene), scene.now)).toEqual([]);
  });

  test("a key is never another object's: an upload that ends late takes nothing away", async () => {
    await using scene = await openWithBucket(open);
    await spool(scene, "bucket-1", "v1/1");
    const late = await due(scene);
    await scene.first.uploaded(late, scene.now);
    await spool(scene, "bucket-1", "v1/2");
    expect(await scene.second.uploaded(late, scene.now)).toEqual(late.map(({ key }) => key));
    expect(await uploads(scene)).toEqual([["bucket-1", "v1/2"]]);
  });

  test("one that is given up comes no more, and is told with its reason", async () => {
    await using scene = await openWithBucket(open);
    await spool(scene, "bucket-1", "v1/1", "v1/2");
    const [first] = await due(scene);
    await scene.first.giveUpObject(must(first).key, "different");
    expect(await uploads(scene)).toEqual([["bucket-1", "v1/2"]]);
    expect(await scene.second.objectsGivenUp(10)).toEqual({
      count: 1,
      objects: [{ objectId: must(first).id, kind: "message", reason: "different" }],
    });
  });
}

function fetching(open: OpenScene): void {
  test("a file that is fetched is uploaded under its own name, and its address is kept no longer", async () => {
    await using scene = await openWithBucket(open);
    await want(scene, "bucket-1");
    const { key, id } = only(await scene.second.dueFetches(scene.now, 10));
    expect(await scene.second.spooledFileIds()).toEqual([id]);
    await scene.first.delayFetch(key, "missing", scene.now + SECOND);
    expect(await scene.second.dueFetches(scene.now, 10)).toEqual([]);
    expect(await scene.second.nextFetchAt(scene.now)).toBe(scene.now + SECOND);
    scene.pass(SECOND);
    expect(only(await scene.second.dueFetches(scene.now, 10))).toMatchObject({ key, attempts: 1 });
    expect(await scene.first.fetched(key, FETCHED, scene.now)).toBe(true);
    expect(await scene.second.dueFetches(scene.now, 10)).toEqual([]);
    expect(await scene.second.nextFetchAt(0)).toBeNull();
    expect(only(await due(scene))).toMatchObject({
      ...FETCHED,
      key,
      id,
      kind: "attachment",
      body: null,
      attempts: 0,
      originalName: "voice.ogg",
    });
    expect(await scene.second.spooledFileIds()).toEqual([id]);
    await scene.first.uploaded(await due(scene), scene.now);
    expect(await scene.second.spooledFileIds()).toEqual([]);
  });

  test("nobody wants a file twice, nor one whose message was deleted or that was given up", async () => {
    await using scene = await openWithBucket(open);
    const place = await archiveMessage(scene, 10, "bucket-1");
    await want(scene, "bucket-1", { objectName: place });
    await want(scene, "bucket-1");
    await want(scene, "bucket-1");
    const [deleted, lost, twice] = (await scene.second.dueFetches(scene.now, 10)).map(({ key }) => key);
    await scene.receive(deletion(10));
    await scene.first.giveUpObject(must(lost), "gone");
    expect(await scene.first.fetched(must(deleted), FETCHED, scene.now)).toBe(false);
    expect(await scene.first.fetched(must(lost), FETCHED, scene.now)).toBe(false);
    expect(await scene.first.fetched(must(twice), FETCHED, scene.now)).toBe(true);
    expect(await scene.second.fetched(must(twice), FETCHED, scene.now)).toBe(false);
    expect(await due(scene)).toHaveLength(1);
  });

  test("files are fetched in order, as many as are asked for", async () => {
    await using scene = await openWithBucket(open);
    for (const nth of [1, 2, 3]) await want(scene, "bucket-1", { objectName: `v1/${nth}/` });
    expect((await scene.second.dueFetches(scene.now, 2)).map(({ objectName }) => objectName)).toEqual([
      "v1/1/",
      "v1/2/",
    ]);
  });
}

function leaving(open: OpenScene): void {
  test("a deleted user's objects and wishes are gone; what is fetched or uploaded for them is given back", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    await ensureReady(scene, ofUser(scene, ana), "of-ana");
    await spool(scene, "of-ana", "v1/1");
    await want(scene, "of-ana");
    const sent = await due(scene);
    const { key } = only(await scene.second.dueFetches(scene.now, 10));
    await scene.first.deleteUser(ana, scene.now);
    expect(await scene.first.uploaded(sent, scene.now)).toEqual(sent.map((object) => object.key));
    expect(await scene.first.fetched(key, FETCHED, scene.now)).toBe(false);
    expect(await scene.second.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
    expect(await scene.second.spooledFileIds()).toEqual([]);
    expect(await workOff(scene)).toEqual([]);
    expect(await bucketRow(scene, "of-ana")).toMatchObject({ state: "retired" });
  });
}

async function openWithBucket(open: OpenScene): Promise<Scene> {
  const scene = await open();
  await ensureReady(scene, ofContact(scene), "bucket-1");
  return scene;
}

function placeOf(scene: Scene, bucketName: string) {
  return { connectionKey: scene.here, conversationId: null, bucketName };
}

function take(
  scene: Scene,
  throughKey: number,
  { texts = [], wanted = [] }: Partial<Pick<Parameters<Scene["first"]["spoolSaid"]>[0], "texts" | "wanted">>,
): Promise<boolean> {
  const places = [placeOf(scene, "bucket-1")];
  return scene.first.spoolSaid({ texts, wanted, places }, throughKey, scene.now);
}
