// Google's bad days: what is tried again and what is not, and that an object is stored once, whole, or not at all.
import { afterEach, describe, expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { openGcsStore } from "../../src/storage/gcs.ts";
import type { GcsFault } from "../doubles/gcs.ts";
import type { GcsOp } from "../doubles/gcs-request.ts";
import { seededRandom } from "../harness/random.ts";
import { type GcsScene, openGcsScene } from "./gcs-scene.ts";
import {
  broken,
  BUCKET,
  bytesOf,
  contentOf,
  failureOf,
  LABELS,
  patient,
  readBytes,
  readText,
  refused,
  unavailable,
} from "./scene.ts";

const LARGE = 10 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;
/** What may happen once without anybody noticing. */
const PASSING: readonly GcsFault[] = [
  { status: 408 },
  { status: 429 },
  { status: 500 },
  { status: 503, retryAfterS: 2 },
  "cut",
  "lost",
  "html",
];

const scenes: GcsScene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene[Symbol.asyncDispose]();
});

async function openScene(): Promise<GcsScene> {
  const scene = await openGcsScene();
  scenes.push(scene);
  await scene.store.createBucket(BUCKET, LABELS, patient);
  scene.clock.ahead(60_000);
  return scene;
}

interface Call {
  op: GcsOp;
  /** `a` holds "first". */
  make: (scene: GcsScene) => Promise<unknown>;
  gives: unknown;
  /** Where an answer that was lost shows. */
  givesAfterLoss?: unknown;
}

const CALLS: readonly Call[] = [
  {
    op: "token",
    make: async (scene) => (scene.clock.ahead(3_600_000), scene.store.bucket(BUCKET, patient)),
    gives: { labels: LABELS },
  },
  { op: "bucket.get", make: ({ store }) => store.bucket(BUCKET, patient), gives: { labels: LABELS } },
  {
    op: "bucket.patch",
    make: ({ store }) => store.labelBucket(BUCKET, { team: "sales" }, patient),
    gives: true,
  },
  { op: "bucket.list", make: ({ store }) => store.listBuckets("lull", patient), gives: [BUCKET] },
  {
    op: "object.insert",
    make: ({ store }) => store.put(BUCKET, "b", contentOf("second"), patient),
    gives: "stored",
    givesAfterLoss: "same",
  },
  {
    op: "upload.start",
    make: ({ store }) => store.put(BUCKET, "b", contentOf(bytesOf(LARGE)), patient),
    gives: "stored",
  },
  {
    op: "object.get",
    make: ({ store }) => store.info(BUCKET, "a", patient),
    gives: expect.objectContaining({ name: "a" }),
  },
  {
    op: "object.list",
    make: async ({ store }) =>
      (await store.list(BUCKET, "", null, 9, patient)).objects.map(({ name }) => name),
    gives: ["a"],
  },
  { op: "object.delete", make: ({ store }) => store.remove(BUCKET, "a", patient), gives: true },
];

/** With `a` in the bucket. */
async function openWithObject(): Promise<GcsScene> {
  const scene = await openScene();
  await scene.store.put(BUCKET, "a", contentOf("first"), patient);
  return scene;
}

describe("a fault that passes", () => {
  for (const call of CALLS)
    for (const fault of PASSING)
      test(`goes unnoticed: ${call.op}, ${JSON.stringify(fault)}`, async () => {
        const scene = await openWithObject();
        const doneBefore = scene.gcs.doneCount(call.op);
        scene.gcs.failNext(call.op, fault);
        const isLost = fault === "lost" && call.givesAfterLoss !== undefined;
        expect(await call.make(scene)).toEqual(isLost ? call.givesAfterLoss : call.gives);
        expect(scene.clock.waits.length).toBeGreaterThan(0);
        expect(scene.gcs.violations).toEqual([]);
        if (call.op === "object.insert" || call.op === "bucket.patch")
          expect(scene.gcs.doneCount(call.op) - doneBefore).toBe(1);
      });

  test("is waited for as long as Google says, and longer each time", async () => {
    const scene = await openWithObject();
    scene.gcs.failNext("object.get", { status: 503, retryAfterS: 7 });
    await scene.store.info(BUCKET, "a", patient);
    expect(scene.clock.waits).toEqual([7000]);
    scene.clock.waits.length = 0;
    scene.gcs.failNext("object.get", { status: 503 }, 3);
    await scene.store.info(BUCKET, "a", patient);
    const [first = 0, second = 0, third = 0] = scene.clock.waits;
    expect(first).toBeWithin(250, 751);
    expect(second).toBeWithin(500, 1501);
    expect(third).toBeWithin(1000, 3001);
  });
});

describe("a fault that stays", () => {
  test("is told after four tries, and nothing of Google's text with it", async () => {
    const scene = await openWithObject();
    scene.gcs.failNext("object.get", { status: 503 }, 4);
    const error = await scene.store.info(BUCKET, "a", patient).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "storage_unavailable", retryable: true });
    expect(error).not.toHaveProperty("cause");
    expect(String(error)).not.toMatch(/token-|lull-user|double/);
    expect(scene.gcs.ledger.filter(({ op }) => op === "object.get")).toHaveLength(4);
  });

  test("is told at once when Google wants a long pause, with its length", async () => {
    const scene = await openWithObject();
    scene.gcs.failNext("object.get", { status: 429, retryAfterS: 60 });
    const error = await scene.store.info(BUCKET, "a", patient).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "storage_unavailable", retryAfterMs: 60_000 });
    expect(scene.clock.waits).toEqual([]);
  });

  test.each([
    [400, "rejected"],
    [401, "unauthorized"],
    [403, "forbidden"],
  ])("is a refusal when trying again is in vain: %i", async (status, reason) => {
    const scene = await openWithObject();
    scene.gcs.failNext("object.get", { status });
    expect(await failureOf(scene.store.info(BUCKET, "a", patient))).toEqual(refused(reason));
    expect(scene.clock.waits).toEqual([]);
  });

  test("is a storage that cannot be reached", async () => {
    const scene = await openGcsScene();
    await scene[Symbol.asyncDispose]();
    expect(await failureOf(scene.store.info(BUCKET, "a", patient))).toEqual(unavailable);
  });

  test.each([
    "object.get",
    "object.insert",
    "object.download",
    "upload.start",
    "upload.piece",
    "token",
  ] as const)("ends with the signal when Google says nothing: %s", async (op) => {
    const scene = await openWithObject();
    if (op === "token") scene.clock.ahead(3_600_000);
    scene.gcs.failNext(op, "hang");
    const stop = new AbortController();
    const size = op.startsWith("upload") ? LARGE : 10;
    const work =
      op === "object.download" || op === "object.get"
        ? scene.store.read(BUCKET, "a", null, stop.signal)
        : scene.store.put(BUCKET, "b", contentOf(bytesOf(size)), stop.signal);
    while (!scene.gcs.ledger.some((entry) => entry.op === op && entry.status === null)) await turn();
    stop.abort(new DOMException("stop", "AbortError"));
    expect(await failureOf(work)).toEqual({ name: "AbortError" });
    expect(scene.gcs.bytesOf(BUCKET, "b")).toBeNull();
  });
});

describe("a download", () => {
  const whole = { from: 0, to: 999_999 };

  test.each([
    ["cut", null],
    ["short", null],
    ["flipped", null],
    ["cut", whole],
    ["short", whole],
  ] as const)(
    "that goes wrong on the way is an error, never a shorter file: %s, range %o",
    async (fault, range) => {
      const scene = await openScene();
      const bytes = bytesOf(1_000_000);
      await scene.store.put(BUCKET, "a", contentOf(bytes), patient);
      scene.gcs.failNext("object.download", fault);
      const failure = await failureOf(readBytes(scene.store, "a", range));
      expect(failure).toMatchObject({ code: "storage_unavailable", retryable: true });
      expect(Buffer.compare((await readBytes(scene.store, "a", range)) ?? Buffer.alloc(0), bytes)).toBe(0);
    },
  );

  test("that begins badly is begun again", async () => {
    const scene = await openWithObject();
    for (const fault of [{ status: 503 }, { status: 429 }, "lost"] as const) {
      scene.gcs.failNext("object.download", fault);
      expect(await readText(scene.store, "a")).toBe("first");
    }
  });

  test("of a page of something in between is an error", async () => {
    const scene = await openWithObject();
    scene.gcs.failNext("object.download", "html");
    expect(await failureOf(readBytes(scene.store, "a"))).toEqual(broken);
  });

  test("that stands still ends with the signal", async () => {
    const scene = await openScene();
    await scene.store.put(BUCKET, "a", contentOf(bytesOf(1_000_000)), patient);
    scene.gcs.failNext("object.download", "stall");
    const stop = new AbortController();
    const found = await scene.store.read(BUCKET, "a", null, stop.signal);
    const rest = failureOf(new Response(found?.body ?? null).bytes());
    stop.abort(new DOMException("stop", "AbortError"));
    expect(await rest).toEqual({ name: "AbortError" });
  });
});

describe("a large upload", () => {
  const bytes = bytesOf(LARGE);

  test("goes in pieces", async () => {
    const scene = await openScene();
    expect(await scene.store.put(BUCKET, "a", contentOf(bytes), patient)).toBe("stored");
    expect(sentPieces(scene)).toEqual([PIECE, PIECE, LARGE - 2 * PIECE]);
  });

  test("of exactly one piece too many for a whole goes in two, and of a whole in one", async () => {
    const scene = await openScene();
    await scene.store.put(BUCKET, "a", contentOf(bytesOf(PIECE + 1)), patient);
    expect(sentPieces(scene)).toEqual([PIECE, 1]);
    await scene.store.put(BUCKET, "b", contentOf(bytesOf(PIECE)), patient);
    expect(scene.gcs.doneCount("object.insert")).toBe(1);
  });

  test("that is cut goes on from what was kept, and the content is read once", async () => {
    const scene = await openScene();
    const openings = { count: 0, openCount: 0 };
    scene.gcs.failNext("upload.piece", "cut");
    expect(await scene.store.put(BUCKET, "a", contentOf(bytes, { openings }), patient)).toBe("stored");
    expect(sentPieces(scene)).toEqual([PIECE, PIECE / 2, PIECE, LARGE - 2 * PIECE]);
    expect(scene.gcs.doneCount("upload.start")).toBe(1);
    expect(openings).toEqual({ count: 1, openCount: 0 });
    expect(Buffer.compare(scene.gcs.bytesOf(BUCKET, "a") ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  test.each(["cut", "lost", { status: 503 }, { status: 429, retryAfterS: 1 }] as const)(
    "is stored once when every piece fails once: %o",
    async (fault) => {
      const scene = await openScene();
      for (let piece = 0; piece < 3; piece++) scene.gcs.failNext("upload.piece", fault);
      expect(await scene.store.put(BUCKET, "a", contentOf(bytes), patient)).toBe("stored");
      expect(Buffer.compare(scene.gcs.bytesOf(BUCKET, "a") ?? Buffer.alloc(0), bytes)).toBe(0);
      expect(scene.gcs.violations).toEqual([]);
    },
  );

  test.each([404, 410])("begins anew when its session is gone: %i", async (status) => {
    const scene = await openScene();
    const openings = { count: 0, openCount: 0 };
    scene.gcs.failNext("upload.piece", { status });
    expect(await scene.store.put(BUCKET, "a", contentOf(bytes, { openings }), patient)).toBe("stored");
    expect(scene.gcs.doneCount("upload.start")).toBe(2);
    expect(openings).toEqual({ count: 2, openCount: 0 });
    expect(scene.gcs.violations).toEqual([]);
  });

  test("gives up on sessions that go again and again", async () => {
    const scene = await openScene();
    scene.gcs.failNext("upload.piece", { status: 410 }, 3);
    expect(await failureOf(scene.store.put(BUCKET, "a", contentOf(bytes), patient))).toEqual(unavailable);
    expect(scene.gcs.bytesOf(BUCKET, "a")).toBeNull();
  });

  test("that somebody else was quicker with is compared, not sent over it", async () => {
    const scene = await openScene();
    scene.gcs.failNext("object.get", { status: 404 });
    await scene.second.put(BUCKET, "a", contentOf(bytes), patient);
    scene.gcs.failNext("object.get", { status: 404 });
    expect(await scene.store.put(BUCKET, "a", contentOf(bytes), patient)).toBe("same");
    scene.gcs.failNext("object.get", { status: 404 });
    expect(await scene.store.put(BUCKET, "a", contentOf(bytesOf(LARGE, 2)), patient)).toBe("different");
    expect(Buffer.compare(scene.gcs.bytesOf(BUCKET, "a") ?? Buffer.alloc(0), bytes)).toBe(0);
  });
});

describe("the service account", () => {
  test("is not asked about before it is needed, and then once by all who wait", async () => {
    const scene = await openGcsScene();
    scenes.push(scene);
    expect(scene.gcs.ledger).toEqual([]);
    await Promise.all(
      Array.from({ length: 10 }, (_, nth) => scene.store.bucket(`lull-user-${nth}`, patient)),
    );
    expect(scene.gcs.doneCount("token")).toBe(1);
    expect(
      scene.gcs.doneCount("bucket.get") + scene.gcs.ledger.filter(({ status }) => status === 404).length,
    ).toBe(10);
  });

  test("gets a new token shortly before the old one ends, and when the old one is refused", async () => {
    const scene = await openScene();
    scene.clock.ahead(53 * 60_000);
    await scene.store.bucket(BUCKET, patient);
    expect(scene.gcs.doneCount("token")).toBe(1);
    scene.clock.ahead(2 * 60_000);
    await scene.store.bucket(BUCKET, patient);
    expect(scene.gcs.doneCount("token")).toBe(2);
    scene.gcs.failNext("bucket.get", { status: 401 });
    await failureOf(scene.store.bucket(BUCKET, patient));
    await scene.store.bucket(BUCKET, patient);
    expect(scene.gcs.doneCount("token")).toBe(3);
  });

  test.each([
    { clientEmail: "other@project-1.iam.gserviceaccount.com" },
    { privateKey: "-----BEGIN nonsense" },
  ])("that Google does not know is refused, and its key stays untold: %o", async (wrong) => {
    const scene = await openScene();
    const settings = { ...scene.settings, ...wrong };
    const store = openGcsStore(settings, { fetch, clock: scene.clock, random: seededRandom(3) });
    const error = await store.bucket(BUCKET, patient).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "storage_refused", reason: "unauthorized" });
    expect(error).not.toHaveProperty("cause");
    expect(Bun.inspect(error)).not.toContain("BEGIN");
  });

  test("stays untold to an emulator without a token endpoint", async () => {
    const scene = await openScene();
    const tokensBefore = scene.gcs.doneCount("token");
    const settings = { ...scene.settings, tokenUrl: null };
    const store = openGcsStore(settings, { fetch, clock: scene.clock, random: seededRandom(3) });
    expect(await failureOf(store.bucket(BUCKET, patient))).toEqual(refused("unauthorized"));
    expect(scene.gcs.doneCount("token")).toBe(tokensBefore);
  });

  test("is not led elsewhere by the SDK's own variable in the environment", async () => {
    process.env["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:9";
    try {
      const scene = await openScene();
      await scene.store.put(BUCKET, "a", contentOf("first"), patient);
      expect(await readText(scene.store, "a")).toBe("first");
    } finally {
      delete process.env["STORAGE_EMULATOR_HOST"];
    }
  });
});

/** The bodies of the pieces that were sent, whatever became of them. */
function sentPieces({ gcs }: GcsScene): number[] {
  return gcs.ledger.filter(({ op }) => op === "upload.piece").map(({ bodyBytes }) => bodyBytes);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
