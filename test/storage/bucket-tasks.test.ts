// Work on whole buckets: page by page, through any death, with every object in exactly one place at the end.
import { describe, expect, test } from "bun:test";
import { BucketMaker } from "../../src/storage/bucket-maker.ts";
import { BucketTasks, type BucketTasksDeps } from "../../src/storage/bucket-tasks.ts";
import { refused, unavailable } from "../../src/storage/failure.ts";
import { deletion, message } from "../db/arrivals.ts";
import { contentOf, failureOf, patient } from "./scene.ts";
import { gate, hanging, ServiceScene } from "./service-scene.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** So that a few objects make several pages. */
const SMALL_PAGE = 3;

function openTasks(scene: ServiceScene, deps: Partial<BucketTasksDeps> = {}): BucketTasks {
  return new BucketTasks({ ...scene.shared, whenIdle: () => Promise.resolve(), ...deps });
}

/** Ana has the bucket `into`; `from` is nobody's and follows into it. Gives the task's id. */
async function startMove(scene: ServiceScene, objectCount: number): Promise<string> {
  const userId = await scene.store.addUser(
    { name: "Ana", email: null, connectionKey: null },
    scene.clock.now(),
  );
  await scene.make("into", { ...scene.party(), contactRef: null, userId });
  await fill(scene, "from", objectCount);
  return String(await scene.store.mergeBucket("from", userId, "another", scene.clock.now()));
}

async function startErasure(scene: ServiceScene, objectCount: number): Promise<string> {
  await scene.make("from");
  await fill(scene, "from", objectCount);
  return String(await scene.store.eraseBucket("from", scene.clock.now()));
}

/** Message 10 was archived with `objectCount` objects, its neighbours too, and then it was deleted. */
async function startRemoval(scene: ServiceScene, objectCount: number): Promise<void> {
  await scene.make("from");
  const waits = { silenceMs: 1, ageMaxMs: 1, sizeMax: 1, isAdaptive: false, urgencyMin: null };
  const rules = {
    windowOf: () => waits,
    isBuffering: () => true,
    sides: null,
    refusal: () => null,
    pauseMs: null,
    gate: () => null,
  };
  const receive = (arrival: ReturnType<typeof message>) =>
    scene.store.receive(
      [{ connectionKey: scene.connectionKey, arrival, isImmediate: true, isSigned: true }],
      rules,
      scene.clock.now(),
    );
  await receive(message(10));
  await scene.clock.tick(SECOND_MS);
  await scene.store.closeDue(await scene.store.dueBufferKeys(scene.clock.now(), 10), scene.clock.now());
  const [line] = await scene.store.saidUnarchived(10);
  const place = {
    connectionKey: scene.connectionKey,
    conversationId: line?.conversationId ?? 0,
    bucketName: "from",
  };
  await scene.store.spoolSaid({ texts: [], wanted: [], places: [place] }, line?.key ?? 0, scene.clock.now());
  for (let nth = 0; nth < objectCount; nth++) await put(scene, "from", `v1/${line?.placeId}/10/${nth}`);
  for (const other of ["100/0", "1/0"]) await put(scene, "from", `v1/${line?.placeId}/${other}`);
  await receive(deletion(10));
}

async function fill(scene: ServiceScene, bucketName: string, objectCount: number): Promise<void> {
  if (!scene.memory.buckets.has(bucketName))
    scene.memory.buckets.set(bucketName, { labels: {}, objects: new Map() });
  for (let nth = 0; nth < objectCount; nth++) await put(scene, bucketName, `v1/${nth}`);
}

async function put(
  scene: ServiceScene,
  bucketName: string,
  name: string,
  text = `text of ${name}`,
): Promise<void> {
  const content = contentOf(text, { contentType: "text/html", metadata: { kind: "message" } });
  await scene.memory.put(bucketName, name, content, patient);
}

function texts(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, nth) => [`v1/${nth}`, `text of v1/${nth}`]));
}

describe("a move", () => {
  test("takes all objects along, page by page, with their types and what was noted of them", async () => {
    await using scene = await ServiceScene.open();
    const taskId = await startMove(scene, 250);
    expect(await openTasks(scene).runOnce()).toBe(1);
    expect(scene.contents("from")).toEqual({});
    expect(scene.contents("into")).toEqual(texts(250));
    const moved = scene.memory.buckets.get("into")?.objects.get("v1/7")?.info;
    expect(moved).toMatchObject({ contentType: "text/html", metadata: { kind: "message" } });
    expect(scene.callsOf("list")).toHaveLength(4);
    expect(await scene.store.bucketTask(taskId)).toMatchObject({ state: "done", objectCount: 250 });
    expect(scene.told("bucket_task.done")).toMatchObject([
      { taskId, kind: "move", bucketName: "from", intoBucket: "into" },
    ]);
  });

  test("puts what has another one's name beside it, and keeps one of what is there already", async () => {
    await using scene = await ServiceScene.open();
    await startMove(scene, 3);
    await put(scene, "into", "v1/0", "another text");
    await put(scene, "into", "v1/1");
    await openTasks(scene).runOnce();
    expect(scene.contents("from")).toEqual({});
    expect(scene.contents("into")).toEqual({
      ...texts(3),
      "v1/0": "another text",
      "merged/from/v1/0": "text of v1/0",
    });
  });

  test("loses nothing when even the name beside it is taken: it waits, and says why", async () => {
    await using scene = await ServiceScene.open();
    const taskId = await startMove(scene, 1);
    await put(scene, "into", "v1/0", "another text");
    await put(scene, "into", "merged/from/v1/0", "a third text");
    expect(await openTasks(scene).runOnce()).toBe(0);
    expect(scene.contents("from")).toEqual(texts(1));
    expect(scene.contents("into")).toEqual({ "v1/0": "another text", "merged/from/v1/0": "a third text" });
    expect(await scene.store.bucketTask(taskId)).toMatchObject({ state: "waiting", reason: "name_taken" });
  });

  test("out of a bucket that is not there is done at once", async () => {
    await using scene = await ServiceScene.open();
    const taskId = await startMove(scene, 0);
    scene.memory.buckets.delete("from");
    expect(await openTasks(scene).runOnce()).toBe(1);
    expect(await scene.store.bucketTask(taskId)).toMatchObject({ state: "done", objectCount: 0 });
  });

  test("into a bucket that somebody removed waits until it is made anew", async () => {
    await using scene = await ServiceScene.open();
    await startMove(scene, 3);
    scene.memory.buckets.delete("into");
    const tasks = openTasks(scene);
    const maker = new BucketMaker({ ...scene.shared, instance: "i", onReady: () => tasks.wake() });
    expect(await tasks.runOnce()).toBe(0);
    expect(scene.contents("from")).toEqual(texts(3));
    expect(await maker.runOnce()).toBe(1);
    await scene.clock.tick(MINUTE_MS);
    expect(await tasks.runOnce()).toBe(1);
    expect([scene.contents("from"), scene.contents("into")]).toEqual([{}, texts(3)]);
  });

  test("copies no half of an object that breaks off, and keeps the whole", async () => {
    await using scene = await ServiceScene.open();
    await startMove(scene, 1);
    scene.before = ({ op }) => {
      if (op !== "read") return undefined;
      const half = new ReadableStream({
        pull(controller) {
          controller.enqueue(Buffer.from("text"));
          controller.close();
        },
      });
      return { info: scene.memory.buckets.get("from")?.objects.get("v1/0")?.info, body: half };
    };
    expect(await openTasks(scene).runOnce()).toBe(0);
    expect([scene.contents("from"), scene.contents("into")]).toEqual([texts(1), {}]);
  });

  test("goes on over pages that are empty though more follow", async () => {
    await using scene = await ServiceScene.open();
    await startMove(scene, 3);
    let emptyCount = 0;
    scene.before = ({ op }) =>
      op === "list" && ++emptyCount % 3 !== 0 ? { objects: [], nextCursor: `v0/${emptyCount}` } : undefined;
    expect(await openTasks(scene).runOnce()).toBe(1);
    expect([scene.contents("from"), scene.contents("into")]).toEqual([{}, texts(3)]);
  });
});

describe("an erasure", () => {
  test("takes everything out, and the bucket stays", async () => {
    await using scene = await ServiceScene.open();
    const taskId = await startErasure(scene, 250);
    await fill(scene, "other", 3);
    expect(await openTasks(scene).runOnce()).toBe(1);
    expect([scene.contents("from"), scene.contents("other")]).toEqual([{}, texts(3)]);
    expect(scene.memory.buckets.has("from")).toBe(true);
    expect(await scene.store.bucketTask(taskId)).toMatchObject({ state: "done", objectCount: 250 });
  });
});

describe("a removal", () => {
  test("takes out what is of the message, and nothing of one whose id begins alike", async () => {
    await using scene = await ServiceScene.open();
    await startRemoval(scene, 5);
    expect(await openTasks(scene).runOnce()).toBe(1);
    expect(Object.keys(scene.contents("from")).map((name) => name.split("/").slice(-2).join("/"))).toEqual([
      "100/0",
      "1/0",
    ]);
  });
});

describe("a process that dies between any two steps", () => {
  const KINDS = {
    move: { start: (scene: ServiceScene) => startConflictingMove(scene), end: endOfMove },
    erasure: { start: (scene: ServiceScene) => startErasure(scene, 7), end: () => [[], []] },
    removal: {
      start: (scene: ServiceScene) => startRemoval(scene, 7),
      end: () => [["text of 1/0", "text of 100/0"], []],
    },
  } as const;

  test.each(Object.entries(KINDS))(
    "leaves every object in exactly one place when the next one is through: %s",
    async (kind, { start, end }) => {
      let deaths = 0;
      for (let lives = 0; ; lives++) {
        await using scene = await ServiceScene.open();
        await start(scene);
        const [store, objects] = mortal(scene, lives);
        const dead = await failureOf(openTasks(scene, { store, objects }).runOnce());
        await openTasks(scene).runOnce();
        const left = ["from", "into"].map((name) =>
          Object.values(scene.contents(name)).map(plain).toSorted(),
        );
        expect({ kind, lives, left }).toEqual({ kind, lives, left: end() });
        expect(await scene.store.nextBucketTask(scene.clock.now())).toBeNull();
        if (dead === null) break;
        deaths++;
      }
      console.log(`${kind}: ended after each of ${deaths} steps`);
      expect(deaths).toBeGreaterThan(14);
    },
    30_000,
  );

  async function startConflictingMove(scene: ServiceScene): Promise<void> {
    await startMove(scene, 7);
    await put(scene, "into", "v1/2", "another text");
    await put(scene, "into", "v1/5");
  }

  function endOfMove(): string[][] {
    return [[], ["another text", ...Object.values(texts(7)).map(plain)].toSorted()];
  }

  /** Without the place, which is another one each time. */
  function plain(text: string): string {
    return text.replace(/^text of v1\/[0-9a-f-]{36}\//, "text of ");
  }
});

/** The store and the objects of a process that dies when it has made so many calls of either. */
function mortal(scene: ServiceScene, lives: number): [BucketTasksDeps["store"], BucketTasksDeps["objects"]] {
  let left = lives;
  const dying = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_target, name) {
        const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return (...args: unknown[]): unknown => {
          if (left-- <= 0) return Promise.reject(new Error("the process is dead"));
          return member(...args.map((arg) => (name === "list" && arg === 100 ? SMALL_PAGE : arg)));
        };
      },
    });
  return [dying(scene.store), dying(scene.objects)];
}

describe("a store that is away", () => {
  test("in the middle is waited for, longer each time up to a quarter of an hour, and then the rest is done", async () => {
    await using scene = await ServiceScene.open();
    const taskId = await startMove(scene, 20);
    const tasks = openTasks(scene);
    let putCount = 0;
    scene.before = ({ op }) => {
      if (op === "put" && ++putCount === 8) scene.memory.failure = unavailable("away");
    };
    tasks.start();
    await scene.clock.tick(3 * HOUR_MS);
    expect(Object.keys(scene.contents("into"))).toHaveLength(7);
    const waits = scene.told("bucket_task.failed").map(({ waitMs }) => Number(waitMs));
    expect(waits.length).toBeGreaterThan(10);
    for (const [nth, waitMs] of waits.entries())
      expect(Math.abs(waitMs / Math.min(5 * SECOND_MS * 2 ** nth, 15 * MINUTE_MS) - 1)).toBeLessThanOrEqual(
        0.201,
      );
    expect(await scene.store.bucketTask(taskId)).toMatchObject({ reason: "storage_unavailable" });
    scene.memory.failure = null;
    await scene.clock.tick(20 * MINUTE_MS);
    await tasks.stop();
    expect([scene.contents("from"), scene.contents("into")]).toEqual([{}, texts(20)]);
    expect(await scene.store.bucketTask(taskId)).toMatchObject({ state: "done", reason: null });
  });

  test("for one bucket keeps no work on another", async () => {
    await using scene = await ServiceScene.open();
    await startMove(scene, 3);
    await scene.make("erased");
    await fill(scene, "erased", 3);
    await scene.store.eraseBucket("erased", scene.clock.now());
    scene.before = ({ bucket }) => {
      if (bucket === "from") throw refused("No.", "rights");
    };
    expect(await openTasks(scene).runOnce()).toBe(1);
    expect([scene.contents("from"), scene.contents("erased")]).toEqual([texts(3), {}]);
  });
});

test("nothing is begun before the last upload to the bucket has ended", async () => {
  await using scene = await ServiceScene.open();
  await startErasure(scene, 3);
  const { open, passed } = gate();
  const asked: string[] = [];
  const whenIdle = (bucketName: string) => {
    asked.push(bucketName);
    return passed;
  };
  const round = openTasks(scene, { whenIdle }).runOnce();
  await scene.clock.settle();
  expect(asked).toEqual(["from"]);
  expect(scene.calls).toEqual([]);
  open();
  expect(await round).toBe(1);
  expect(scene.contents("from")).toEqual({});
});

describe("stopping", () => {
  test.each(["list", "put", "remove"])(
    "ends a %s that hangs, quietly; the task goes on as if nothing was",
    async (op) => {
      await using scene = await ServiceScene.open();
      const taskId = await startMove(scene, 3);
      const tasks = openTasks(scene);
      scene.before = (call) => (call.op === op ? hanging(call) : undefined);
      tasks.start();
      await scene.clock.tick(SECOND_MS);
      expect(scene.callsOf(op)).toHaveLength(1);
      await tasks.stop();
      await tasks.stop();
      expect(scene.events).toEqual([]);
      expect(await scene.store.bucketTask(taskId)).toMatchObject({
        state: "waiting",
        attempts: 0,
        reason: null,
      });
      scene.before = () => undefined;
      expect(await openTasks(scene).runOnce()).toBe(1);
      expect([scene.contents("from"), scene.contents("into")]).toEqual([{}, texts(3)]);
    },
  );

  test("before starting is fine, and nothing is begun after it", async () => {
    await using scene = await ServiceScene.open();
    const tasks = openTasks(scene);
    await startErasure(scene, 1);
    await tasks.stop();
    tasks.wake();
    expect(await tasks.runOnce()).toBe(0);
    expect(scene.calls).toEqual([]);
  });
});
