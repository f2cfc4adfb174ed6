// The bucket service as other programs call it: whose bucket it names, and what it never waits for.
import { expect, test } from "bun:test";
import { openTestApp } from "../harness/app.ts";
import { askService, ensureBucket, untilAborted } from "../harness/buckets.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";

const NUMBER = "+5511987654321";
const CONTACT = "contact_123_account_456";
const USER_BUCKET = /^lull-user-[0-9a-f]{32}$/;
const CONTACT_BUCKET = /^lull-contact-[0-9a-f]{32}$/;
/** A UUID that is nobody's. */
const NOBODY = "019edad1-99b0-74f9-8802-932a90106aac";

const open = async (options: Parameters<typeof openTestApp>[0] = {}) => {
  const app = await openTestApp(options);
  return { app, token: await addToken(app, "service") };
};

test("the documented call gets the documented answer, key by key", async () => {
  const { app, token } = await open();
  await using _ = app;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, "+5511999999999");
  const call = {
    action: "identify-and-ensure-bucket",
    whatsappNumber: "+5511999999999",
    contactId: CONTACT,
    userId: "optional-user-id",
  };
  const { status, text, body } = await askService(app, token, call);
  const { bucketName } = body["data"] as { bucketName: string };
  expect(bucketName).toMatch(USER_BUCKET);
  expect([status, text]).toEqual([
    200,
    `{"success":true,"data":{"userId":"${userId}","contactId":"${CONTACT}","bucketName":"${bucketName}",` +
      '"isNewBucket":true,"whatsappNumber":"+5511999999999","normalizedNumber":"+5511999999999",' +
      '"bucketState":"creating"}}',
  ]);
  await app.clock.settle();
  const again = await ensureBucket(app, token, call);
  expect(again).toMatchObject({ bucketName, isNewBucket: false, bucketState: "ready" });
});

test("create-user-bucket gives a user's bucket, and knows nobody else", async () => {
  const { app, token } = await open();
  await using _ = app;
  const userId = await addUser(app, "Ana");
  const made = await askService(app, token, { userId }, "create-user-bucket");
  const data = made.body["data"] as Record<string, unknown>;
  expect(data).toEqual({
    userId,
    contactId: null,
    bucketName: expect.stringMatching(USER_BUCKET),
    isNewBucket: true,
    whatsappNumber: null,
    normalizedNumber: null,
    bucketState: "creating",
  });
  const same = await askService(app, token, { userId: userId.toUpperCase() }, "create-user-bucket");
  expect(same.body["data"]).toMatchObject({ userId, bucketName: data["bucketName"], isNewBucket: false });
  for (const nobody of [NOBODY, "optional-user-id"]) {
    const { status, body } = await askService(app, token, { userId: nobody }, "create-user-bucket");
    expect([status, body["code"]]).toEqual([404, "not_found"]);
  }
  expect((await askService(app, token, {}, "create-user-bucket")).status).toBe(400);
});

test.each([
  ["nothing", {}],
  ["blanks", { whatsappNumber: " ", contactId: "" }],
  ["nulls", { whatsappNumber: null, contactId: null, userId: null }],
  ["words alone", { whatsappNumber: "not a number" }],
  ["a group", { whatsappNumber: "120363041234567890@g.us" }],
])("%s names nobody: 422", async (_, who) => {
  const { app, token } = await open();
  await using _app = app;
  const { status, body } = await askService(app, token, { action: "identify-and-ensure-bucket", ...who });
  expect([status, body["code"], body["success"]]).toEqual([422, "nobody_named", false]);
});

test("a UUID that is nobody's is 404 even beside a number, a placeholder only where nothing else is told", async () => {
  const { app, token } = await open();
  await using _ = app;
  const ask = async (who: Record<string, unknown>) =>
    (await askService(app, token, { action: "identify-and-ensure-bucket", ...who })).status;
  expect(await ask({ userId: NOBODY, whatsappNumber: NUMBER })).toBe(404);
  expect(await ask({ userId: "optional-user-id" })).toBe(404);
  expect(await ask({ userId: "optional-user-id", whatsappNumber: NUMBER })).toBe(200);
  expect(await ask({ userId: "optional-user-id", contactId: 7 })).toBe(200);
});

test("a number that is no phone's never fails: it is whoever's it was stored as, else its own digits'", async () => {
  const { app, token } = await open();
  await using _ = app;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, "+1234567890", { exact: true });
  const known = await ensureBucket(app, token, { whatsappNumber: "+1234567890" });
  expect(known).toMatchObject({ userId, normalizedNumber: null, whatsappNumber: "+1234567890" });
  const unknown = await ensureBucket(app, token, { whatsappNumber: "12345" });
  expect(unknown).toMatchObject({ userId: null, contactId: null, normalizedNumber: null, isNewBucket: true });
  const same = await ensureBucket(app, token, { whatsappNumber: "1-23 45" });
  expect(same).toMatchObject({ bucketName: unknown.bucketName, isNewBucket: false });
  const other = await ensureBucket(app, token, { whatsappNumber: "12346" });
  expect(other.bucketName).not.toBe(unknown.bucketName);
  const beside = await ensureBucket(app, token, { whatsappNumber: "no number", contactId: 9 });
  expect(beside).toMatchObject({
    userId: null,
    contactId: "contact_9_account_3",
    whatsappNumber: "no number",
  });
});

test("only a verified number reaches the user's bucket", async () => {
  const { app, token } = await open();
  await using _ = app;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER, { verified: false });
  const unproven = await ensureBucket(app, token, { whatsappNumber: NUMBER });
  expect(unproven).toMatchObject({ userId: null, bucketName: expect.stringMatching(CONTACT_BUCKET) });
  const told = await ensureBucket(app, token, { whatsappNumber: NUMBER, userId });
  expect(told).toMatchObject({ userId, bucketName: expect.stringMatching(USER_BUCKET) });
});

test("a contact is named by its number in the account, or as it stands, of whatever account", async () => {
  const { app, token } = await open();
  await using _ = app;
  const byNumber = await ensureBucket(app, token, { contactId: 123 });
  expect(byNumber).toMatchObject({ contactId: "contact_123_account_3", userId: null });
  const byRef = await ensureBucket(app, token, { contactId: "contact_123_account_3" });
  expect(byRef).toMatchObject({ bucketName: byNumber.bucketName, isNewBucket: false });
  const byDigits = await ensureBucket(app, token, { contactId: "123" });
  expect(byDigits.bucketName).toBe(byNumber.bucketName);
  const elsewhere = await ensureBucket(app, token, { contactId: CONTACT });
  expect(elsewhere.bucketName).not.toBe(byNumber.bucketName);
  for (const contactId of ["contact_1", "Ana", -1, 1.5, true, {}]) {
    const { status } = await askService(app, token, { action: "identify-and-ensure-bucket", contactId });
    expect(status).toBe(400);
  }
});

test("get-bucket names the same party and makes nothing", async () => {
  const { app, token } = await open();
  await using _ = app;
  const who = { whatsappNumber: NUMBER, contactId: CONTACT };
  const none = await askService(app, token, { action: "get-bucket", ...who });
  expect([none.status, none.body["code"]]).toEqual([404, "not_found"]);
  expect((await app.admin("GET", "/buckets")).body["data"]).toEqual([]);
  const { bucketName } = await ensureBucket(app, token, who);
  const { body } = await askService(app, token, { action: "get-bucket", ...who });
  expect(body["data"]).toMatchObject({ bucketName, isNewBucket: false, contactId: CONTACT });
});

test("list-buckets comes from the mapping, page by page", async () => {
  const { app, token } = await open();
  await using _ = app;
  const made: string[] = [];
  for (const contactId of [1, 2, 3]) made.push((await ensureBucket(app, token, { contactId })).bucketName);
  const first = await askService(app, token, { action: "list-buckets", limit: 2 });
  const cursor = first.body["nextCursor"];
  const last = await askService(app, token, { action: "list-buckets", limit: 2, cursor });
  const rows = [first, last].flatMap(({ body }) => body["data"] as { name: string; contactId: string }[]);
  expect(rows.map(({ name }) => name)).toEqual(made.toReversed());
  expect(rows.map(({ contactId }) => contactId)).toEqual([3, 2, 1].map((id) => `contact_${id}_account_3`));
  expect(last.body["nextCursor"]).toBeNull();
  expect((await askService(app, token, { action: "list-buckets", limit: 0 })).status).toBe(400);
});

test.each([
  ["+55 (11) 98765-4321", NUMBER, "phone"],
  ["11987654321", NUMBER, "phone"],
  ["5511987654321@s.whatsapp.net", NUMBER, "phone"],
  ["+1234567890", null, "exact"],
  ["12345678901234@lid", null, "lid"],
  ["BR.abc123", null, "bsuid"],
  ["nobody", null, "none"],
])("normalize-number reads %s as it is dialled", async (whatsappNumber, normalizedNumber, kind) => {
  const { app, token } = await open();
  await using _ = app;
  const { body } = await askService(app, token, { action: "normalize-number", whatsappNumber });
  expect(body).toEqual({ success: true, data: { whatsappNumber, normalizedNumber, kind } });
});

test("an unknown action is told which there are, and the token decides who may ask at all", async () => {
  const { app, token } = await open();
  await using _ = app;
  const { status, body } = await askService(app, token, { action: "drop-bucket" });
  expect([status, body["code"]]).toEqual([400, "invalid_body"]);
  const known = [
    "identify-and-ensure-bucket",
    "get-bucket",
    "list-buckets",
    "verify-mapping",
    "normalize-number",
  ];
  for (const action of known) expect(String(body["error"])).toContain(action);
  const chat = await addToken(app, "chat");
  expect((await askService(app, chat, { action: "list-buckets" })).status).toBe(403);
  expect((await askService(app, "wrong", { action: "list-buckets" })).status).toBe(401);
});

test("a connection that nobody is served by is none", async () => {
  const { app, token } = await open();
  await using _ = app;
  for (const connection of ["nowhere", "playground"]) {
    const call = { action: "identify-and-ensure-bucket", contactId: 1, connection };
    expect((await askService(app, token, call)).status).toBe(404);
  }
});

test("a user of one connection is nobody in another, and contacts of two are two", async () => {
  const second = {
    name: "second",
    chatwoot: { baseUrl: "http://second.test", accountId: 9, apiToken: "token", userToken: null },
    webhookSecret: "second-webhook-secret-0002",
    webhookPathSecret: null,
    isPlayground: false,
  };
  const { app, token } = await open({ connections: [second] });
  await using _ = app;
  const userId = await addUser(app, "Ana", { connection: "second" });
  await addNumber(app, userId, NUMBER, { connection: "second" });
  const identify = { action: "identify-and-ensure-bucket", userId };
  expect((await askService(app, token, { ...identify, connection: "default" })).status).toBe(404);
  const own = await ensureBucket(app, token, { userId, contactId: 7 });
  expect(own).toMatchObject({ userId, contactId: "contact_7_account_9" });
  const found = await ensureBucket(app, token, { whatsappNumber: NUMBER, connection: "second" });
  expect(found.bucketName).toBe(own.bucketName);
  const elsewhere = await ensureBucket(app, token, { whatsappNumber: NUMBER });
  expect(elsewhere.userId).toBeNull();
  const names = [];
  for (const connection of ["default", "second"])
    names.push((await ensureBucket(app, token, { contactId: CONTACT, connection })).bucketName);
  expect(new Set(names).size).toBe(2);
});

test("it answers while the store hangs, and again and again, with one name", async () => {
  const { app, token } = await open();
  await using _ = app;
  let asked = 0;
  app.objects.createBucket = (_name, _labels, signal) => (asked++, untilAborted(signal));
  const first = await ensureBucket(app, token, { contactId: 1 });
  await app.clock.tick(60_000);
  expect(asked).toBe(1);
  const second = await ensureBucket(app, token, { contactId: 1 });
  expect([first.isNewBucket, second.isNewBucket]).toEqual([true, false]);
  expect([first.bucketState, second.bucketState, second.bucketName]).toEqual([
    "creating",
    "creating",
    first.bucketName,
  ]);
});

test("of fifty calls for one user at once exactly one made the bucket", async () => {
  const { app, token } = await open();
  await using _ = app;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER);
  const who = (nth: number) => (nth % 2 === 0 ? { userId } : { whatsappNumber: NUMBER });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, nth) => ensureBucket(app, token, who(nth))),
  );
  expect(new Set(answers.map(({ bucketName }) => bucketName)).size).toBe(1);
  expect(answers.filter(({ isNewBucket }) => isNewBucket)).toHaveLength(1);
});

test("the log tells of each step with ids, and never of a number", async () => {
  const { app, token } = await open();
  await using _ = app;
  const userId = await addUser(app, "Ana");
  await addNumber(app, userId, NUMBER);
  const { bucketName } = await ensureBucket(app, token, { whatsappNumber: NUMBER });
  await app.clock.settle();
  await ensureBucket(app, token, { whatsappNumber: NUMBER });
  const told = app.events.filter(({ name }) => name.startsWith("bucket."));
  expect(told.map(({ name, fields }) => [name, fields["text"]])).toEqual([
    ["bucket.generated", `Generated new bucket: ${bucketName} for user: ${userId}`],
    ["bucket.created", `Successfully created bucket: ${bucketName}`],
    ["bucket.used", `Using existing bucket: ${bucketName} for user: ${userId}`],
  ]);
  expect(told[0]?.fields).toMatchObject({
    bucketName,
    userId,
    subjectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(JSON.stringify(told)).not.toContain("987654321");
});
