// A watched store: it does what the store below does, and every request shows once, by its end.
import { describe, expect, test } from "bun:test";
import { openMetrics } from "../../src/metrics.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { observed } from "../../src/storage/observed.ts";
import { ManualClock } from "../harness/clock.ts";
import { objectStoreConformance } from "./conformance.ts";
import { openDiskScene } from "./disk-scene.ts";
import { openGcsScene } from "./gcs-scene.ts";
import { BUCKET, contentOf, failureOf, LABELS, OTHER_BUCKET, patient, type StoreScene } from "./scene.ts";

objectStoreConformance("objects under observation", async () => {
  const scene = await openDiskScene();
  const clock = new ManualClock();
  return { ...scene, store: watch(scene.store, clock).store, second: watch(scene.second, clock).store };
});

interface Watched {
  store: ObjectStore;
  /** Requests by "op outcome". */
  counts: () => Promise<Record<string, number>>;
  metrics: ReturnType<typeof openMetrics>;
}

function watch(below: ObjectStore, clock: ManualClock): Watched {
  const metrics = openMetrics("0.0.0");
  const counts = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.storeRequests.get();
    return Object.fromEntries(
      values.map(({ labels: { op, outcome }, value }) => [`${op} ${outcome}`, value]),
    );
  };
  return { store: observed(below, metrics, clock), counts, metrics };
}

async function openWatched(): Promise<Watched & StoreScene> {
  const scene = await openDiskScene();
  return { ...scene, ...watch(scene.store, new ManualClock()) };
}

describe("requests are counted by what became of them", () => {
  test("of buckets", async () => {
    await using scene = await openWatched();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    await scene.store.createBucket(BUCKET, LABELS, patient);
    await scene.store.bucket(BUCKET, patient);
    await scene.store.bucket(OTHER_BUCKET, patient);
    await scene.store.listBuckets("", patient);
    await scene.store.labelBucket(BUCKET, { team: "sales" }, patient);
    await scene.store.labelBucket(OTHER_BUCKET, { team: "sales" }, patient);
    expect(await scene.counts()).toEqual({
      "create_bucket created": 1,
      "create_bucket ours": 1,
      "bucket found": 1,
      "bucket missing": 1,
      "list_buckets ok": 1,
      "label_bucket ok": 1,
      "label_bucket missing": 1,
    });
  });

  test("of objects", async () => {
    await using scene = await openWatched();
    await scene.second.createBucket(BUCKET, LABELS, patient);
    for (const text of ["first", "first", "other"])
      await scene.store.put(BUCKET, "a", contentOf(text), patient);
    for (const name of ["a", "b"]) {
      await (await scene.store.read(BUCKET, name, null, patient))?.body.cancel();
      await scene.store.info(BUCKET, name, patient);
      await scene.store.remove(BUCKET, name, patient);
    }
    await scene.store.list(BUCKET, "", null, 10, patient);
    expect(await scene.counts()).toEqual({
      "put stored": 1,
      "put same": 1,
      "put different": 1,
      "read found": 1,
      "read missing": 1,
      "info found": 1,
      "info missing": 1,
      "remove ok": 1,
      "remove missing": 1,
      "list ok": 1,
    });
  });

  test("that fail, with the failure passed on", async () => {
    await using scene = await openGcsScene();
    const { store, counts } = watch(scene.store, new ManualClock());
    scene.gcs.addBucket(OTHER_BUCKET, { project: "theirs", labels: {}, isOpen: false });
    expect(await store.createBucket(OTHER_BUCKET, LABELS, patient)).toBe("theirs");
    scene.gcs.outage = { status: 503 };
    expect(await failureOf(store.info(BUCKET, "a", patient))).toMatchObject({ code: "storage_unavailable" });
    expect(await failureOf(store.info("..", "a", patient))).toMatchObject({ reason: "bad_name" });
    const gone = AbortSignal.abort(new DOMException("stop", "AbortError"));
    expect(await failureOf(store.info(BUCKET, "a", gone))).toEqual({ name: "AbortError" });
    expect(await counts()).toEqual({
      "create_bucket theirs": 1,
      "info unavailable": 1,
      "info refused": 1,
      "info aborted": 1,
    });
  });
});

test("the making of a bucket is timed, however it ends", async () => {
  await using scene = await openDiskScene();
  const clock = new ManualClock();
  const slow: ObjectStore = Object.create(scene.store, {
    createBucket: {
      value: async (name: string) => {
        await clock.tick(1500);
        if (name === OTHER_BUCKET) throw new Error("the disk failed");
        return "created";
      },
    },
  });
  const { store, metrics } = watch(slow, clock);
  await store.createBucket(BUCKET, LABELS, patient);
  await failureOf(store.createBucket(OTHER_BUCKET, LABELS, patient));
  const { values } = await metrics.bucketSeconds.get();
  const figures = values.filter(
    ({ metricName }) => metricName?.endsWith("_sum") || metricName?.endsWith("_count"),
  );
  expect(figures.map(({ metricName, labels, value }) => [metricName, labels.op, value])).toEqual([
    ["lull_bucket_operation_seconds_sum", "create", 3],
    ["lull_bucket_operation_seconds_count", "create", 2],
  ]);
});

test("no name of a bucket or an object shows in the metrics", async () => {
  await using scene = await openWatched();
  await scene.store.createBucket(BUCKET, LABELS, patient);
  await scene.store.put(BUCKET, "Receita da Ana.pdf", contentOf("x"), patient);
  expect(scene.store.kind).toBe("disk");
  expect(await scene.metrics.registry.metrics()).not.toMatch(/Receita|lull-user|instance-1/);
});
