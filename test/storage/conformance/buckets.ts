// Buckets: made once, known by their label.
import { expect, test } from "bun:test";
import { BUCKET, failureOf, LABELS, OTHER_BUCKET, type OpenScene, patient, refused } from "../scene.ts";

export function bucketConformance(open: OpenScene): void {
  test("a bucket is made once and then is ours, whoever asks again", async () => {
    await using scene = await open();
    expect(await scene.store.createBucket(BUCKET, LABELS, patient)).toBe("created");
    expect(await scene.store.createBucket(BUCKET, LABELS, patient)).toBe("ours");
    expect(await scene.second.createBucket(BUCKET, { ...LABELS, kind: "other" }, patient)).toBe("ours");
    expect(await scene.second.bucket(BUCKET, patient)).toEqual({ labels: LABELS });
  });

  test("a bucket with another lull's label, or asked for without one, is theirs and keeps its labels", async () => {
    await using scene = await open();
    await scene.store.createBucket(BUCKET, LABELS, patient);
    expect(await scene.store.createBucket(BUCKET, { lull: "instance-2" }, patient)).toBe("theirs");
    expect(await scene.store.createBucket(BUCKET, { kind: "user" }, patient)).toBe("theirs");
    expect(await scene.store.bucket(BUCKET, patient)).toEqual({ labels: LABELS });
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
    expect(await failureOf(scene.store.info(name, "a", patient))).toEqual(bad);
  });

  test("what has been given up is not begun", async () => {
    await using scene = await open();
    const gone = AbortSignal.abort(new DOMException("stop", "AbortError"));
    expect(await failureOf(scene.store.createBucket(BUCKET, LABELS, gone))).toEqual({ name: "AbortError" });
    expect(await scene.store.bucket(BUCKET, patient)).toBeNull();
  });
}
