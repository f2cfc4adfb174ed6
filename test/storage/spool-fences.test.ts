// What the spool owes others: nothing stays where it is not wanted, whoever waits for it is told, and it has an end.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { refused } from "../../src/storage/failure.ts";
import { SPOOL_BYTES_MAX, SPOOL_OBJECTS_MAX } from "../../src/storage/spool.ts";
import { failureOf } from "./scene.ts";
import { gate, hanging, ServiceScene, textOf } from "./service-scene.ts";
import { failing, names, openSpool, textsOf } from "./spool-scene.ts";

const SECOND_MS = 1_000;

describe("what is not wanted any more when it arrives", () => {
  test("is taken out again when its bucket was erased meanwhile, files with it", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    await scene.spoolFiles("bucket-1", "a voice");
    const { open, passed } = gate();
    scene.before = ({ op }) => (op === "put" ? passed : undefined);
    const round = spool.runOnce();
    await scene.clock.settle();
    await scene.store.eraseBucket("bucket-1", scene.clock.now());
    open();
    await round;
    expect(scene.callsOf("put")).toHaveLength(2);
    expect(scene.contents("bucket-1")).toEqual({});
  });

  test("goes into its owner's bucket when it was sent there meanwhile, and stays in no other", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    const party = await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    const [id = ""] = await scene.spoolFiles("bucket-1", "a voice");
    const userId = await scene.store.addUser(
      { name: "Ana", email: null, connectionKey: null },
      scene.clock.now(),
    );
    const { open, passed } = gate();
    scene.before = ({ op }) => (op === "put" ? passed : undefined);
    const round = spool.runOnce();
    await scene.clock.settle();
    await scene.make("of-ana", { ...party, userId });
    open();
    await round;
    expect(scene.contents("bucket-1")).toEqual({});
    expect(Object.values(scene.contents("of-ana")).toSorted()).toEqual(["a voice", "text of v1/1"]);
    expect(existsSync(scene.folder.path(id))).toBe(false);
    expect(await scene.store.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
  });

  test("is gone when its user went meanwhile", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    const userId = await scene.store.addUser(
      { name: "Ana", email: null, connectionKey: null },
      scene.clock.now(),
    );
    await scene.make("of-ana", { ...scene.party(), userId });
    await scene.spool("of-ana", "v1/1");
    scene.before = async ({ op }) => {
      if (op === "put") await scene.store.deleteUser(userId, scene.clock.now());
    };
    await spool.runOnce();
    expect(scene.contents("of-ana")).toEqual({});
  });
});

describe("whoever works on a bucket", () => {
  test("is told when no upload to it is under way any more, settled and all", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    const { open, passed } = gate();
    scene.before = () => passed;
    await spool.whenIdle("bucket-1");
    const round = spool.runOnce();
    await scene.clock.settle();
    let waiting: number | null = null;
    const idle = spool.whenIdle("bucket-1").then(async () => {
      waiting = (await scene.store.spoolSize()).objectCount;
    });
    await spool.whenIdle("bucket-2");
    await scene.clock.settle();
    expect(waiting).toBeNull();
    open();
    await Promise.all([round, idle]);
    expect(waiting).toBe(0 as never);
  });

  test("is told, too, when the round failed", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene, { store: failing(scene, "uploaded") });
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    const round = failureOf(spool.runOnce());
    await spool.whenIdle("bucket-1");
    expect(await round).toEqual({ name: "Error" });
    await spool.whenIdle("bucket-1");
  });
});

describe("a round in which the database fails", () => {
  test("ends when all its uploads have, and keeps what arrived", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene, { store: failing(scene, "delayUpload") });
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "bad", "v1/1", "v1/2");
    const { open, passed } = gate();
    scene.before = ({ name }) => {
      if (name === "bad") throw refused("No.", "rights");
      return passed;
    };
    let isOver = false;
    const round = failureOf(spool.runOnce()).finally(() => (isOver = true));
    await scene.clock.settle();
    expect(isOver).toBe(false);
    open();
    expect(await round).toEqual({ name: "Error" });
    expect(scene.contents("bucket-1")).toEqual(textsOf(["v1/1", "v1/2"]));
    expect(await scene.store.spoolSize()).toMatchObject({ objectCount: 1 });
  });
});

describe("room", () => {
  test("is there up to the last byte but one, wanted bytes counted in; those are no hindrance to be fetched", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    expect(await spool.hasRoom()).toBe(true);
    await scene.want("bucket-1", "http://chatwoot.test/a", SPOOL_BYTES_MAX - 1);
    expect(await spool.hasRoom()).toBe(true);
    await scene.want("bucket-1", "http://chatwoot.test/b", 1);
    expect(await spool.hasRoom()).toBe(false);
    expect(await spool.hasRoomToFetch()).toBe(true);
  });

  test("to fetch ends with the bytes that are here", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.want("bucket-1");
    const [media] = await scene.store.dueFetches(scene.clock.now(), 1);
    const found = { objectName: "v1/a", contentType: "audio/ogg", checksum: "AAAAAA==" };
    await scene.store.fetched(media?.key ?? 0, { ...found, sizeBytes: SPOOL_BYTES_MAX }, scene.clock.now());
    expect(await spool.hasRoomToFetch()).toBe(false);
  });

  test("is there up to the last object but one", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    const { key } = await scene.say();
    const texts = names(SPOOL_OBJECTS_MAX - 1).map((name) => textOf(key, "bucket-1", name));
    await scene.store.spoolSaid({ texts, wanted: [], places: [] }, key, scene.clock.now());
    expect(await spool.hasRoom()).toBe(true);
    await scene.spool("bucket-1", "v1/last");
    expect(await spool.hasRoom()).toBe(false);
  });
});

describe("stopping", () => {
  test("ends uploads that hang, quietly; what arrived is settled, the rest begins anew", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", ...names(10));
    scene.before = (call) => (["v1/1", "v1/2", "v1/3"].includes(call.name) ? undefined : hanging(call));
    spool.start();
    await scene.clock.tick(SECOND_MS);
    expect(scene.callsOf("put")).toHaveLength(7);
    await spool.stop();
    await spool.stop();
    expect(scene.events).toEqual([]);
    expect(await scene.store.spoolSize()).toMatchObject({ objectCount: 7 });
    scene.before = () => undefined;
    expect(await openSpool(scene).runOnce()).toBe(7);
    expect(scene.contents("bucket-1")).toEqual(textsOf(names(10)));
  });

  test("before starting is fine, and nothing is begun after it", async () => {
    await using scene = await ServiceScene.open("gcs");
    const spool = openSpool(scene);
    await scene.make("bucket-1");
    await scene.spool("bucket-1", "v1/1");
    await spool.stop();
    spool.wake();
    expect(await spool.runOnce()).toBe(0);
    expect(scene.calls).toEqual([]);
  });
});
