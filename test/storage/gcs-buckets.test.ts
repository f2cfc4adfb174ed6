// Buckets at Google: asked for once, told ours from theirs, and labelled without undoing what others did.
import { afterEach, describe, expect, test } from "bun:test";
import { type GcsScene, openGcsScene } from "./gcs-scene.ts";
import { BUCKET, failureOf, LABELS, OTHER_BUCKET, patient, refused, unavailable } from "./scene.ts";

const scenes: GcsScene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene[Symbol.asyncDispose]();
});

async function openScene(extra: { bucketGapMs?: number } = {}): Promise<GcsScene> {
  const scene = await openGcsScene(extra);
  scenes.push(scene);
  await scene.store.createBucket(BUCKET, LABELS, patient);
  scene.clock.ahead(60_000);
  return scene;
}

describe("a bucket", () => {
  test("is asked for once a call, since Google counts", async () => {
    const scene = await openScene();
    for (const fault of [{ status: 503 }, { status: 429, retryAfterS: 2 }, "cut", "lost", "html"] as const) {
      scene.gcs.failNext("bucket.insert", fault);
      expect(await failureOf(scene.store.createBucket(OTHER_BUCKET, LABELS, patient))).toEqual(unavailable);
    }
    expect(scene.gcs.ledger.filter(({ op }) => op === "bucket.insert")).toHaveLength(6);
    expect(scene.clock.waits).toEqual([]);
  });

  test("whose answer was lost is ours when it is asked for again", async () => {
    const scene = await openScene();
    scene.gcs.failNext("bucket.insert", "lost");
    expect(await failureOf(scene.store.createBucket(OTHER_BUCKET, LABELS, patient))).toEqual(unavailable);
    expect(await scene.store.createBucket(OTHER_BUCKET, LABELS, patient)).toBe("ours");
  });

  test("that comes too soon after another is put off for as long as Google says", async () => {
    const scene = await openScene({ bucketGapMs: 2000 });
    await scene.store.createBucket(OTHER_BUCKET, LABELS, patient);
    const error = await scene.store
      .createBucket("lull-user-3", LABELS, patient)
      .catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "storage_unavailable", retryAfterMs: 2000 });
    expect(scene.gcs.violations).toHaveLength(1);
  });

  test("is theirs when somebody else has the name, open to us or not, with a copy of our labels or without", async () => {
    const scene = await openScene();
    const theirs = { project: "theirs", labels: {}, isOpen: true };
    scene.gcs.addBucket("lull-user-3", { ...theirs, isOpen: false });
    scene.gcs.addBucket("lull-user-4", theirs);
    scene.gcs.addBucket("lull-user-5", { ...theirs, labels: LABELS });
    for (const name of ["lull-user-3", "lull-user-4", "lull-user-5"])
      expect(await scene.store.createBucket(name, LABELS, patient)).toBe("theirs");
    expect(scene.gcs.labelsOf("lull-user-4")).toEqual({});
    expect(scene.gcs.doneCount("bucket.patch")).toBe(0);
  });

  test.each([{}, { lull: "instance-2", team: "sales" }])(
    "of our project is adopted and says so, whatever it said before: %o",
    async (labels) => {
      const scene = await openScene();
      scene.gcs.addBucket(OTHER_BUCKET, { project: "project-1", labels, isOpen: true });
      expect(await scene.store.createBucket(OTHER_BUCKET, LABELS, patient)).toBe("ours");
      expect(scene.gcs.labelsOf(OTHER_BUCKET)).toEqual({ ...labels, lull: "instance-1" });
      expect(await scene.store.createBucket(OTHER_BUCKET, LABELS, patient)).toBe("ours");
      expect(scene.gcs.doneCount("bucket.patch")).toBe(1);
      expect(scene.gcs.violations).toEqual([]);
    },
  );

  test("is found in our project among many whose names begin with its own", async () => {
    const scene = await openScene();
    const ours = { project: "project-1", labels: LABELS, isOpen: true };
    for (let nth = 0; nth < 1500; nth++) scene.gcs.addBucket(`lull-user-9-${nth}`, ours);
    scene.gcs.addBucket("lull-user-9", { ...ours, project: "theirs" });
    expect(await scene.store.createBucket("lull-user-9", LABELS, patient)).toBe("theirs");
    expect(await scene.store.createBucket("lull-user-9-1", LABELS, patient)).toBe("ours");
  });

  test("is whose its label says when the account may not list", async () => {
    const scene = await openScene();
    scene.gcs.denied.add("bucket.list");
    const theirs = { project: "theirs", labels: { lull: "instance-2" }, isOpen: true };
    scene.gcs.addBucket("lull-user-3", { ...theirs, isOpen: false });
    scene.gcs.addBucket("lull-user-4", theirs);
    scene.gcs.addBucket("lull-user-5", { ...theirs, labels: {} });
    for (const name of ["lull-user-3", "lull-user-4", "lull-user-5"])
      expect(await scene.store.createBucket(name, LABELS, patient)).toBe("theirs");
    expect(await scene.store.createBucket(BUCKET, LABELS, patient)).toBe("ours");
    expect(scene.gcs.doneCount("bucket.patch")).toBe(0);
  });

  test("that may not be labelled is not adopted, and the operator is told", async () => {
    const scene = await openScene();
    scene.gcs.denied.add("bucket.patch");
    scene.gcs.addBucket(OTHER_BUCKET, { project: "project-1", labels: {}, isOpen: true });
    expect(await failureOf(scene.store.createBucket(OTHER_BUCKET, LABELS, patient))).toEqual(
      refused("forbidden"),
    );
  });

  test.each(["bucket.list", "bucket.get", "bucket.patch"] as const)(
    "whose owner cannot be told for now is neither ours nor theirs: %s",
    async (op) => {
      const scene = await openScene();
      scene.gcs.addBucket(OTHER_BUCKET, { project: "project-1", labels: {}, isOpen: true });
      scene.gcs.failNext(op, { status: 503 }, 4);
      expect(await failureOf(scene.store.createBucket(OTHER_BUCKET, LABELS, patient))).toEqual(unavailable);
    },
  );
});

describe("a label", () => {
  test("whose answer was lost is looked for before it is set again", async () => {
    const scene = await openScene();
    scene.gcs.failNext("bucket.patch", "lost");
    expect(await scene.store.labelBucket(BUCKET, { lull: "instance-2" }, patient)).toBe(true);
    expect(scene.gcs.ledger.filter(({ op }) => op === "bucket.patch")).toHaveLength(1);
    expect(scene.gcs.labelsOf(BUCKET)).toEqual({ lull: "instance-2", kind: "user" });
  });

  test("that somebody changed while an answer was lost is not undone by what was sent before", async () => {
    const scene = await openScene();
    scene.gcs.failNext("bucket.get", "lost");
    const late = scene.store.labelBucket(BUCKET, { lull: "instance-2" }, patient);
    await scene.second.labelBucket(BUCKET, { team: "sales" }, patient);
    expect(await late).toBe(true);
    expect(scene.gcs.labelsOf(BUCKET)).toEqual({ lull: "instance-2", kind: "user", team: "sales" });
    expect(scene.gcs.violations).toEqual([]);
  });

  test("that is there already is not set again", async () => {
    const scene = await openScene();
    expect(await scene.store.labelBucket(BUCKET, { kind: "user" }, patient)).toBe(true);
    expect(scene.gcs.ledger.filter(({ op }) => op === "bucket.patch")).toEqual([]);
  });

  test("is set on a bucket of another project that is open to us", async () => {
    const scene = await openScene();
    scene.gcs.addBucket("sales-files", { project: "theirs", labels: { team: "sales" }, isOpen: true });
    expect(await scene.store.labelBucket("sales-files", LABELS, patient)).toBe(true);
    expect(scene.gcs.labelsOf("sales-files")).toEqual({ ...LABELS, team: "sales" });
    scene.gcs.addBucket("closed-files", { project: "theirs", labels: {}, isOpen: false });
    expect(await failureOf(scene.store.labelBucket("closed-files", LABELS, patient))).toEqual(
      refused("forbidden"),
    );
  });

  test.each([{ status: 404 }, { status: 412 }])("meets a bucket that changes under it: %o", async (fault) => {
    const scene = await openScene();
    scene.gcs.failNext("bucket.patch", fault);
    const isThere = fault.status !== 404;
    expect(await scene.store.labelBucket(BUCKET, { team: "sales" }, patient)).toBe(isThere);
    expect(scene.gcs.doneCount("bucket.patch")).toBe(isThere ? 1 : 0);
  });
});
