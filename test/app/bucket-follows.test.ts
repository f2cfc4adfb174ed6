// Somebody unknown becomes a user, and a user goes: what was kept follows once, or stays for the operator.
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { ensureBucket, putObject, textsIn } from "../harness/buckets.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";

/** Longer than what was said needs to come into its bucket. */
const ROUND_MS = 60_000;
/** Longer than a task waits for its next try. */
const RETRY_MS = 20 * 60_000;
const PHONE = "+5511987654321";

type Row = Record<string, unknown>;

async function rowsOf(app: TestApp, path: string): Promise<Row[]> {
  return (await app.admin("GET", path)).body["data"] as Row[];
}

async function says(app: TestApp, text: string): Promise<void> {
  await app.receive(text, { contact: { id: 71, name: "Ana", phoneNumber: PHONE } });
  await app.clock.tick(ROUND_MS);
}

/** What customers said, wherever it is kept, by bucket. */
function saidIn(app: TestApp, bucketName: string): unknown[] {
  return Object.values(textsIn(app, bucketName))
    .map((text) => JSON.parse(text) as Row)
    .filter(({ sender }) => sender === "user")
    .map(({ content }) => String(content))
    .toSorted();
}

test("a contact becomes a user: mapping and objects follow once, though the process dies in the middle", async () => {
  await using app = await openTestApp();
  for (const text of ["um", "dois", "três"]) await says(app, text);
  const [contact] = await rowsOf(app, "/buckets");
  const from = String(contact?.["name"]);
  const before = textsIn(app, from);
  expect(saidIn(app, from)).toEqual(["dois", "três", "um"]);

  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, PHONE);
  // Two objects are over when the power goes, the second copied and not yet removed.
  let removals = 0;
  const remove = app.objects.remove.bind(app.objects);
  app.objects.remove = (...args) => (++removals < 2 ? remove(...args) : new Promise(() => {}));
  await says(app, "no meio");
  expect(removals).toBe(2);
  await app.crash();
  app.objects.remove = remove;
  await app.start();
  await app.clock.tick(RETRY_MS);

  const [user] = await rowsOf(app, "/buckets?state=ready");
  const into = String(user?.["name"]);
  expect(user).toMatchObject({ userId, state: "ready", name: expect.stringMatching(/^lull-user-/) });
  expect(textsIn(app, from)).toEqual({});
  expect(saidIn(app, into)).toEqual(["dois", "no meio", "três", "um"]);
  expect(textsIn(app, into)).toMatchObject(before);
  const [task, ...others] = await rowsOf(app, "/bucket-tasks");
  expect([task, others]).toMatchObject([{ kind: "move", bucket: from, into, state: "done" }, []]);
  expect((await app.admin("GET", `/buckets/${from}`)).body["data"]).toMatchObject({
    state: "retired",
    reason: "moved",
    userId: null,
    contactId: null,
  });
  await says(app, "depois");
  expect(saidIn(app, into)).toContain("depois");
  expect(textsIn(app, from)).toEqual({});
});

test("what waits for the old bucket while the store is away goes into the user's", async () => {
  await using app = await openTestApp();
  await says(app, "antes");
  const [contact] = await rowsOf(app, "/buckets");
  const from = String(contact?.["name"]);
  const userId = await addUser(app, "Ana");
  app.objects.failure = new Error("the store is away");
  await says(app, "ainda contato");
  await addNumber(app, userId, PHONE);
  await says(app, "já usuária");
  app.objects.failure = null;
  await app.clock.tick(2 * 60 * ROUND_MS);
  const { body } = await app.admin("GET", `/users/${userId}/bucket`);
  const { name } = body["data"] as { name: string };
  expect(saidIn(app, name)).toEqual(["ainda contato", "antes", "já usuária"]);
  expect(textsIn(app, from)).toEqual({});
});

test("a contact and a bare number that turn out to be one user follow both", async () => {
  await using app = await openTestApp();
  const token = await addToken(app, "service");
  const contact = await ensureBucket(app, token, { contactId: 71 });
  const number = await ensureBucket(app, token, { whatsappNumber: PHONE });
  await app.clock.settle();
  await putObject(app, contact.bucketName, "v1/a", "from the contact");
  await putObject(app, number.bucketName, "v1/b", "from the number");
  const userId = await addUser(app, "Ana");
  const user = await ensureBucket(app, token, { userId, contactId: 71, whatsappNumber: PHONE });
  await app.clock.tick(ROUND_MS);
  expect(textsIn(app, user.bucketName)).toEqual({ "v1/a": "from the contact", "v1/b": "from the number" });
  for (const { bucketName } of [contact, number]) expect(textsIn(app, bucketName)).toEqual({});
});

test("the name of a deleted user's bucket is kept for the operator, and nobody else is given it", async () => {
  await using app = await openTestApp();
  const token = await addToken(app, "service");
  const userId = await addUser(app, "Ana");
  const { bucketName } = await ensureBucket(app, token, { userId, contactId: CONVERSATION });
  await app.clock.settle();
  await putObject(app, bucketName, "v1/a", "kept");
  expect((await app.admin("DELETE", `/users/${userId}?objects=keep`)).status).toBe(200);
  expect((await app.admin("GET", `/buckets/${bucketName}`)).body["data"]).toMatchObject({
    state: "retired",
    reason: "user_deleted",
    formerOwner: userId,
    userId: null,
  });
  expect(textsIn(app, bucketName)).toEqual({ "v1/a": "kept" });
  const after = await ensureBucket(app, token, { contactId: CONVERSATION });
  expect(after).toMatchObject({ userId: null, isNewBucket: true });
  expect(after.bucketName).not.toBe(bucketName);
});
