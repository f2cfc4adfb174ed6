// Buckets: made once, adopted when they are there already, known by their label.
import { expect, test } from "bun:test";
import {
  BUCKET,
  contentOf,
  failureOf,
  LABELS,
  OTHER_BUCKET,
  type OpenScene,
  patient,
  refused,
} from "../scene.ts";

export function bucketConformance(open: OpenScene): void {
  test("a bucket is made once and then is ours, whoever asks again", async () => {
    await using scene = await open();
    expect(await scene.store.createBucket(BUCKET, LABELS, patient)).toBe("created");
    expect(await scene.store.createBucket(BUCKET, LABELS, patient)).toBe("ours");
    expect(await scene.second.createBucket(BUCKET, { ...LABELS, kind: "other" }, patient)).toBe("ours");
    expect(await scene.second.bucket(BUCKET, patient)).toEqual({ labels: LABELS });
  });

  test("a bucket of ours that says it is another lull's is adopted: its owner changes, nothing else", async () => {
    await using scene = await open();
    await scene.store.createBucket(BUCKET, { lull: "instance-2", kind: "user", team: "sales" }, patient);
    expect(await scene.store.createBucket(BUCKET, { ...LABELS, kind: "other" }, patient)).toBe("ours");
    expect(await scene.second.bucket(BUCKET, patient)).toEqual({
      labels: { lull: "instance-1", kind: "user", team: "sales" },
    });
  });

  test("labels are added to those a bucket has, in place of its own of the same key", async () => {
    await using scene = await open();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    expect(await scene.second.labelBucket(BUCKET, { kind: "contact", team: "sales" }, patient)).toBe(true);
    expect(await scene.second.labelBucket(BUCKET, { kind: "contact", team: "sales" }, patient)).toBe(true);
    expect(await scene.store.bucket(BUCKET, patient)).toEqual({
      labels: { lull: "instance-1", kind: "contact", team: "sales" },
    });
  });

  test("of labels that are set at once none is lost", async () => {
    await using scene = await open();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    const many = ["a", "b", "c"].map((key) => ({ [key]: "yes" }));
    await Promise.all(many.map((labels) => scene.store.labelBucket(BUCKET, labels, patient)));
    expect(await scene.store.bucket(BUCKET, patient)).toEqual({ labels: Object.assign({}, LABELS, ...many) });
  });

  test("a bucket that is not there is not labelled, and not made by it", async () => {
    await using scene = await open();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    expect(await scene.store.labelBucket(OTHER_BUCKET, LABELS, patient)).toBe(false);
    expect(await scene.store.bucket(OTHER_BUCKET, patient)).toBeNull();
    expect(await scene.store.listBuckets("", patient)).toEqual([BUCKET]);
  });

  test("labelling leaves the objects as they are", async () => {
    await using scene = await open();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    await scene.store.put(BUCKET, "a", contentOf("x"), patient);
    const before = await scene.store.info(BUCKET, "a", patient);
    await scene.store.labelBucket(BUCKET, { team: "sales" }, patient);
    expect(await scene.store.info(BUCKET, "a", patient)).toEqual(before);
    expect((await scene.store.list(BUCKET, "", null, 10, patient)).objects).toHaveLength(1);
  });

  test("of two that make one bucket at once, one has made it", async () => {
    await using scene = await open();
    const ends = await Promise.all([
      scene.store.createBucket(BUCKET, LABELS, patient),
      scene.second.createBucket(BUCKET, LABELS, patient),
    ]);
    expect(ends.sort()).toEqual(["created", "ours"]);
  });

  test("a bucket that was never made is not there", async () => {
    await using scene = await open();
    expect(await scene.store.bucket(BUCKET, patient)).toBeNull();
    expect(await scene.store.listBuckets("", patient)).toEqual([]);
  });

  test("buckets are listed by the beginning of their names", async () => {
    await using scene = await open();
    for (const name of [OTHER_BUCKET, "lull-contact-1", BUCKET])
      await scene.store.createBucket(name, LABELS, patient);
    expect(await scene.second.listBuckets("lull-user-", patient)).toEqual([BUCKET, OTHER_BUCKET]);
    expect(await scene.second.listBuckets("lull-contact-", patient)).toEqual(["lull-contact-1"]);
    expect(await scene.second.listBuckets("other", patient)).toEqual([]);
  });

  test.each([
    "ab",
    "Upper",
    "a/b",
    "..",
    "-begins",
    "ends-",
    "a".repeat(64),
    "a..b",
    "google-1",
    "goog1",
    "1.2.3.4",
    "",
  ])("%p is no name for a bucket", async (name) => {
    await using scene = await open();
    const bad = refused("bad_name");
    expect(await failureOf(scene.store.createBucket(name, LABELS, patient))).toEqual(bad);
    expect(await failureOf(scene.store.bucket(name, patient))).toEqual(bad);
    expect(await failureOf(scene.store.labelBucket(name, LABELS, patient))).toEqual(bad);
    expect(await failureOf(scene.store.info(name, "a", patient))).toEqual(bad);
  });

  test("what has been given up is not begun", async () => {
    await using scene = await open();
    const gone = AbortSignal.abort(new DOMException("stop", "AbortError"));
    expect(await failureOf(scene.store.createBucket(BUCKET, LABELS, gone))).toEqual({ name: "AbortError" });
    expect(await failureOf(scene.store.labelBucket(BUCKET, LABELS, gone))).toEqual({ name: "AbortError" });
    expect(await scene.store.bucket(BUCKET, patient)).toBeNull();
  });
}
