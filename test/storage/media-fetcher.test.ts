// Fetching what customers attached: for a day, two at a time, and only what somebody still wants.
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { refused, unavailable } from "../../src/media/failure.ts";
import type { DownloadedMedia, MediaOrder } from "../../src/media/downloads.ts";
import { checksumOf } from "../../src/storage/checksum.ts";
import { MediaFetcher, type MediaFetcherDeps } from "../../src/storage/media-fetcher.ts";
import { Spool, SPOOL_BYTES_MAX } from "../../src/storage/spool.ts";
import { gate, hanging, ServiceScene } from "./service-scene.ts";
import { failureOf } from "./scene.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CHATWOOT = "http://chatwoot.test";

interface FetcherScene {
  fetcher: MediaFetcher;
  orders: (MediaOrder & { at: number })[];
  fetchedCount: () => number;
}

type Answer = (order: MediaOrder, signal: AbortSignal) => Promise<string> | string;

/** A fetcher whose downloads end as `answer` says: with this content, or in failure. */
function openFetcher(
  scene: ServiceScene,
  answer: Answer,
  deps: Partial<MediaFetcherDeps> = {},
): FetcherScene {
  const orders: FetcherScene["orders"] = [];
  let fetchedCount = 0;
  const fetcher = new MediaFetcher({
    ...scene.shared,
    downloads: {
      async download(order, signal) {
        scene.clock.touch();
        orders.push({ ...order, at: scene.clock.now() });
        return written(order.into, await answer(order, signal));
      },
    },
    originOf: () => CHATWOOT,
    hasRoom: () => Promise.resolve(true),
    onFetched: () => void fetchedCount++,
    ...deps,
  });
  return { fetcher, orders, fetchedCount: () => fetchedCount };
}

function written(path: string, content: string): DownloadedMedia {
  writeFileSync(path, content);
  const bytes = Buffer.from(content);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { sizeBytes: bytes.length, checksum: checksumOf(bytes), sha256, contentType: "audio/mpeg" };
}

async function openScene(): Promise<ServiceScene> {
  const scene = await ServiceScene.open();
  await scene.make("bucket-1");
  return scene;
}

test("a file comes into the spool under its message's place and its own sum, and is uploaded whole", async () => {
  await using scene = await openScene();
  await scene.want("bucket-1", `${CHATWOOT}/rails/a`);
  const { fetcher, orders, fetchedCount } = openFetcher(scene, () => "a voice");
  expect(await fetcher.runOnce()).toBe(1);
  expect(await fetcher.runOnce()).toBe(0);
  const [order] = orders;
  expect(order).toMatchObject({ url: `${CHATWOOT}/rails/a`, connectionOrigin: CHATWOOT });
  expect(order?.bytesMax).toBe(100 * 1024 * 1024);
  expect(fetchedCount()).toBe(1);
  const spool = new Spool({ ...scene.shared, onMissingBucket: () => undefined });
  expect(await spool.runOnce()).toBe(1);
  const [name = ""] = Object.keys(scene.contents("bucket-1"));
  const sha256 = createHash("sha256").update("a voice").digest("hex");
  expect(name).toMatch(new RegExp(`^v1/[0-9a-f-]{36}/${sha256}$`));
  expect(scene.contents("bucket-1")).toEqual({ [name]: "a voice" });
  expect(scene.memory.buckets.get("bucket-1")?.objects.get(name)?.info.contentType).toBe("audio/mpeg");
  expect(readdirSync(scene.folderPath)).toEqual([]);
});

describe("a file that is missing", () => {
  test("at first is fetched once it is there", async () => {
    await using scene = await openScene();
    await scene.want("bucket-1");
    let tries = 0;
    const { fetcher, orders } = openFetcher(scene, () => {
      if (++tries < 4) throw unavailable("missing");
      return "a voice";
    });
    fetcher.start();
    await scene.clock.tick(2 * MINUTE_MS);
    await fetcher.stop();
    expect(orders).toHaveLength(4);
    const waits = orders.slice(1).map(({ at }, nth) => at - (orders[nth]?.at ?? 0));
    for (const [nth, waitMs] of waits.entries())
      expect(Math.abs(waitMs / (5 * SECOND_MS * 2 ** nth) - 1)).toBeLessThanOrEqual(0.201);
    expect(await scene.store.dueUploads(scene.clock.now(), 10)).toHaveLength(1);
    expect(scene.told("media.delayed")).toHaveLength(3);
  });

  test("for a day is given up with its reason, and not tried beyond it", async () => {
    await using scene = await openScene();
    const startedAt = scene.clock.now();
    await scene.want("bucket-1", `${CHATWOOT}/rails/secret-token`);
    const { fetcher, orders } = openFetcher(scene, () => {
      throw unavailable("missing");
    });
    fetcher.start();
    await scene.clock.tick(3 * DAY_MS);
    await fetcher.stop();
    const lastAt = orders.at(-1)?.at ?? 0;
    expect(lastAt - startedAt).toBeGreaterThan(DAY_MS - 1.3 * HOUR_MS);
    expect(lastAt - startedAt).toBeLessThanOrEqual(DAY_MS);
    expect(orders.length).toBeGreaterThan(30);
    expect(await scene.store.objectsGivenUp(10)).toEqual({
      count: 1,
      objects: [{ objectId: expect.any(String), kind: "attachment", reason: "missing" }],
    });
    expect(scene.told("media.given_up")).toHaveLength(1);
    expect(await scene.store.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
    expect(JSON.stringify(scene.events)).not.toContain("secret-token");
  });
});

describe("a file that nobody may have", () => {
  test.each(["host", "address", "too_large", "gone", "not_allowed"] as const)(
    "is given up at once, and told why: %s",
    async (reason) => {
      await using scene = await openScene();
      await scene.want("bucket-1");
      const { fetcher, orders } = openFetcher(scene, () => {
        throw refused(reason);
      });
      expect(await fetcher.runOnce()).toBe(0);
      expect(orders).toHaveLength(1);
      const { objects } = await scene.store.objectsGivenUp(10);
      expect(objects).toMatchObject([{ kind: "attachment", reason }]);
      expect(await scene.store.nextFetchAt(0)).toBeNull();
    },
  );

  test("because its connection has no Chatwoot is not asked for", async () => {
    await using scene = await openScene();
    await scene.want("bucket-1");
    const { fetcher, orders } = openFetcher(scene, () => "a voice", { originOf: () => null });
    await fetcher.runOnce();
    expect(orders).toEqual([]);
    expect((await scene.store.objectsGivenUp(10)).objects).toMatchObject([{ reason: "no_chatwoot" }]);
  });

  test("keeps no other from being fetched", async () => {
    await using scene = await openScene();
    for (const path of ["bad", "a", "bad", "b", "c"]) await scene.want("bucket-1", `${CHATWOOT}/${path}`);
    const { fetcher } = openFetcher(scene, ({ url }) => {
      if (url.endsWith("bad")) throw unavailable("server");
      return `file ${url}`;
    });
    expect(await fetcher.runOnce()).toBe(3);
  });
});

describe("while the spool is full", () => {
  test("nothing is fetched, and once there is room everything is", async () => {
    await using scene = await openScene();
    for (const path of ["a", "b", "c"]) await scene.want("bucket-1", `${CHATWOOT}/${path}`);
    let roomFor = 0;
    const { fetcher, orders } = openFetcher(scene, ({ url }) => url, {
      hasRoom: () => Promise.resolve(roomFor-- > 0),
    });
    fetcher.start();
    await scene.clock.tick(HOUR_MS);
    expect(orders).toEqual([]);
    roomFor = 1;
    await scene.clock.tick(10 * MINUTE_MS);
    expect(orders).toHaveLength(2);
    roomFor = 10;
    await scene.clock.tick(10 * MINUTE_MS);
    await fetcher.stop();
    expect(orders).toHaveLength(3);
  });

  test("of wishes alone, they are fetched all the same: nothing else would ever make room", async () => {
    await using scene = await openScene();
    for (const path of ["a", "b"]) await scene.want("bucket-1", `${CHATWOOT}/${path}`, SPOOL_BYTES_MAX);
    const spool = new Spool({ ...scene.shared, onMissingBucket: () => undefined });
    expect(await spool.hasRoom()).toBe(false);
    const { fetcher } = openFetcher(scene, ({ url }) => url, { hasRoom: () => spool.hasRoomToFetch() });
    expect(await fetcher.runOnce()).toBe(2);
    expect(await spool.runOnce()).toBe(2);
    expect(await spool.hasRoom()).toBe(true);
  });
});

test("files are fetched two at a time", async () => {
  await using scene = await openScene();
  for (const path of ["a", "b", "c", "d", "e"]) await scene.want("bucket-1", `${CHATWOOT}/${path}`);
  let underWay = 0;
  let atMost = 0;
  const { fetcher } = openFetcher(scene, async ({ url }) => {
    atMost = Math.max(atMost, ++underWay);
    await scene.clock.settle();
    underWay--;
    return url;
  });
  expect(await fetcher.runOnce()).toBe(5);
  expect(atMost).toBe(2);
});

describe("a file that nobody wants any more", () => {
  test.each([
    [
      "its bucket was erased",
      (scene: ServiceScene) => scene.store.eraseBucket("bucket-1", scene.clock.now()),
    ],
    [
      "it was given up",
      async (scene: ServiceScene) => {
        const [media] = await scene.store.dueFetches(scene.clock.now(), 1);
        await scene.store.giveUpObject(media?.key ?? 0, "by hand");
      },
    ],
  ])("when it is here, because %s, is removed", async (_why, change) => {
    await using scene = await openScene();
    await scene.want("bucket-1");
    const { open, passed } = gate();
    const { fetcher, orders, fetchedCount } = openFetcher(scene, async () => {
      await passed;
      return "a voice";
    });
    const round = fetcher.runOnce();
    await scene.clock.settle();
    await change(scene);
    open();
    await round;
    expect(orders).toHaveLength(1);
    expect(existsSync(orders[0]?.into ?? "")).toBe(false);
    expect(fetchedCount()).toBe(0);
    expect(await scene.store.spoolSize()).toEqual({ objectCount: 0, bytes: 0 });
  });

  test("goes to whoever it is for by now", async () => {
    await using scene = await ServiceScene.open();
    const party = await scene.make("bucket-1");
    await scene.want("bucket-1");
    const userId = await scene.store.addUser(
      { name: "Ana", email: null, connectionKey: null },
      scene.clock.now(),
    );
    const { fetcher } = openFetcher(scene, async () => {
      await scene.make("of-ana", { ...party, userId });
      return "a voice";
    });
    expect(await fetcher.runOnce()).toBe(1);
    const uploads = await scene.store.dueUploads(scene.clock.now(), 10);
    expect(uploads.map(({ bucketName }) => bucketName)).toEqual(["of-ana"]);
  });
});

test("a round in which the database fails ends when all its downloads have", async () => {
  await using scene = await openScene();
  for (const path of ["bad", "a"]) await scene.want("bucket-1", `${CHATWOOT}/${path}`);
  const { open, passed } = gate();
  const store = new Proxy(scene.store, {
    get: (target, name) =>
      name === "delayFetch"
        ? () => Promise.reject(new Error("the database is full"))
        : (Reflect.get(target, name) as unknown),
  });
  const { fetcher } = openFetcher(
    scene,
    async ({ url }) => {
      if (url.endsWith("bad")) throw unavailable("missing");
      await passed;
      return "a voice";
    },
    { store },
  );
  let isOver = false;
  const round = failureOf(fetcher.runOnce()).finally(() => (isOver = true));
  await scene.clock.settle();
  expect(isOver).toBe(false);
  open();
  expect(await round).toEqual({ name: "Error" });
  expect(await scene.store.dueUploads(scene.clock.now(), 10)).toHaveLength(1);
});

describe("stopping", () => {
  test("ends downloads that hang, quietly; they begin anew", async () => {
    await using scene = await openScene();
    for (const path of ["a", "b", "c"]) await scene.want("bucket-1", `${CHATWOOT}/${path}`);
    const { fetcher, orders } = openFetcher(scene, (_order, signal) => hanging({ signal }));
    fetcher.start();
    await scene.clock.tick(SECOND_MS);
    expect(orders).toHaveLength(2);
    await fetcher.stop();
    await fetcher.stop();
    expect(scene.events).toEqual([]);
    expect(await scene.store.dueFetches(scene.clock.now(), 10)).toMatchObject([
      { attempts: 0 },
      { attempts: 0 },
      { attempts: 0 },
    ]);
    expect(await openFetcher(scene, ({ url }) => url).fetcher.runOnce()).toBe(3);
  });

  test("before starting is fine, and nothing is begun after it", async () => {
    await using scene = await openScene();
    await scene.want("bucket-1");
    const { fetcher, orders } = openFetcher(scene, () => "a voice");
    await fetcher.stop();
    fetcher.wake();
    expect(await fetcher.runOnce()).toBe(0);
    expect(orders).toEqual([]);
  });
});
