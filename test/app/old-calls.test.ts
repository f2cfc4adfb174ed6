// Every call that the old deployment's documents show, with only the host changed and real tokens in the placeholders: over a
// real socket from this machine, as whoever tries them would.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { filled, OLD_CALLS, type OldCallName, requestOf } from "../harness/old-calls.ts";
import { addKey, addNumber, addToken, addUser } from "../harness/tenants.ts";

const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const BUFFERED = {
  success: true,
  action: "buffered",
  message: "Message added to buffer for processing",
  bufferId: UUID,
  dueAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
};
const KEY_A = "gsk-xxx-A-0123456789";
const KEY_B = "gsk-xxx-B-0123456789";
const KEY_SYSTEM = "gsk-system-0123456789";

type Values = Record<string, string>;

async function openOld(options: TestAppOptions = {}) {
  const app = await openTestApp({
    ...options,
    env: { PORT: "0", CHATWOOT_WEBHOOK_SECRET: "", ...options.env },
  });
  const address = await app.listen();
  const tokens = {
    YOUR_ANON_KEY: await addToken(app, "chat"),
    "your-service-role-key": await addToken(app, "service"),
  };
  async function run(name: OldCallName, values: Values = {}) {
    const request = requestOf(filled(name, address, { ...tokens, ...values }), app.clock.now());
    const response = await fetch(request);
    await app.clock.settle();
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  return Object.assign(app, { run });
}

/** Users with these placeholder numbers, which no phone has, and a key of their own. */
async function addUsersAB(app: TestApp): Promise<[string, string]> {
  const [ana, bia] = [await addUser(app, "A"), await addUser(app, "B")];
  for (const [userId, number, key] of [
    [ana, "+1234567890", KEY_A],
    [bia, "+0987654321", KEY_B],
  ] as const) {
    await addNumber(app, userId, number, { exact: true });
    await addKey(app, userId, key);
  }
  return [ana, bia];
}

describe("api-chatbot", () => {
  const answered = (userId: string | null, credential: string) => ({
    status: 200,
    body: {
      success: true,
      response: "ok",
      shouldRespond: true,
      userId,
      messageId: UUID,
      credential,
      confidence: expect.any(Number),
      intent: expect.any(String),
    },
  });

  test("test 1: each user is known by the number and served with their own key", async () => {
    await using app = await openOld({ hasModel: false });
    const [ana, bia] = await addUsersAB(app);
    expect(await app.run("userA")).toEqual(answered(ana, "user"));
    expect(await app.run("userB")).toEqual(answered(bia, "user"));
    expect(app.ai.asked.map(({ key }) => key)).toEqual([KEY_A, KEY_B]);
    expect(app.ai.asked.map(({ prompt }) => prompt.includes("Hello from User"))).toEqual([true, true]);
  });

  test("test 2: without any key the answer says so, key by key as before", async () => {
    await using app = await openOld({ hasModel: false });
    const charlie = await addUser(app, "C");
    await addNumber(app, charlie, "+1111111111", { exact: true });
    expect(await app.run("userC")).toEqual({
      status: 503,
      body: {
        success: false,
        error: "Service de messagerie non configuré. Veuillez contacter l'administrateur.",
        retryable: false,
        configRequired: true,
        code: "no_credential",
        requestId: expect.any(String),
      },
    });
  });

  test("test 3: somebody unknown is served with the system's key, never another user's", async () => {
    await using app = await openOld({ hasModel: false });
    await addUsersAB(app);
    await addKey(app, null, KEY_SYSTEM);
    expect(await app.run("userD")).toEqual(answered(null, "system"));
    expect(app.ai.asked.map(({ key }) => key)).toEqual([KEY_SYSTEM]);
  });
});

describe("the buffer system's functions", () => {
  test("message-buffer-manager buffers the message", async () => {
    await using app = await openOld();
    expect(await app.run("bufferManager")).toEqual({ status: 200, body: BUFFERED });
    await app.clock.tick(30_010);
    expect(app.ai.asked[0]?.prompt).toContain("Test message");
  });

  test("buffer-processor tells what it processed", async () => {
    await using app = await openOld();
    const nothing = { success: true, processed: 0, failed: 0, remaining: 0 };
    expect(await app.run("bufferProcessor")).toEqual({ status: 200, body: nothing });
  });

  test("chatwoot-webhook-v2 buffers the message", async () => {
    await using app = await openOld();
    expect(await app.run("webhook")).toEqual({ status: 200, body: BUFFERED });
  });

  test("run one after the other the second sample is a duplicate: both have one message id", async () => {
    await using app = await openOld();
    expect((await app.run("bufferManager")).body).toMatchObject({ action: "buffered" });
    expect((await app.run("bufferProcessor")).body).toMatchObject({ success: true, remaining: 0 });
    expect(await app.run("webhook")).toEqual({ status: 200, body: { success: true, action: "duplicate" } });
  });

  test("a wrong service key is refused as JSON", async () => {
    await using app = await openOld();
    for (const name of ["bufferManager", "bufferProcessor"] as const) {
      const { status, body } = await app.run(name, { "your-service-role-key": "wrong" });
      expect([status, body["success"], body["code"]]).toEqual([401, false, "unauthorized"]);
    }
  });
});

test("user-bucket-service answers with the shape it is described by, and with no second bucket", async () => {
  await using app = await openOld();
  const userId = await addUser(app, "Ana");
  const data = {
    userId,
    contactId: "contact_123_account_456",
    bucketName: expect.stringMatching(/-user-/),
    isNewBucket: true,
    whatsappNumber: "+5511999999999",
    normalizedNumber: "+5511999999999",
    bucketState: expect.stringMatching(/^(creating|ready)$/),
  };
  const first = await app.run("userBucketService", { "optional-user-id": userId });
  expect(first).toEqual({ status: 200, body: { success: true, data } });
  const again = await app.run("userBucketService", { "optional-user-id": userId });
  expect(again.body["data"]).toMatchObject({ isNewBucket: false });
});

test("the commands are the documents' own: nothing but host and placeholders is changed", () => {
  const names = Object.keys(OLD_CALLS) as OldCallName[];
  for (const name of names) {
    const values = { YOUR_ANON_KEY: "t", "your-service-role-key": "t", "optional-user-id": "u" };
    const { method, url } = requestOf(filled(name, "http://127.0.0.1:8787", values), 0);
    expect([method, new URL(url).host, new URL(url).pathname.startsWith("/functions/v1/")]).toEqual([
      "POST",
      "127.0.0.1:8787",
      true,
    ]);
  }
  expect(names).toHaveLength(8);
});
