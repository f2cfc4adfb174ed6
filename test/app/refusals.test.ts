// Bodies that are wrong, by accident or on purpose, and a store that cannot write: what the sender is told.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Store, StoreError } from "../../src/db/store.ts";
import { type Body, fixture, fixtureNames } from "../chatwoot/fixture.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { answerTo, rowCount, send } from "./signed.ts";

const PATH_SECRET = "test-path-secret-0001";
const MEBIBYTE = 1_048_576;
/** Stands in every hostile body; an answer that holds it repeats its input. */
const CANARY = "canary-5511987654321";

const MESSAGE = {
  event: "message_created",
  id: 1,
  message_type: "incoming",
  content: CANARY,
  conversation: { id: CONVERSATION },
};

/** An app whose webhook takes any bytes, unsigned, by its path secret. */
function openOpenApp(): Promise<TestApp> {
  return openTestApp({ env: { CHATWOOT_WEBHOOK_PATH_SECRET: PATH_SECRET } });
}

function raw(body: string | Uint8Array<ArrayBuffer> | null): Request {
  const headers = { "content-type": "application/json" };
  return new Request(`http://localhost/webhooks/chatwoot/default/${PATH_SECRET}`, {
    method: "POST",
    headers,
    body,
  });
}

function bytes(...parts: (string | number)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part)])),
  );
}

const nested = (depth: number): string =>
  `{"event":"x","${CANARY}":${"[".repeat(depth)}${"]".repeat(depth)}}`;

const UNREADABLE: [
  name: string,
  body: string | Uint8Array<ArrayBuffer> | null,
  status: number,
  code: string,
][] = [
  ["no body", null, 400, "invalid_json"],
  ["an empty body", "", 400, "invalid_json"],
  ["a body that is no JSON", CANARY, 400, "invalid_json"],
  ["JSON that breaks off", `{"event":"${CANARY}`, 400, "invalid_json"],
  ["two objects", `{"a":"${CANARY}"}{}`, 400, "invalid_json"],
  ["bytes that are no UTF-8", bytes(`{"event":"${CANARY}`, 0xff, `"}`), 400, "invalid_json"],
  ["a form", `event=${CANARY}`, 400, "invalid_json"],
  ["null", "null", 400, "invalid_body"],
  ["a list", `["${CANARY}"]`, 400, "invalid_body"],
  ["a text", `"${CANARY}"`, 400, "invalid_body"],
  ["an object without an event", `{"a":"${CANARY}"}`, 400, "invalid_body"],
  ["an event that is no text", `{"event":["${CANARY}"]}`, 400, "invalid_body"],
  ["more than 10,000 elements", `{"event":"x","a":[${"1,".repeat(10_000)}1]}`, 400, "invalid_body"],
  ["33 levels", nested(32), 400, "too_deep"],
  ["half a million levels", nested(500_000), 400, "too_deep"],
  ["one byte more than 1 MiB", `{"event":"${"x".repeat(MEBIBYTE + 1 - 12)}"}`, 413, "too_large"],
  ["7 MiB", CANARY.repeat(380_000), 413, "too_large"],
];

describe("a body that cannot be read is refused in JSON, without an echo, and nothing is stored", () => {
  test.each(UNREADABLE)("%s", async (_name, body, status, code) => {
    await using app = await openOpenApp();
    const before = rowCount(app);
    const answered = await answerTo(app, raw(body));
    expect(answered.status).toBe(status);
    expect(answered.body).toEqual({
      success: false,
      error: expect.any(String),
      code,
      retryable: false,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(JSON.stringify(answered.body)).not.toContain(CANARY);
    expect(rowCount(app)).toBe(before);
  });

  test("a body of exactly 1 MiB is read", async () => {
    await using app = await openOpenApp();
    const { status, body } = await answerTo(app, raw(`{"event":"${"x".repeat(MEBIBYTE - 12)}"}`));
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, action: "skipped", reason: "unsupported_event" });
  });

  test("one that only claims to be too large is refused before it is read", async () => {
    await using app = await openOpenApp();
    const request = raw("{}");
    request.headers.set("content-length", String(MEBIBYTE + 1));
    expect((await answerTo(app, request)).status).toBe(413);
  });
});

const MISTYPED: [changes: Body, field: string][] = [
  [{ id: CANARY }, "id"],
  [{ id: null }, "id"],
  [{ id: -1 }, "id"],
  [{ id: 1.5 }, "id"],
  [{ id: 2 ** 53 }, "id"],
  [{ message_type: 0 }, "message_type"],
  [{ message_type: CANARY }, "message_type"],
  [{ conversation: undefined }, "conversation"],
  [{ conversation: CANARY }, "conversation"],
  [{ conversation: { id: CANARY } }, "conversation.id"],
  [{ conversation: { id: 2, inbox_id: CANARY } }, "conversation.inbox_id"],
  [{ conversation: { id: 2, meta: { sender: { name: 7 } } } }, "conversation.meta.sender.name"],
  [{ account: { id: CANARY } }, "account.id"],
  [{ content: { text: CANARY } }, "content"],
  [{ content: `${CANARY}${"x".repeat(150_000)}` }, "content"],
  [{ private: CANARY }, "private"],
  [{ sender: CANARY }, "sender"],
  [{ attachments: CANARY }, "attachments"],
  [{ attachments: [{ data_url: [CANARY] }] }, "attachments.0.data_url"],
  [{ content_attributes: CANARY }, "content_attributes"],
];

describe("a field of the wrong type is named, its value is not repeated, and nothing is stored", () => {
  test.each(MISTYPED)("%j → %s", async (changes, field) => {
    await using app = await openTestApp();
    const before = rowCount(app);
    const { status, body } = await send(app, { ...MESSAGE, ...changes });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      success: false,
      code: "invalid_body",
      retryable: false,
      requestId: expect.any(String),
    });
    expect(String(body["error"])).toStartWith(`${field} must `);
    expect(JSON.stringify(body)).not.toContain(CANARY);
    expect(rowCount(app)).toBe(before);
    expect(JSON.stringify(app.events)).not.toContain(CANARY);
  });
});

/** A recorded body with one of its values, anywhere, replaced by something else. */
const spoiled = fc
  .record({
    name: fc.constantFrom(...fixtureNames()),
    where: fc.nat(),
    value: fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.string({ unit: "binary" }),
      fc.double(),
      fc.maxSafeInteger(),
    ),
  })
  .map(({ name, where, value }) => {
    const body = fixture(name);
    const places = placesIn(body);
    const place = places[where % places.length];
    if (place !== undefined) place.holder[place.key] = value;
    return body;
  });

function placesIn(holder: Body): { holder: Body; key: string }[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const inner = typeof value === "object" && value !== null ? placesIn(value as Body) : [];
    return [{ holder, key }, ...inner];
  });
}

describe("no body ever gets a 5xx", () => {
  test("whatever stands in place of any value of a recorded one", async () => {
    await using app = await openTestApp();
    await fc.assert(
      fc.asyncProperty(spoiled, async (body) => {
        const { status, body: answer } = await send(app, body);
        expect(status).toBeOneOf([200, 400]);
        expect(answer["success"]).toBe(status === 200);
      }),
      { numRuns: 400 },
    );
    expect(app.events.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("whatever bytes it is made of", async () => {
    await using app = await openOpenApp();
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((body) => Uint8Array.from(body)),
      fc.json({ maxDepth: 4 }),
      fc.jsonValue().map((value) => JSON.stringify({ ...MESSAGE, conversation: value })),
      fc
        .jsonValue()
        .map((value) => JSON.stringify({ ...MESSAGE, content_attributes: value, attachments: [value] })),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status, body: answer } = await answerTo(app, raw(body));
        expect(status).toBeOneOf([200, 400]);
        expect(answer["success"]).toBe(status === 200);
      }),
      { numRuns: 200 },
    );
  });

  test("and a customer's message with the strangest text is answered like any other", async () => {
    await using app = await openTestApp();
    const text = "a\u0000b \ud800 \u202e \u2028 🏳️‍🌈 '; DROP TABLE outbox; -- {{contact.email}}";
    expect((await app.receive(text)).status).toBe(200);
    await app.clock.tick(30_010);
    expect(app.ai.asked[0]?.prompt).toContain("a\ufffdb \ufffd ⏎ 🏳️‍🌈 '; DROP TABLE");
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });
});

/** A store whose `receive` is replaced while `broken` says how. */
function breakable() {
  const state: { broken: ((store: Store) => Store["receive"]) | null } = { broken: null };
  const wrapStore = (store: Store): Store => ({
    ...store,
    receive: (...args) => (state.broken === null ? store.receive(...args) : state.broken(store)(...args)),
  });
  return { state, wrapStore };
}

describe("when the store cannot write", () => {
  test.each<[name: string, error: Error]>([
    ["because the disk is full", new StoreError("full", new Error(CANARY))],
    ["because another holds it", new StoreError("busy", new Error(CANARY))],
    ["for a reason nobody knows", new Error(CANARY)],
  ])("%s, the sender is asked to come again, and then it goes well", async (_name, error) => {
    const { state, wrapStore } = breakable();
    await using app = await openTestApp({ wrapStore });
    state.broken = () => () => Promise.reject(error);
    const refused = await app.receive("oi");
    expect(refused.status).toBe(500);
    expect(refused.answer).toMatchObject({
      success: false,
      code: "cannot_store",
      retryable: true,
      error: expect.any(String),
      requestId: expect.any(String),
    });
    expect(JSON.stringify(refused.answer)).not.toContain(CANARY);
    state.broken = null;
    expect((await app.deliver(refused)).body).toMatchObject({ action: "buffered" });
    await app.clock.tick(30_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test.each<[name: string, messageId: unknown]>([
    ["breaks a rule of the database", "no number"],
    ["cannot even be bound to a statement", {}],
  ])("one arrival that %s fails alone among those of its moment", async (_name, messageId) => {
    const { state, wrapStore } = breakable();
    await using app = await openTestApp({ wrapStore });
    const groups: number[] = [];
    state.broken = (store) => (batch, rules, now) => {
      groups.push(batch.length);
      return store.receive(
        batch.map((intake) => spoilThird(intake, messageId)),
        rules,
        now,
      );
    };
    const deliveries = [1, 2, 3, 4, 5].map((id) => app.chatwoot.customerSays(id, `message ${id}`));
    const answers = await Promise.all(deliveries.map((delivery) => app.deliver(delivery)));
    expect(groups).toEqual([5]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 500, 200, 200]);
    expect(answers[2]?.body).toMatchObject({ code: "cannot_store", retryable: true });
    expect((await app.store().counts()).messages).toEqual({ waiting: 4 });
    await app.clock.tick(30_010);
    expect(app.ai.asked).toHaveLength(4);
  });
});

type Batch = Parameters<Store["receive"]>[0];

/** The third conversation's message gets an id that it can never have. */
function spoilThird(intake: Batch[number], messageId: unknown): Batch[number] {
  if (intake.arrival.kind !== "message" || intake.arrival.facts.conversationId !== 3) return intake;
  return { ...intake, arrival: { ...intake.arrival, messageId: messageId as number } };
}
