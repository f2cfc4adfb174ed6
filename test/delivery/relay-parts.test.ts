// A reply too long for one message: its parts in order, each once, the rest sharing the fate of the one that ends it.
import { expect, test } from "bun:test";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, type TestApp } from "../harness/app.ts";
import { Crash, type CrashPoint, deliveriesOf, notesOf, openAsked, postsOf } from "./scene.ts";

const HOUR_MS = 3_600_000;
const PARTS = ["um", "dois", "três"].map((word) => `${word} `.repeat(3_900 / (word.length + 1)).trim());

function answerInParts({ ai }: TestApp): void {
  ai.answerWith(PARTS.join("\n\n"));
}

test("a reply longer than 4,000 characters goes out as several messages, in order", async () => {
  await using app = await openAsked({}, answerInParts);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
  expect(PARTS.every((part) => part.length <= 4_000)).toBe(true);
  expect(await deliveriesOf(app)).toMatchObject([0, 1, 2].map((part) => ({ part, state: "sent", sends: 1 })));
});

const CRASHES: CrashPoint[] = (
  ["endTurn", "beginSend", "settleDelivery", "claimDeliveries"] as const
).flatMap((verb) =>
  [1, 2, 3].flatMap((call) => (["before", "after"] as const).map((when) => ({ when, verb, call }))),
);

test.each(CRASHES.filter(({ verb, call }) => verb !== "endTurn" || call === 1))(
  "a crash $when call $call of $verb sends every part once and in order",
  async (point) => {
    const crash = new Crash(point);
    await using app = await openAsked({ echo: false, wrapStore: crash.wrapStore }, (opened) => {
      answerInParts(opened);
      crash.aim(opened);
    });
    await crash.live(app, 200_000);
    await crash.restarted();
    expect(crash.happened).toBe(true);
    await app.clock.tick(200_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
    expect([...visibleReplies(app.chatwoot.ledger).values()]).toEqual([1, 1, 1]);
    expect(app.ai.asked).toHaveLength(1);
  },
);

test("a part of unknown fate holds the next until it is found, so that the order stays", async () => {
  await using app = await openAsked({ echo: false }, (opened) => {
    answerInParts(opened);
    opened.chatwoot.failNext("accept_late", 1, { delayMs: 20_000 });
  });
  await app.clock.tick(29_900);
  expect(postsOf(app)).toHaveLength(1);
  await app.clock.tick(1_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
});

test("a part that its own webhook proves lets the next go at once", async () => {
  await using app = await openAsked({ echo: false }, (opened) => {
    answerInParts(opened);
    opened.chatwoot.failNext("accept_500");
  });
  const [echo] = app.chatwoot.echoes;
  if (echo === undefined) throw new Error("the first part was not stored");
  expect(await app.deliver(echo)).toMatchObject({ body: { action: "skipped", reason: "own_reply" } });
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
});

test("a part that is refused fails the rest, and the people are told once", async () => {
  await using app = await openAsked({}, (opened) => {
    answerInParts(opened);
    opened.chatwoot.failNext("accept");
    opened.chatwoot.failNext("reject_422");
  });
  await app.clock.tick(HOUR_MS);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS.slice(0, 1));
  expect(await deliveriesOf(app)).toMatchObject([
    { state: "sent" },
    { state: "failed", reason: "http_422" },
    { state: "failed", reason: "http_422" },
  ]);
  expect(notesOf(app)).toHaveLength(1);
  expect(app.chatwoot.room(CONVERSATION)?.status).toBe("open");
});

test.each(["webhook", "list"])(
  "a person who answers between two parts (known by %s) stops the rest",
  async (by) => {
    await using app = await openAsked({}, (opened) => {
      answerInParts(opened);
      opened.chatwoot.failNext("accept");
      opened.chatwoot.failNext("too_many");
    });
    const reply = app.chatwoot.humanSays(CONVERSATION, "eu respondo");
    if (by === "webhook") await app.deliver(reply);
    await app.clock.tick(HOUR_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS.slice(0, 1));
    expect(await deliveriesOf(app)).toMatchObject([
      { state: "sent" },
      { state: "cancelled", reason: "human_active" },
      { state: "cancelled", reason: "human_active" },
    ]);
    expect(notesOf(app)).toHaveLength(0);
  },
);

test("what the customer writes between two parts does not stop the rest and is answered after them", async () => {
  await using app = await openAsked({}, (opened) => {
    opened.ai.answerWith(({ order }) => (order === 1 ? PARTS.join("\n\n") : "depois"));
    opened.chatwoot.failNext("accept");
    opened.chatwoot.failNext("too_many");
  });
  await app.receive("e o frete?");
  await app.clock.tick(40_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual([...PARTS, "depois"]);
});
