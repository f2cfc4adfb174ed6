// A store behind sockets under a clock that is driven by hand: what a tick sets off is over when the tick is.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { openGcsStore } from "../../src/storage/gcs.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { BUCKET, bytesOf, contentOf, failureOf, LABELS, patient, readBytes } from "../storage/scene.ts";
import { GcsDouble } from "./gcs.ts";
import { openHeld } from "./gcs-held.ts";

const LARGE = 20 * 1024 * 1024;

let clock: ManualClock;
let gcs: GcsDouble;
let store: ObjectStore;
beforeEach(async () => {
  clock = new ManualClock();
  gcs = await GcsDouble.open({ account: null, now: () => clock.now(), bucketGapMs: 2000 });
  const settings = {
    projectId: "project-1",
    clientEmail: "",
    privateKey: "",
    privateKeyId: null,
    location: null,
    apiEndpoint: gcs.url,
    tokenUrl: null,
  };
  const deps = { gcs, clock, hold: () => clock.hold() };
  store = openHeld(deps, (held) => openGcsStore(settings, { fetch, clock: held, random: seededRandom(1) }));
});
afterEach(() => gcs.close());

/** Begins the work and tells how it stands, whenever it is asked. */
function begin<T>(work: Promise<T>): { end: T | "failed" | null } {
  const state: { end: T | "failed" | null } = { end: null };
  work.then(
    (end) => (state.end = end),
    () => (state.end = "failed"),
  );
  return state;
}

test("a call is over when the clock is at rest", async () => {
  const made = begin(store.createBucket(BUCKET, LABELS, patient));
  await clock.settle();
  expect(made.end).toBe("created");
  const puts = Array.from({ length: 50 }, (_, nth) =>
    begin(store.put(BUCKET, `v1/${nth}`, contentOf(bytesOf(10_000)), patient)),
  );
  const large = begin(store.put(BUCKET, "large", contentOf(bytesOf(LARGE)), patient));
  await clock.settle();
  expect(new Set(puts.map(({ end }) => end))).toEqual(new Set(["stored"]));
  expect(large.end).toBe("stored");
  const read = begin(readBytes(store, "large"));
  await clock.settle();
  expect(Buffer.compare(Buffer.from(read.end as Uint8Array), bytesOf(LARGE))).toBe(0);
  expect(gcs.violations).toEqual([]);
});

test("a pause between two tries waits for the clock, and the tries happen at their moments", async () => {
  await store.createBucket(BUCKET, LABELS, patient);
  const startedAt = clock.now();
  gcs.outage = { status: 503, retryAfterS: 7 };
  const asked = begin(store.bucket(BUCKET, patient));
  await clock.tick(10_000);
  expect(asked.end).toBeNull();
  gcs.outage = null;
  await clock.tick(10_000);
  expect(gcs.ledger.slice(1).map(({ at }) => at - startedAt)).toEqual([0, 7000, 14_000]);
  expect(asked.end).toEqual({ labels: LABELS });
  expect(clock.armedCount).toBe(0);
});

test("an answer that never comes keeps nobody waiting but its caller", async () => {
  await store.createBucket(BUCKET, LABELS, patient);
  gcs.failNext("object.insert", "hang");
  const stop = new AbortController();
  const stuck = failureOf(store.put(BUCKET, "stuck", contentOf("x"), stop.signal));
  const other = begin(store.put(BUCKET, "other", contentOf("x"), patient));
  await clock.tick(60_000);
  gcs.outage = "hang";
  const asked = failureOf(store.info(BUCKET, "other", stop.signal));
  await clock.tick(60_000);
  stop.abort(new DOMException("stop", "AbortError"));
  expect([await stuck, await asked, other.end]).toEqual([
    { name: "AbortError" },
    { name: "AbortError" },
    "stored",
  ]);
  gcs.outage = null;
  const again = begin(store.put(BUCKET, "stuck", contentOf("x"), patient));
  await clock.settle();
  expect(again.end).toBe("stored");
});

test("a day without Google passes in a moment, and what was asked for is done once after it", async () => {
  await store.createBucket(BUCKET, LABELS, patient);
  gcs.outage = { status: 503 };
  for (let hour = 0; hour < 24; hour++) {
    const tried = begin(store.put(BUCKET, "a", contentOf("x"), patient));
    await clock.tick(60 * 60_000);
    expect(tried.end).toBe("failed");
  }
  gcs.outage = null;
  expect(await store.put(BUCKET, "a", contentOf("x"), patient)).toBe("stored");
  expect(gcs.ledger.filter(({ op }) => op === "object.insert")).toHaveLength(24 * 4 + 1);
  expect(clock.armedCount).toBe(0);
});
