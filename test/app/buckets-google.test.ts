// Buckets over Google Cloud Storage: whose a name is that was taken, and everything that waits for it.
import { expect, test } from "bun:test";
import type { TestApp } from "../harness/app.ts";
import { ensureBucket } from "../harness/buckets.ts";
import { addOurBucket, type GoogleApp, openGoogleApp } from "../harness/google.ts";
import { addToken, addUser } from "../harness/tenants.ts";

/** Longer than a failed bucket waits for its next try. */
const RETRY_MS = 60 * 60_000;
const DOWN = { status: 503 };

type Row = Record<string, unknown>;

/** A customer wrote while the store was down: the name of the bucket that is still to be made. */
async function withWaitingBucket({ app, gcs }: GoogleApp): Promise<string> {
  gcs.outage = DOWN;
  await app.receive("bom dia");
  await app.clock.tick(60_000);
  return String((await bucketsOf(app))[0]?.["name"]);
}

async function bucketsOf(app: TestApp): Promise<Row[]> {
  return (await app.admin("GET", "/buckets")).body["data"] as Row[];
}

async function comeBack({ app, gcs }: GoogleApp): Promise<void> {
  gcs.outage = null;
  await app.clock.tick(RETRY_MS);
}

test("a name that is another project's gives way to another, and what waits for it goes there", async () => {
  await using scene = await openGoogleApp();
  const { app, gcs } = scene;
  const taken = await withWaitingBucket(scene);
  gcs.addBucket(taken, { project: "another", labels: { lull: "copied" }, isOpen: false });
  await comeBack(scene);
  const [row, ...others] = await bucketsOf(app);
  const name = String(row?.["name"]);
  expect([row, others]).toMatchObject([
    { state: "ready", contactId: expect.stringMatching(/^contact_/) },
    [],
  ]);
  expect(name).not.toBe(taken);
  expect(gcs.objectNames(taken)).toEqual([]);
  expect(gcs.objectNames(name).length).toBeGreaterThan(0);
  expect([gcs.violations, gcs.hastes]).toEqual([[], []]);
});

test("a name that is our own project's is reused, labelled, and said to exist", async () => {
  await using scene = await openGoogleApp();
  const { app, gcs } = scene;
  const name = await withWaitingBucket(scene);
  addOurBucket(gcs, name, { team: "sales" });
  await comeBack(scene);
  expect(await bucketsOf(app)).toMatchObject([{ name, state: "ready" }]);
  expect(gcs.labelsOf(name)).toEqual({ team: "sales", lull: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(gcs.objectNames(name).length).toBeGreaterThan(0);
  const told = app.events.find((event) => event.name === "bucket.exists");
  expect(told?.fields["text"]).toBe(`Bucket already exists: ${name}`);
});

test("the pace is kept over a crash, and a bucket whose answer was lost is not made twice", async () => {
  await using scene = await openGoogleApp();
  const { app, gcs } = scene;
  const token = await addToken(app, "service");
  gcs.failNext("bucket.insert", "lost");
  const made = new Set<string>();
  for (let nth = 0; nth < 4; nth++) {
    const { bucketName } = await ensureBucket(app, token, { userId: await addUser(app, `user ${nth}`) });
    made.add(bucketName);
    await app.crash();
    await app.start();
  }
  await app.clock.tick(RETRY_MS);
  expect(gcs.bucketNames().toSorted()).toEqual([...made].toSorted());
  expect((await bucketsOf(app)).map(({ state }) => state)).toEqual(["ready", "ready", "ready", "ready"]);
  expect([gcs.violations, gcs.hastes]).toEqual([[], []]);
});
