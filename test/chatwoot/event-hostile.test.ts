// Bodies that are wrong, by accident or on purpose: each is named or cleaned, none gets through.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseBody } from "../../src/chatwoot/body.ts";
import { readEvent } from "../../src/chatwoot/event.ts";
import { AppError } from "../../src/errors.ts";
import { type Body, CHANNELS, fixture, fixtureNames } from "./fixture.ts";

/** The AppError that reading the body throws; null when it is taken. Any other error fails the test. */
function refusal(body: unknown): AppError | null {
  try {
    readEvent(body, { channels: CHANNELS });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const MESSAGE = {
  event: "message_created",
  id: 1,
  message_type: "incoming",
  content: "oi",
  conversation: { id: 2 },
};

describe("a field of the wrong type is named, and its value is not repeated", () => {
  test.each<[Body, string]>([
    [{ id: undefined }, "id must be a whole number"],
    [{ id: "secret" }, "id must be a whole number"],
    [{ id: 1.5 }, "id must be a whole number"],
    [{ id: 0 }, "id must be a whole number"],
    [{ id: -1 }, "id must be a whole number"],
    [{ id: 2 ** 53 }, "id must be a whole number"],
    [{ id: JSON.parse("1e999") }, "id must be a whole number"],
    [{ message_type: undefined }, "message_type must be incoming, outgoing or template"],
    [{ message_type: 0 }, "message_type must be incoming, outgoing or template"],
    [{ message_type: "secret" }, "message_type must be incoming, outgoing or template"],
    [{ conversation: undefined }, "conversation must be an object"],
    [{ conversation: [] }, "conversation must be an object"],
    [{ conversation: {} }, "conversation.id must be a whole number"],
    [{ conversation: { id: "secret" } }, "conversation.id must be a whole number"],
    [{ conversation: { id: 2, inbox_id: 1e300 } }, "conversation.inbox_id must be a whole number or null"],
    [{ conversation: { id: 2, status: 3 } }, "conversation.status must be text or null"],
    [{ conversation: { id: 2, meta: "secret" } }, "conversation.meta must be an object or null"],
    [
      { conversation: { id: 2, meta: { sender: { id: "secret" } } } },
      "conversation.meta.sender.id must be a whole number or null",
    ],
    [{ account: { id: "secret" } }, "account.id must be a whole number or null"],
    [{ content: 7 }, "content must be text or null"],
    [{ content: ["secret"] }, "content must be text or null"],
    [{ private: "yes" }, "private must be true or false or null"],
    [{ sender: { blocked: "no" } }, "sender.blocked must be true or false or null"],
    [{ attachments: {} }, "attachments must be a list or null"],
    [{ attachments: [{ file_type: "file" }, "secret"] }, "attachments.1 must be an object"],
    [{ attachments: [{ file_size: -1 }] }, "attachments.0.file_size must be a whole number or null"],
    [
      { attachments: [{ coordinates_lat: "secret" }] },
      "attachments.0.coordinates_lat must be a number or null",
    ],
    [{ content_attributes: "secret" }, "content_attributes must be an object or null"],
  ])("%j", (changes, message) => {
    const error = refusal({ ...MESSAGE, ...changes });
    expect(error?.code).toBe("invalid_body");
    expect(error?.message).toBe(message);
  });

  test.each<[Body, string]>([
    [{ event: "conversation_updated" }, "id must be a whole number"],
    [{ event: "conversation_resolved", id: "secret" }, "id must be a whole number"],
    [{ event: "conversation_typing_on" }, "conversation must be an object"],
    [
      { event: "conversation_typing_off", conversation: { id: 1 }, user: 5 },
      "user must be an object or null",
    ],
  ])("%j", (body, message) => {
    expect(refusal(body)?.message).toBe(message);
  });

  test.each<[unknown]>([[null], [7], ["text"], [[]], [undefined]])("%p is no body", (body) => {
    expect(refusal(body)?.message).toBe("the body must be a JSON object");
  });

  test.each<[unknown]>([[undefined], [null], [7], [["message_created"]]])("%p is no event", (event) => {
    expect(refusal({ ...MESSAGE, event })?.message).toBe("event must be text");
  });

  test("an inherited key is not taken for the body's own", () => {
    const body = parseBody(new TextEncoder().encode('{"__proto__":{"event":"message_created","id":1}}'));
    expect(refusal(body)?.message).toBe("event must be text");
  });
});

describe("an event that lull does not know", () => {
  test.each(["webwidget_triggered", "macro.executed", "automation_event.x", "", "__proto__", "constructor"])(
    "is left whatever its shape: %j",
    (event) => {
      const body = { event, id: "x", conversation: 5, account: [], message_type: {}, messages: null };
      expect(readEvent(body, { channels: [] })).toEqual({
        accountId: null,
        event,
        conversationId: null,
        messageId: null,
        outcome: { skip: "unsupported_event" },
      });
    },
  );

  test("has its name cut and cleaned", () => {
    expect(readEvent({ event: `\0${"x".repeat(5_000)}` }, { channels: [] }).event).toBe(
      `\uFFFD${"x".repeat(99)}`,
    );
  });
});

describe("text on its way to a row", () => {
  test("has NUL and lone surrogates replaced everywhere", () => {
    const bad = "a\0b\uD800c";
    const attachment = {
      file_type: "file",
      data_url: bad,
      content_type: bad,
      fallback_title: bad,
      transcribed_text: bad,
    };
    const read = readEvent(
      {
        ...MESSAGE,
        content: bad,
        content_type: bad,
        sender: { name: bad, phone_number: bad },
        conversation: { id: 2, status: bad },
        content_attributes: { referral: { headline: bad } },
        attachments: [attachment],
      },
      { channels: CHANNELS },
    );
    const clean = "a\uFFFDb\uFFFDc";
    expect(read.outcome).toMatchObject({
      arrival: {
        content: clean,
        contentType: clean,
        facts: { contactName: clean, contactPhone: clean, status: clean },
        attachments: [{ url: clean, contentType: clean, title: clean, transcript: clean }],
        extra: { referral: { headline: clean } },
      },
    });
  });

  test("may have 150,000 characters, as Chatwoot counts them, and no more", () => {
    expect(refusal({ ...MESSAGE, content: "a".repeat(150_000) })).toBeNull();
    expect(refusal({ ...MESSAGE, content: "😀".repeat(150_000) })).toBeNull();
    const error = refusal({ ...MESSAGE, content: "😀".repeat(150_001) });
    expect(error?.code).toBe("invalid_body");
    expect(error?.message).toBe("content must have at most 150000 characters");
  });
});

/** Every string anywhere in a value, keys too. */
function* strings(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield key;
    yield* strings(inner);
  }
}

/** Every number anywhere in a value. */
function* numbers(value: unknown): Generator<number> {
  if (typeof value === "number") yield value;
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) yield* numbers(inner);
}

function expectStorable(body: unknown): void {
  if (refusal(body) !== null) return;
  const read = readEvent(body, { channels: CHANNELS });
  for (const text of strings(read)) {
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain("\0");
  }
  for (const number of numbers(read)) expect(Number.isSafeInteger(number)).toBe(true);
}

const anyJson = fc.jsonValue({ stringUnit: "binary", maxDepth: 4 });
const anyText = fc.string({
  unit: fc.constantFrom("a", "\0", "\uD83D", "\uDE00", " ", "@g.us"),
  maxLength: 20,
});
const anyValue = fc.oneof(
  anyJson,
  anyText,
  fc.double(),
  fc.constantFrom(Number.POSITIVE_INFINITY, 2 ** 53, -0, true, null),
);

/** Puts `value` somewhere in a copy of `body`: `turns` chooses a key on each level. */
function mutated(body: Body, turns: readonly number[], value: unknown): Body {
  const keys = Object.keys(body);
  const [turn = 0, ...deeper] = turns;
  const key = keys[turn % Math.max(keys.length, 1)];
  if (key === undefined) return body;
  const inner = body[key];
  const isHolder = typeof inner === "object" && inner !== null && deeper.length > 0;
  const changed = isHolder ? mutated(inner as Body, deeper, value) : value;
  return Array.isArray(body) ? Object.assign([...body], { [key]: changed }) : { ...body, [key]: changed };
}

describe("whatever is sent", () => {
  test("any JSON is read or refused with an AppError", () => {
    fc.assert(fc.property(anyJson, expectStorable), { numRuns: 500 });
  });

  test("any JSON under a known event's name is read or refused with an AppError", () => {
    const known = fixtureNames().map((name) => String(fixture(name)["event"]));
    const body = fc.record({
      event: fc.constantFrom(...known),
      id: anyValue,
      conversation: anyValue,
      meta: anyValue,
    });
    fc.assert(fc.property(body, expectStorable), { numRuns: 500 });
  });

  test("a recorded webhook with any values in any places is read or refused with an AppError", () => {
    const recorded = fc.constantFrom(...fixtureNames());
    const turns = fc.array(fc.nat(40), { minLength: 1, maxLength: 4 });
    const changes = fc.array(fc.tuple(turns, anyValue), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(recorded, changes, (name, places) => {
        expectStorable(places.reduce((body, [path, value]) => mutated(body, path, value), fixture(name)));
      }),
      { numRuns: 3_000 },
    );
  });
});
