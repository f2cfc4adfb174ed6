// Making buckets: at Google's pace whatever happens, again and again until each is there, and none twice.
import { describe, expect, test } from "bun:test";
import { OWNER_LABEL } from "../../src/storage/objects.ts";
import { BucketMaker } from "../../src/storage/bucket-maker.ts";
import { refused, unavailable } from "../../src/storage/failure.ts";
import { type Call, hanging, POLL_MS, ServiceScene } from "./service-scene.ts";

const PACE_MS = 2_500;
const MINUTE_MS = 60_000;
const MINE = { [OWNER_LABEL]: "instance-1" };

interface MakerScene {
  maker: BucketMaker;
  /** Names of buckets that became ready, as often as it was told. */
  ready: () => number;
}

function openMaker(scene: ServiceScene): MakerScene {
  let readyCount = 0;
  const maker = new BucketMaker({
    ...scene.shared,
    instance: "instance-1",
    onReady: () => void readyCount++,
  });
  return { maker, ready: () => readyCount };
}

/** How far apart the tries of the store were. */
function gaps(calls: readonly Call[]): number[] {
  return calls.slice(1).map(({ at }, nth) => at - (calls[nth]?.at ?? 0));
}

async function stateOf(scene: ServiceScene, name: string): Promise<unknown> {
  return (await scene.store.bucketRow(name))?.["state"];
}

describe("the pace", () => {
  test("on Google's side is never less than 2.5 s between two tries, be they made or refused", async () => {
    await using scene = await ServiceScene.open("gcs");
    const { maker } = openMaker(scene);
    for (const nth of [1, 2, 3, 4, 5, 6]) await scene.map(`bucket-${nth}`);
    scene.before = ({ name, bucket }) => {
      if (bucket === "bucket-2") throw refused("No.", "rights");
      if (bucket === "bucket-4") throw unavailable("away");
      return name === "" && bucket === "bucket-5" ? "theirs" : undefined;
    };
    maker.start();
    await scene.clock.tick(MINUTE_MS / 2);
    await maker.stop();
    expect(scene.calls.length).toBeGreaterThanOrEqual(7);
    expect(Math.min(...gaps(scene.calls))).toBeGreaterThanOrEqual(PACE_MS);
    expect(gaps(scene.calls).slice(0, 5)).toEqual([PACE_MS, PACE_MS, PACE_MS, PACE_MS, PACE_MS]);
  });

  test("is kept by whoever starts after one that died in its call", async () => {
    await using scene = await ServiceScene.open("gcs");
    await scene.map("bucket-1");
    scene.before = hanging;
    const first = openMaker(scene).maker;
    first.start();
    await scene.clock.tick(1_000);
    await first.stop();
    scene.before = () => undefined;
    const second = openMaker(scene).maker;
    expect(await second.runOnce()).toBe(0);
    second.start();
    await scene.clock.tick(PACE_MS);
    await second.stop();
    expect(gaps(scene.calls)).toEqual([PACE_MS]);
    expect(await stateOf(scene, "bucket-1")).toBe("ready");
  });

  test("is not kept on a disk", async () => {
    await using scene = await ServiceScene.open("disk");
    for (const nth of [1, 2, 3]) await scene.map(`bucket-${nth}`);
    expect(await openMaker(scene).maker.runOnce()).toBe(3);
  });

  test("counts anew when the wall clock is set back, instead of waiting for the moment it was", async () => {
    await using scene = await ServiceScene.open("gcs");
    const { maker } = openMaker(scene);
    await scene.map("bucket-1");
    await maker.runOnce();
    scene.clock.jump(-24 * 60 * MINUTE_MS);
    await scene.map("bucket-2");
    expect(await maker.runOnce()).toBe(0);
    await scene.clock.tick(PACE_MS - 1);
    expect(await maker.runOnce()).toBe(0);
    await scene.clock.tick(1);
    expect(await maker.runOnce()).toBe(1);
    expect(await stateOf(scene, "bucket-2")).toBe("ready");
  });
});

describe("a bucket", () => {
  test("is made once with the label of this lull, and whoever waits for it is told", async () => {
    await using scene = await ServiceScene.open();
    const { maker, ready } = openMaker(scene);
    await scene.map("bucket-1");
    expect(await maker.runOnce()).toBe(1);
    expect(await maker.runOnce()).toBe(0);
    expect(scene.memory.buckets.get("bucket-1")?.labels).toEqual(MINE);
    expect([await stateOf(scene, "bucket-1"), ready()]).toEqual(["ready", 1]);
    expect(scene.told("bucket.created")).toEqual([
      { bucketName: "bucket-1", source: "made", text: "Successfully created bucket: bucket-1" },
    ]);
  });

  test("that was made by one who died before saying so is found and taken", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    await scene.map("bucket-1");
    scene.memory.buckets.set("bucket-1", { labels: MINE, objects: new Map() });
    await maker.runOnce();
    expect(await stateOf(scene, "bucket-1")).toBe("ready");
    expect(scene.told("bucket.exists")).toHaveLength(1);
  });

  test("whose name is somebody else's is made under another, and is still whose it was", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    const party = await scene.map("bucket-1");
    scene.before = ({ bucket }) => (bucket === "bucket-1" ? "theirs" : undefined);
    expect(await maker.runOnce()).toBe(2);
    const bucket = await scene.store.bucketOf(party);
    expect(bucket).toEqual({ name: expect.stringMatching(/^lull-contact-[0-9a-f]{32}$/), state: "ready" });
    expect([...scene.memory.buckets.keys()]).toEqual([bucket?.name ?? ""]);
    expect(scene.told("bucket.taken")).toEqual([{ bucketName: "bucket-1", newName: bucket?.name }]);
  });

  test("that somebody vouches for is labelled as it is, and made only when it is not there", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    const users = [await addUser(scene, "Ana"), await addUser(scene, "Bia")];
    await scene.store.importBucket(users[0] ?? "", "old-one", scene.clock.now());
    await scene.store.importBucket(users[1] ?? "", "old-two", scene.clock.now());
    scene.memory.buckets.set("old-one", { labels: { team: "sales" }, objects: new Map() });
    expect(await maker.runOnce()).toBe(2);
    expect(scene.memory.buckets.get("old-one")?.labels).toEqual({ team: "sales", ...MINE });
    expect(scene.memory.buckets.get("old-two")?.labels).toEqual(MINE);
    expect(scene.calls.map(({ op, bucket }) => `${op} ${bucket}`)).toEqual([
      "labelBucket old-one",
      "labelBucket old-two",
      "createBucket old-two",
    ]);
  });

  test("that was given up while it was being made stays given up", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    const userId = await addUser(scene, "Ana");
    await scene.map("bucket-1", { ...scene.party(), userId });
    scene.before = async () => {
      await scene.store.deleteUser(userId, scene.clock.now());
      return undefined;
    };
    await maker.runOnce();
    expect(await stateOf(scene, "bucket-1")).toBe("retired");
  });
});

describe("one that fails", () => {
  test("waits longer each time: shortly while the store is away, long when it refuses", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    await scene.map("away");
    await scene.map("refused");
    scene.before = ({ bucket }) => {
      throw bucket === "away" ? unavailable("away") : refused("No.", "rights");
    };
    maker.start();
    await scene.clock.tick(12 * 60 * MINUTE_MS);
    await maker.stop();
    const [away, refusals] = ["away", "refused"].map((name) =>
      gaps(scene.calls.filter(({ bucket }) => bucket === name)),
    );
    for (const [waits, firstMs, maxMs] of [
      [away ?? [], 5_000, 5 * MINUTE_MS],
      [refusals ?? [], MINUTE_MS, 60 * MINUTE_MS],
    ] as const) {
      const expected = waits.map((_, nth) => Math.min(firstMs * 2 ** nth, maxMs));
      expect(waits.length).toBeGreaterThan(10);
      for (const [nth, waitMs] of waits.entries())
        expect(Math.abs(waitMs / (expected[nth] ?? 0) - 1)).toBeLessThanOrEqual(0.201);
    }
    expect(await scene.store.bucketRow("refused")).toMatchObject({ state: "creating", reason: "rights" });
    expect(await scene.store.bucketRow("away")).toMatchObject({ reason: "storage_unavailable" });
  });

  test("does not wait less than the store asks for", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    await scene.map("bucket-1");
    scene.before = () => {
      throw unavailable("busy", 3 * MINUTE_MS);
    };
    await maker.runOnce();
    expect(await scene.store.nextBucketAt(scene.clock.now())).toBe(scene.clock.now() + 3 * MINUTE_MS);
  });

  test("keeps no other from being made", async () => {
    await using scene = await ServiceScene.open("gcs");
    const { maker } = openMaker(scene);
    for (const name of ["refused", "bucket-1", "bucket-2"]) await scene.map(name);
    scene.before = ({ bucket }) => {
      if (bucket === "refused") throw refused("No.", "rights");
    };
    maker.start();
    await scene.clock.tick(3 * PACE_MS);
    await maker.stop();
    expect([...scene.memory.buckets.keys()]).toEqual(["bucket-1", "bucket-2"]);
    expect(scene.told("bucket.not_created")).toMatchObject([
      { bucketName: "refused", code: "storage_refused" },
    ]);
  });

  test("is made at last when the store is back, though nobody wakes anybody", async () => {
    await using scene = await ServiceScene.open("gcs");
    const { maker } = openMaker(scene);
    for (const nth of [1, 2, 3]) await scene.map(`bucket-${nth}`);
    scene.memory.failure = unavailable("away");
    maker.start();
    await scene.clock.tick(60 * MINUTE_MS);
    scene.memory.failure = null;
    await scene.clock.tick(7 * MINUTE_MS);
    await maker.stop();
    expect([...scene.memory.buckets.keys()].toSorted()).toEqual(["bucket-1", "bucket-2", "bucket-3"]);
  });
});

describe("stopping", () => {
  test("ends a call that hangs, at once and quietly; the bucket is tried as if it never had been", async () => {
    await using scene = await ServiceScene.open("gcs");
    const { maker } = openMaker(scene);
    await scene.map("bucket-1");
    scene.before = hanging;
    maker.start();
    await scene.clock.tick(1_000);
    expect(scene.callsOf("createBucket")).toHaveLength(1);
    await maker.stop();
    await maker.stop();
    expect(scene.events).toEqual([]);
    expect(await scene.store.bucketRow("bucket-1")).toMatchObject({
      state: "creating",
      attempts: 0,
      reason: null,
    });
    expect(await maker.runOnce()).toBe(0);
  });

  test("before starting is fine, and nothing is begun after it", async () => {
    await using scene = await ServiceScene.open();
    const { maker } = openMaker(scene);
    await scene.map("bucket-1");
    await maker.stop();
    maker.wake();
    await scene.clock.tick(POLL_MS);
    expect(scene.calls).toEqual([]);
  });
});

test("a bucket that is mapped while another is made is made in its turn, woken or not", async () => {
  await using scene = await ServiceScene.open("gcs");
  const { maker } = openMaker(scene);
  await scene.map("bucket-1");
  maker.start();
  await scene.clock.tick(100);
  await scene.map("bucket-2");
  maker.wake();
  await scene.map("bucket-3");
  await scene.clock.tick(2 * PACE_MS);
  await maker.stop();
  expect([...scene.memory.buckets.keys()]).toEqual(["bucket-1", "bucket-2", "bucket-3"]);
  expect(gaps(scene.calls)).toEqual([PACE_MS, PACE_MS]);
});

async function addUser(scene: ServiceScene, name: string): Promise<string> {
  return await scene.store.addUser({ name, email: null, connectionKey: null }, scene.clock.now());
}
