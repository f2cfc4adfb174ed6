// Bringing objects to their buckets: each arrives once, whatever fails on the way.
import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { BucketMaker } from "../../src/storage/bucket-maker.ts";
import { refused, unavailable } from "../../src/storage/failure.ts";
import { contentOf, failureOf, patient } from "./scene.ts";
import { type Call, hanging, ServiceScene } from "./service-scene.ts";
import { failing, names, openSpool, spying, textsOf } from "./spool-scene.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** The longest that the spool waits for a store that is away, by chance. */
const REST_MAX_MS = 6 * MINUTE_MS;

describe("objects", () => {
  test("arrive once, texts and files, with their kind and what their sender called them", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1", "v1/2");
    const [id = ""] = await scene.spoolFiles("bucket-1", "a voice");
    expect(await spool.runOnce()).toBe(3);
    expect(await spool.runOnce()).toBe(0);
    expect(Object.values(scene.contents("bucket-1")).toSorted()).toEqual([
      "a voice",
      "text of v1/1",
      "text of v1/2",
    ]);
    const { objects } = scene.memory.buckets.get("bucket-1") ?? { objects: new Map() };
    expect(objects.get("v1/1")?.info).toMatchObject({
      contentType: "text/plain",
      metadata: { kind: "message" },
    });
    expect(existsSync(scene.folder.path(id))).toBe(false);
    expect(await scene.store.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
    expect(scene.events).toEqual([]);
  });

  test("that arrived before a process died are found there, and wait no more", async () => {
    await using scene = await ServiceScene.open("gcs");
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    const dying = openSpool(scene, { store: failing(scene, "uploaded") });
    expect(await failureOf(dying.runOnce())).toEqual({ name: "Error" });
    expect(scene.contents("bucket-1")).toEqual(textsOf(["v1/1"]));
    expect(await openSpool(scene).runOnce()).toBe(1);
    expect(scene.contents("bucket-1")).toEqual(textsOf(["v1/1"]));
    expect(await scene.store.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
  });

  test("go four at a time, and are settled many at once", async () => {
    await using scene = await ServiceScene.open("gcs");
    const settled: number[] = [];
    const store = spying(scene, "uploaded", (objects) => settled.push((objects as unknown[]).length));
    const spool = openSpool(scene, { store });
    await scene.make("bucket-1");
    await scene.spool("bucket-1", ...names(100));
    let underWay = 0;
    let atMost = 0;
    scene.before = async () => {
      atMost = Math.max(atMost, ++underWay);
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    expect(await spool.runOnce()).toBe(100);
    expect(atMost).toBe(4);
    expect(settled.reduce((sum, count) => sum + count)).toBe(100);
    expect(settled.length).toBeLessThanOrEqual(2 * 4);
    expect(Math.max(...settled)).toBeGreaterThan(50);
  });

  test("that have arrived are settled though another one hangs", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", ...names(10));
    scene.before = (call) => (call.name === "v1/3" ? hanging(call) : undefined);
    spool.start();
    await scene.clock.tick(SECOND_MS);
    expect(await scene.store.spoolSize()).toMatchObject({ objectCount: 1 });
    await spool.stop();
  });

  test("do not go into a bucket that is not there yet, and go once it is", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.map("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    expect(await spool.runOnce()).toBe(0);
    expect(scene.calls).toEqual([]);
    const maker = new BucketMaker({ ...scene.shared, instance: "i", onReady: () => spool.wake() });
    spool.start();
    maker.start();
    await scene.clock.tick(SECOND_MS);
    await Promise.all([maker.stop(), spool.stop()]);
    expect(scene.contents("bucket-1")).toEqual(textsOf(["v1/1"]));
  });
});

test("on the disk that the database is on objects go one at a time", async () => {
  await using scene = await ServiceScene.open("disk");
  const spool = openSpool(scene);
  await scene.make("bucket-1");
  await scene.spool("bucket-1", ...names(5));
  let underWay = 0;
  let mostAtOnce = 0;
  scene.before = async () => {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    await Promise.resolve();
    underWay--;
  };
  expect(await spool.runOnce()).toBe(5);
  expect(mostAtOnce).toBe(1);
});

describe("while the store is away", () => {
  test("there is one line of the log and one wait at a time, longer each time up to five minutes", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", ...names(100));
    scene.memory.failure = unavailable("away");
    spool.start();
    await scene.clock.tick(HOUR_MS);
    await spool.stop();
    const tries = moments(scene.callsOf("put"));
    const waits = scene.told("spool.waiting").map(({ waitMs }) => Number(waitMs));
    expect(waits).toHaveLength(tries.length);
    expect(scene.events.filter(({ name }) => name !== "spool.waiting")).toEqual([]);
    expect(tries.slice(1).map((at, nth) => at - (tries[nth] ?? 0))).toEqual(waits.slice(0, -1));
    for (const [nth, waitMs] of waits.entries()) {
      const expected = Math.min(SECOND_MS * 2 ** nth, 5 * MINUTE_MS);
      expect(Math.abs(waitMs / expected - 1)).toBeLessThanOrEqual(0.201);
    }
    for (const at of tries)
      expect(scene.callsOf("put").filter((call) => call.at === at).length).toBeLessThanOrEqual(4);
    expect(waits.length).toBeGreaterThan(12);
  });

  test("all wait, and at the first try after it all that is due goes at once, the rest soon after", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", ...names(300));
    scene.memory.failure = unavailable("away");
    spool.start();
    await scene.clock.tick(2 * HOUR_MS);
    scene.memory.failure = null;
    const before = scene.callsOf("put").length;
    await scene.clock.tick(REST_MAX_MS);
    const after = scene.callsOf("put").slice(before);
    const [first] = moments(after);
    // Three hours of tries put off a few; none of them is put off for longer than the store's own wait.
    expect(after.filter(({ at }) => at === first).length).toBeGreaterThan(150);
    await scene.clock.tick(REST_MAX_MS);
    await spool.stop();
    expect(scene.contents("bucket-1")).toEqual(textsOf(names(300)));
    expect(await scene.store.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
  });

  test("nothing is tried, whoever wakes it; and the next outage begins with a short wait", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", ...names(20));
    scene.memory.failure = unavailable("away", 3 * MINUTE_MS);
    expect(await spool.runOnce()).toBe(0);
    const tried = scene.calls.length;
    scene.memory.failure = null;
    await scene.clock.tick(3 * MINUTE_MS - 1);
    expect(await spool.runOnce()).toBe(0);
    expect(scene.calls).toHaveLength(tried);
    await scene.clock.tick(1);
    expect(await spool.runOnce()).toBe(20);
    await scene.spool("bucket-1", "v1/later");
    scene.memory.failure = unavailable("away");
    await spool.runOnce();
    expect(Number(scene.told("spool.waiting").at(-1)?.["waitMs"])).toBeLessThanOrEqual(1_200);
  });

  test("a wall clock that is set back makes no wait longer", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    scene.memory.failure = unavailable("away");
    await spool.runOnce();
    scene.memory.failure = null;
    scene.clock.jump(-24 * HOUR_MS);
    await scene.store.shiftMoments(-24 * HOUR_MS);
    await scene.clock.tick(2 * SECOND_MS);
    expect(await spool.runOnce()).toBe(1);
  });
});

describe("an object that always fails", () => {
  test.each([
    ["is refused", () => refused("No.", "rights")],
    ["cannot be sent", () => unavailable("too slow")],
  ])("because it %s keeps no other from arriving", async (_how, failure) => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "bad-1", "bad-2", "bad-3", "bad-4", "bad-5");
    scene.before = ({ op, name }) => {
      if (op === "put" && name.startsWith("bad")) throw failure();
    };
    spool.start();
    await scene.clock.tick(SECOND_MS);
    const expected: string[] = [];
    for (let minute = 0; minute < 60; minute++) {
      await scene.spool("bucket-1", ...names(3, minute * 3));
      expected.push(...names(3, minute * 3));
      spool.wake();
      await scene.clock.tick(MINUTE_MS);
    }
    await spool.stop();
    expect(scene.contents("bucket-1")).toEqual(textsOf(expected));
    expect(await scene.store.spoolSize()).toMatchObject({ objectCount: 5 });
    const bad = scene.callsOf("put").filter(({ name }) => name === "bad-1");
    expect(bad.length).toBeGreaterThan(4);
    expect(bad.length).toBeLessThan(40);
  });

  test("is told with its id and bucket, and with nothing that somebody wrote", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    scene.before = () => {
      throw refused("No.", "rights");
    };
    await spool.runOnce();
    const [told] = scene.told("spool.refused");
    expect(told).toMatchObject({
      bucketName: "bucket-1",
      objectId: expect.any(String),
      code: "storage_refused",
    });
    expect(JSON.stringify(scene.events)).not.toContain("text of");
  });

  test("because its bucket is gone has it made anew, and then arrives", async () => {
    await using scene = await ServiceScene.open("gcs");
    await scene.make("bucket-1");
    await scene.make("bucket-2");
    await scene.spool("bucket-1", "v1/1");
    await scene.spool("bucket-2", "v1/2");
    scene.memory.buckets.delete("bucket-1");
    const spool = openSpool(scene, { onMissingBucket: () => maker.wake() });
    const maker = new BucketMaker({ ...scene.shared, instance: "i", onReady: () => spool.wake() });
    maker.start();
    spool.start();
    await scene.clock.tick(2 * MINUTE_MS);
    await Promise.all([maker.stop(), spool.stop()]);
    expect(scene.contents("bucket-1")).toEqual(textsOf(["v1/1"]));
    expect(scene.contents("bucket-2")).toEqual(textsOf(["v1/2"]));
    expect(scene.callsOf("createBucket").map(({ bucket }) => bucket)).toEqual(["bucket-1"]);
  });
});

describe("an object that is given up", () => {
  test("is one whose name holds other bytes: the row stays, with the reason, and those bytes stay", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    await scene.objects.put("bucket-1", "v1/1", contentOf("others"), patient);
    expect(await spool.runOnce()).toBe(0);
    expect(scene.contents("bucket-1")).toEqual({ "v1/1": "others" });
    const { count, objects } = await scene.store.objectsGivenUp(10);
    expect([count, objects]).toEqual([
      1,
      [{ objectId: expect.any(String), kind: "message", reason: "different" }],
    ]);
    const id = String(objects[0]?.["objectId"]);
    const told = { objectId: id, bucketName: "bucket-1", reason: "different" };
    expect(scene.events).toEqual([{ level: "error", name: "spool.given_up", fields: told }]);
    expect(await spool.runOnce()).toBe(0);
  });

  test.each([
    ["is gone", null],
    ["is shorter than it was", "a"],
  ])("is one whose file %s", async (_how, content) => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    const [lost = "", there = ""] = await scene.spoolFiles("bucket-1", "a voice", "another");
    if (content === null) await scene.folder.remove(lost);
    else writeFileSync(scene.folder.path(lost), content);
    expect(await spool.runOnce()).toBe(1);
    expect(Object.values(scene.contents("bucket-1"))).toEqual(["another"]);
    expect(await scene.store.objectsGivenUp(10)).toEqual({
      count: 1,
      objects: [{ objectId: lost, kind: "attachment", reason: "lost" }],
    });
    expect(existsSync(scene.folder.path(there))).toBe(false);
  });

  test("is none whose bytes are others by one: it is tried again, and never stored", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    const [id = ""] = await scene.spoolFiles("bucket-1", "a voice");
    writeFileSync(scene.folder.path(id), "a VOICE");
    expect(await spool.runOnce()).toBe(0);
    expect(scene.contents("bucket-1")).toEqual({});
    expect(scene.told("spool.refused")).toHaveLength(1);
    expect(await scene.store.spoolSize()).toMatchObject({ objectCount: 1 });
  });
});

test("what arrives is counted by its kind", async () => {
  await using scene = await ServiceScene.open("gcs");
  await scene.make("bucket-1");
  await scene.spool("bucket-1", "v1/1", "v1/2");
  await scene.spoolFiles("bucket-1", "a voice");
  await openSpool(scene).runOnce();
  const { values } = await scene.metrics.objectsStored.get();
  const counts = Object.fromEntries(values.map(({ labels, value }) => [labels.kind, value]));
  expect(counts).toEqual({ attachment: 1, message: 2 });
  expect((await scene.metrics.objectBytes.get()).values[0]?.value).toBe(2 * "text of v1/1".length + 7);
});

/** Moments at which calls began, each once. */
function moments(calls: readonly Call[]): number[] {
  return [...new Set(calls.map(({ at }) => at))];
}
