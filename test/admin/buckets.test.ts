// Buckets as an operator looks after them: strays and merges, imports, erasure, and whether mapping and store agree.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { refused, unavailable } from "../../src/storage/failure.ts";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { askService, ensureBucket, putObject, textsIn, untilAborted } from "../harness/buckets.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";

const ROUND_MS = 60_000;
const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";
/** Made by lull, thirty-two digits after its kind. */
const STRANGE = "f".repeat(32);

type Row = Record<string, unknown>;

/** A bucket that is in the store and that lull did not make. */
function addStray({ objects }: TestApp, name: string, labels: Record<string, string> = {}): void {
  objects.buckets.set(name, { labels, objects: new Map() });
}

async function dataOf(app: TestApp, path: string): Promise<unknown> {
  const { status, body } = await app.admin("GET", path);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body["data"];
}

async function codeOf(app: TestApp, method: string, path: string, body?: Row): Promise<[number, unknown]> {
  const answer = await app.admin(method, path, body);
  return [answer.status, answer.body["code"]];
}

function changesIn(app: TestApp): unknown[] {
  return app.events.filter(({ name }) => name === "admin.changed").map(({ fields }) => fields["action"]);
}

test("buckets are listed, newest first and by state, and shown one by one", async () => {
  await using app = await openTestApp();
  const token = await addToken(app, "service");
  const first = await ensureBucket(app, token, { contactId: 1 });
  await app.clock.settle();
  app.objects.failure = unavailable("away");
  const second = await ensureBucket(app, token, { contactId: 2 });
  await app.clock.settle();
  app.objects.failure = null;
  const names = async (path: string) => ((await dataOf(app, path)) as Row[]).map(({ name }) => name);
  expect(await names("/buckets")).toEqual([second.bucketName, first.bucketName]);
  expect(await names("/buckets?state=ready")).toEqual([first.bucketName]);
  expect(await dataOf(app, `/buckets/${second.bucketName}`)).toMatchObject({
    name: second.bucketName,
    kind: "contact",
    source: "made",
    state: "creating",
    contactId: "contact_2_account_3",
    connection: "default",
    reason: "storage_unavailable",
    attempts: 1,
  });
  expect(await codeOf(app, "GET", "/buckets?state=gone")).toEqual([400, "invalid_query"]);
  expect(await codeOf(app, "GET", "/buckets/lull-user-none")).toEqual([404, "not_found"]);
});

describe("a user's bucket", () => {
  test("is looked at without being made, and made once", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const path = `/users/${userId}/bucket`;
    expect(await dataOf(app, path)).toBeNull();
    const made = await app.admin("POST", path);
    expect(made.body["data"]).toMatchObject({ userId, state: "creating", kind: "user" });
    await app.admin("POST", path);
    expect(await dataOf(app, path)).toMatchObject({ userId, state: "ready" });
    expect(app.objects.buckets.size).toBe(1);
    expect(changesIn(app)).toEqual(["user.add", "bucket.ensure"]);
    for (const method of ["GET", "POST"])
      expect(await codeOf(app, method, `/users/${NOBODY}/bucket`)).toEqual([404, "not_found"]);
  });

  test("that was there before lull is adopted, labelled, and used from then on", async () => {
    await using app = await openTestApp();
    const token = await addToken(app, "service");
    const userId = await addUser(app, "Ana");
    await addNumber(app, userId, "+5511987654321");
    const name = "pacelane-whatsapp-user-abc123";
    addStray(app, name, { team: "sales" });
    await putObject(app, name, "old/one", "from before");
    const { body } = await app.admin("PUT", `/users/${userId}/bucket`, { bucketName: name });
    expect(body["data"]).toMatchObject({ name, userId, source: "imported" });
    await app.clock.settle();
    const labels = { team: "sales", lull: expect.stringMatching(/^[0-9a-f-]{36}$/) };
    expect(app.objects.buckets.get(name)?.labels).toEqual(labels);
    const known = await ensureBucket(app, token, { whatsappNumber: "+5511987654321" });
    expect(known).toMatchObject({ bucketName: name, isNewBucket: false, bucketState: "ready" });
    expect(textsIn(app, name)).toEqual({ "old/one": "from before" });
    expect(changesIn(app)).toContain("bucket.import");
  });

  test("is one: another user's, or another of the same user, is refused", async () => {
    await using app = await openTestApp();
    const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
    const put = (userId: string, bucketName: string) =>
      codeOf(app, "PUT", `/users/${userId}/bucket`, { bucketName });
    expect(await put(ana, "bucket-of-ana")).toEqual([200, undefined]);
    expect(await put(ana, "bucket-of-ana")).toEqual([200, undefined]);
    expect(await put(ana, "another-of-ana")).toEqual([409, "conflict"]);
    expect(await put(bia, "bucket-of-ana")).toEqual([409, "conflict"]);
    expect(await put(NOBODY, "bucket-of-nobody")).toEqual([404, "not_found"]);
    for (const name of ["A", "with space", "google-it", "../up", "1.2.3.4", "x".repeat(64)])
      expect(await put(bia, name)).toEqual([400, "invalid_body"]);
    expect(await codeOf(app, "PUT", `/users/${bia}/bucket`, {})).toEqual([400, "invalid_body"]);
    expect(await dataOf(app, `/users/${bia}/bucket`)).toBeNull();
  });
});

describe("strays", () => {
  test("are what the store has under our prefix and no mapping knows, with the user that the name tells", async () => {
    await using app = await openTestApp();
    const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
    const plain = (id: string) => id.replaceAll("-", "");
    await app.clock.tick(20 * ROUND_MS);
    const caio = await addUser(app, "Caio");
    // Ids begin with the moment they were made at: the first two are told apart behind it alone, the third by it.
    const shared = ana.slice(0, 13);
    const own = ana.slice(0, 23);
    const strays: [string, string | null][] = [
      [`lull-user-${ana}`, ana],
      [`lull-user-${plain(bia)}`, bia],
      [`lull-user-${bia}-1718717`, bia],
      [`lull-user-${own}`, ana],
      [`lull-user-${plain(own)}`, ana],
      [`lull-user-${shared}`, null],
      [`lull-user-${caio.slice(0, 8)}`, caio],
      [`lull-user-${caio.slice(0, 7)}`, null],
      [`lull-user-${own}x`, null],
      [`lull-user-${NOBODY}`, null],
      [`lull-user-${STRANGE}`, null],
      [`lull-contact-${ana}`, null],
      ["lull-whatever", null],
    ];
    for (const [name] of strays) addStray(app, name);
    addStray(app, `lullaby-user-${ana}`);
    addStray(app, "other");
    await app.admin("POST", `/users/${ana}/bucket`);
    const found = (await dataOf(app, "/buckets/duplicates")) as Row[];
    const wanted = strays.map(([bucketName, suggestedUserId]) => ({ bucketName, suggestedUserId }));
    expect(found).toEqual(wanted.toSorted((a, b) => (a.bucketName < b.bucketName ? -1 : 1)));
    const { body } = await app.admin("GET", "/buckets/duplicates?limit=5");
    const next = await app.admin("GET", `/buckets/duplicates?limit=10&cursor=${String(body["nextCursor"])}`);
    expect([...(body["data"] as Row[]), ...(next.body["data"] as Row[])]).toEqual(found);
    expect(next.body["nextCursor"]).toBeNull();
  });

  test("three of them follow into their user's bucket, two with an object of the same name", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    const strays = ["lull-user-one", "lull-user-two", "lull-user-three"];
    for (const name of strays) {
      addStray(app, name);
      await putObject(app, name, "v1/same", `of ${name}`);
      await putObject(app, name, `v1/${name}`, "own");
    }
    for (const name of strays) {
      const { status, body } = await app.admin("POST", `/buckets/${name}/merge`, { userId });
      expect([status, body["data"]]).toMatchObject([200, { kind: "move", bucket: name }]);
    }
    await app.clock.tick(ROUND_MS);
    const { name } = (await dataOf(app, `/users/${userId}/bucket`)) as { name: string };
    const kept = textsIn(app, name);
    expect(Object.keys(kept)).toHaveLength(6);
    expect(Object.entries(kept).filter(([path]) => path.endsWith("v1/same"))).toEqual([
      ["merged/lull-user-three/v1/same", "of lull-user-three"],
      ["merged/lull-user-two/v1/same", "of lull-user-two"],
      ["v1/same", "of lull-user-one"],
    ]);
    for (const stray of strays) expect(textsIn(app, stray)).toEqual({});
    const tasks = (await dataOf(app, "/bucket-tasks?state=done")) as Row[];
    expect(tasks.map(({ objectCount }) => objectCount)).toEqual([2, 2, 2]);
    expect(await dataOf(app, `/bucket-tasks/${String(tasks[0]?.["id"])}`)).toEqual(tasks[0]);
    expect(await dataOf(app, "/bucket-tasks?state=waiting")).toEqual([]);
    expect(await dataOf(app, "/buckets/duplicates")).toEqual([]);
    expect(changesIn(app).filter((action) => action === "bucket.merge")).toHaveLength(3);
  });

  test("cannot be merged when they are somebody's, under way, not there, or nobody's to get", async () => {
    await using app = await openTestApp();
    const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
    const made = await app.admin("POST", `/users/${ana}/bucket`);
    const { name: owned } = made.body["data"] as { name: string };
    addStray(app, "lull-user-stray");
    const merge = (name: string, userId: string) => codeOf(app, "POST", `/buckets/${name}/merge`, { userId });
    expect(await merge(owned, bia)).toEqual([409, "conflict"]);
    expect(await merge("lull-user-none", bia)).toEqual([404, "not_found"]);
    expect(await merge("lull-user-stray", NOBODY)).toEqual([404, "not_found"]);
    expect(await merge("A", bia)).toEqual([400, "invalid_body"]);
    app.objects.list = (_name, _prefix, _cursor, _limit, signal) => untilAborted(signal);
    expect(await merge("lull-user-stray", bia)).toEqual([200, undefined]);
    expect(await merge("lull-user-stray", ana)).toEqual([409, "conflict"]);
    expect(await codeOf(app, "GET", `/bucket-tasks/${NOBODY}`)).toEqual([404, "not_found"]);
  });
});

test("erasing leaves nothing in the bucket and nothing on its way there, and the mapping stands", async () => {
  await using app = await openTestApp();
  await app.receive("um");
  await app.clock.tick(ROUND_MS);
  const [row] = (await dataOf(app, "/buckets")) as Row[];
  const name = String(row?.["name"]);
  expect(Object.keys(textsIn(app, name)).length).toBeGreaterThan(0);
  app.objects.failure = unavailable("away");
  await app.receive("dois");
  await app.clock.tick(ROUND_MS);
  const spooled = () => {
    using db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
    return db.query<{ count: number }, []>("SELECT count(*) AS count FROM storage_spool").get()?.count;
  };
  expect(spooled()).toBeGreaterThan(0);
  const { status, body } = await app.admin("DELETE", `/buckets/${name}/objects`);
  const task = body["data"] as Row;
  expect([status, task]).toMatchObject([200, { kind: "erase", bucket: name, state: "waiting" }]);
  expect(spooled()).toBe(0);
  expect(await codeOf(app, "DELETE", `/buckets/${name}/objects`)).toEqual([409, "conflict"]);
  app.objects.failure = null;
  await app.clock.tick(30 * ROUND_MS);
  expect(textsIn(app, name)).toEqual({});
  expect(await dataOf(app, `/bucket-tasks/${String(task["id"])}`)).toMatchObject({ state: "done" });
  expect(await dataOf(app, `/buckets/${name}`)).toMatchObject({
    state: "ready",
    contactId: row?.["contactId"],
  });
  await app.receive("três");
  await app.clock.tick(ROUND_MS);
  expect(JSON.stringify(Object.values(textsIn(app, name)))).toContain("três");
  expect(changesIn(app)).toEqual(["bucket.erase"]);
  expect(await codeOf(app, "DELETE", "/buckets/lull-user-none/objects")).toEqual([404, "not_found"]);
});

describe("verification", () => {
  test("finds what is missing, not ours, unknown, left over and not made yet, from both sides", async () => {
    await using app = await openTestApp();
    const token = await addToken(app, "service");
    const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
    const make = async (who: Row) => (await ensureBucket(app, token, who)).bucketName;
    const [well, missing, relabelled, closed] = [
      await make({ userId: ana }),
      await make({ contactId: 1 }),
      await make({ contactId: 2 }),
      await make({ whatsappNumber: "+5511987654321" }),
    ];
    const gone = await make({ userId: bia });
    await app.clock.settle();
    app.objects.buckets.delete(missing);
    addStray(app, relabelled, { lull: "another-lull" });
    const bucket = app.objects.bucket.bind(app.objects);
    app.objects.bucket = (name, ...rest) =>
      name === closed ? Promise.reject(refused("It may not be read.", "denied")) : bucket(name, ...rest);
    await app.admin("DELETE", `/users/${bia}`);
    addStray(app, "lull-user-stray");
    app.objects.createBucket = () => Promise.reject(unavailable("away"));
    const late = await make({ contactId: 3 });
    await app.clock.settle();

    const wanted = {
      checkedCount: 4,
      missing: [{ bucketName: missing, owner: "contact_1_account_3" }],
      notOurs: [
        { bucketName: relabelled, owner: "contact_2_account_3", reason: "label" },
        { bucketName: closed, owner: null, reason: "unreadable" },
      ].toSorted((a, b) => (a.bucketName < b.bucketName ? -1 : 1)),
      orphans: ["lull-user-stray"],
      retired: [{ name: gone, reason: "user_deleted" }],
      creating: [{ bucketName: late, owner: "contact_3_account_3", reason: "storage_unavailable" }],
      spool: { objectCount: 0, bytes: 0, failed: [] },
      counts: { missing: 1, notOurs: 2, orphans: 1, retired: 1, creating: 1, failed: 0 },
    };
    expect(await dataOf(app, "/buckets/verify")).toEqual(wanted);
    const verify = async (which: Row) =>
      (await askService(app, token, { action: "verify-mapping", ...which })).body;
    expect((await verify({}))["data"]).toEqual(wanted);
    const none = { missing: [], notOurs: [], orphans: [], retired: [], creating: [] };
    expect((await verify({ userId: ana }))["data"]).toMatchObject({ checkedCount: 1, ...none });
    expect((await verify({ bucketName: well }))["data"]).toMatchObject({ checkedCount: 1, ...none });
    expect((await verify({ bucketName: missing }))["data"]).toMatchObject({ missing: wanted.missing });
    expect((await verify({ bucketName: "lull-user-none" }))["code"]).toBe("not_found");
    expect((await verify({ userId: NOBODY }))["code"]).toBe("not_found");
  });

  test("tells how much waits, and what was given up and why", async () => {
    await using app = await openTestApp();
    app.objects.put = () => Promise.resolve("different");
    await app.receive("um");
    await app.clock.tick(ROUND_MS);
    app.objects.put = () => Promise.reject(unavailable("away"));
    await app.receive("dois");
    await app.clock.tick(ROUND_MS);
    const { spool, counts } = (await dataOf(app, "/buckets/verify")) as Record<string, Row>;
    const given = {
      objectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: "message",
      reason: "different",
    };
    expect(spool).toEqual({ objectCount: 2, bytes: expect.any(Number), failed: [given, given] });
    expect(counts).toMatchObject({ failed: 2 });
    app.objects.put = () => Promise.resolve("stored");
    const { body } = await app.admin("POST", "/doctor");
    const check = (body["data"] as Row[]).find(({ name }) => name === "spool");
    expect(check).toMatchObject({
      state: "failed",
      items: [0, 1].map(() => expect.stringMatching(/^message .*: different$/)),
    });
  });

  test("says so when the store is away", async () => {
    await using app = await openTestApp();
    app.objects.failure = unavailable("away");
    expect(await codeOf(app, "GET", "/buckets/verify")).toEqual([503, "storage_unavailable"]);
    expect(await codeOf(app, "GET", "/buckets/duplicates")).toEqual([503, "storage_unavailable"]);
  });
});

describe("the doctor", () => {
  const checksOf = async (app: TestApp): Promise<Record<string, Row>> => {
    const { body } = await app.admin("POST", "/doctor");
    return Object.fromEntries((body["data"] as Row[]).map((check) => [String(check["name"]), check]));
  };

  test("tries the store with an object that does not stay, where there is a bucket to try it in", async () => {
    await using app = await openTestApp();
    expect((await checksOf(app))["storage"]).toMatchObject({
      state: "ok",
      text: "the disk answers; there is no bucket yet to try it in",
    });
    const userId = await addUser(app, "Ana");
    await app.admin("POST", `/users/${userId}/bucket`);
    const { name } = (await dataOf(app, `/users/${userId}/bucket`)) as { name: string };
    const checks = await checksOf(app);
    expect(checks["storage"]).toMatchObject({
      state: "ok",
      text: expect.stringContaining("written, read and removed"),
    });
    expect(textsIn(app, name)).toEqual({});
    expect(checks).toMatchObject({
      buckets: { state: "ok" },
      spool: { state: "ok" },
      webhooks: { state: "ok" },
    });
  });

  test("names strays and what is missing, and says what to do", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    await app.admin("POST", `/users/${userId}/bucket`);
    const { name } = (await dataOf(app, `/users/${userId}/bucket`)) as { name: string };
    await app.admin("POST", `/users/${await addUser(app, "Bia")}/bucket`);
    app.objects.buckets.delete(name);
    addStray(app, "lull-user-stray");
    const { buckets } = await checksOf(app);
    expect(buckets).toMatchObject({
      state: "failed",
      items: [`the store does not have ${name} of ${userId}`, "no mapping knows lull-user-stray"],
      fix: expect.any(String),
    });
  });

  test("says that the store is down, or silent, and looks no further", async () => {
    await using app = await openTestApp();
    app.objects.failure = unavailable("away");
    const down = await checksOf(app);
    expect(down).toMatchObject({
      storage: { state: "failed", code: "storage_unavailable" },
      buckets: { state: "skipped" },
      spool: { state: "ok" },
    });
    app.objects.failure = null;
    app.objects.listBuckets = (_, signal) => untilAborted(signal);
    const asking = checksOf(app);
    await app.clock.tick(20_000);
    expect((await asking)["storage"]).toMatchObject({ state: "failed", code: "storage_unavailable" });
  });

  test("finds webhooks that anybody may send", async () => {
    await using app = await openTestApp({ env: { CHATWOOT_WEBHOOK_SECRET: "" } });
    expect((await checksOf(app))["webhooks"]).toMatchObject({ state: "failed", fix: expect.any(String) });
  });

  test("is a change, not a question", async () => {
    await using app = await openTestApp();
    const request = new Request("http://localhost/admin/doctor", {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    expect((await app.handle(request)).status).toBe(404);
  });
});
