// A reply in parts with pauses between them: kept on the clock, over crashes too, and stopped by whoever writes meanwhile.
import { describe, expect, test } from "bun:test";
import { visibleReplies } from "../doubles/chatwoot.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import {
  Crash,
  type CrashPoint,
  deliveriesOf,
  type DeliveryShown,
  notesOf,
  openAsked,
  SILENCE_MS,
} from "./scene.ts";

const ON: TestAppOptions = { env: { LULL_FLAG_SPLIT_REPLIES: "true" } };
const PARTS = ["Sobre o preço", "Sobre o frete", "Sobre a troca"].map(
  (start) => `${start}, ${"tudo certo e combinado, ".repeat(8)}e é isso.`,
);

/** The first question is answered in three parts, each further one in a word. */
function answerAtLength({ ai }: TestApp): void {
  ai.answerWith(({ order }) => (order === 1 ? PARTS.join("\n\n") : "depois"));
}

const openPaced = (options: TestAppOptions = {}) => openAsked({ ...ON, ...options }, answerAtLength);

/** When each part was posted, in ms after the first. */
function sentAfterMs(app: TestApp): number[] {
  const at = app.chatwoot.ledger.flatMap((entry) =>
    entry.kind === "stored" && entry.replyId !== null ? [entry.at] : [],
  );
  return at.map((moment) => moment - (at[0] ?? 0));
}

async function pausesOf(app: TestApp): Promise<number[]> {
  const rows = (await deliveriesOf(app)) as (DeliveryShown & { pauseMs: number })[];
  return rows.map(({ pauseMs }) => pauseMs);
}

describe("a long reply", () => {
  test("goes out part by part, each as long after the one before as its row says", async () => {
    await using app = await openPaced();
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS.slice(0, 1));
    const [first, second, third] = await pausesOf(app);
    expect(first).toBe(0);
    for (const pause of [second ?? 0, third ?? 0]) expect(pause >= 1_500 && pause <= 8_000).toBe(true);
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
    expect(sentAfterMs(app)).toEqual([0, second ?? NaN, (second ?? NaN) + (third ?? NaN)]);
    expect(app.ai.asked).toHaveLength(1);
  });

  test("goes out as one message where the flag is off, and so does a short one where it is on", async () => {
    await using off = await openAsked({}, answerAtLength);
    expect(off.chatwoot.sent(CONVERSATION)).toEqual([PARTS.join("\n\n")]);
    await using short = await openAsked(ON);
    expect(short.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("waits its pause anew from when the part before it was really taken", async () => {
    await using app = await openAsked({ ...ON, echo: false }, (opened) => {
      answerAtLength(opened);
      opened.chatwoot.failNext("accept_late", 1, { delayMs: 15_000 });
    });
    await app.clock.tick(120_000);
    const [, second, third] = await pausesOf(app);
    const [, secondAt, thirdAt] = sentAfterMs(app);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
    expect(secondAt).toBeGreaterThanOrEqual(second ?? NaN);
    expect((thirdAt ?? NaN) - (secondAt ?? NaN)).toBe(third ?? NaN);
  });
});

describe("what the customer writes between two parts", () => {
  test.each(["webhook", "list"])(
    "(known by %s) stops the rest, and is answered knowing what was said",
    async (by) => {
      await using app = await openPaced();
      const [, second] = await pausesOf(app);
      await app.clock.tick((second ?? 0) + 10);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS.slice(0, 2));
      const written = app.chatwoot.customerSays(CONVERSATION, "pode parar, só o frete");
      if (by === "webhook") await app.deliver(written);
      await app.clock.tick(60_000);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual([...PARTS.slice(0, 2), "depois"]);
      expect(await deliveriesOf(app)).toMatchObject([
        { state: "sent" },
        { state: "sent" },
        { state: "cancelled", reason: "superseded", sends: 0 },
        { state: "sent" },
      ]);
      const prompt = JSON.stringify(app.ai.asked[1]);
      expect(app.ai.asked).toHaveLength(2);
      expect([PARTS[0], PARTS[1], PARTS[2]].map((part) => prompt.includes(part ?? ""))).toEqual([
        true,
        true,
        false,
      ]);
    },
  );

  test("stops nothing when it is deleted again", async () => {
    await using app = await openPaced();
    const slip = await app.receive("ops");
    await app.deliver(app.chatwoot.deleteMessage(slip.messageId));
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
  });

  test("in another conversation stops nothing", async () => {
    await using app = await openPaced();
    await app.receive("oi", { conversationId: 7 });
    await app.clock.tick(25_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
  });

  test("leaves the question answered: by the part that was sent", async () => {
    await using app = await openPaced();
    await app.receive("pode parar");
    await app.clock.tick(60_000);
    expect((await app.store().counts()).messages).toEqual({ answered: 2 });
    expect((await app.store().counts()).jobs).toEqual({ completed: 2 });
  });
});

test.each(["webhook", "list"])(
  "a person who writes between two parts (known by %s) stops the rest",
  async (by) => {
    await using app = await openPaced();
    const reply = app.chatwoot.humanSays(CONVERSATION, "eu respondo");
    if (by === "webhook") await app.deliver(reply);
    await app.clock.tick(60_000);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS.slice(0, 1));
    expect(await deliveriesOf(app)).toMatchObject([
      { state: "sent" },
      { state: "cancelled", reason: "human_active" },
      { state: "cancelled", reason: "human_active" },
    ]);
    expect(notesOf(app)).toHaveLength(0);
  },
);

const CRASHES: CrashPoint[] = (["beginSend", "settleDelivery", "claimDeliveries"] as const).flatMap((verb) =>
  [1, 2, 3].flatMap((call) => (["before", "after"] as const).map((when) => ({ when, verb, call }))),
);

test.each(CRASHES)("a crash $when call $call of $verb sends every part once and in order", async (point) => {
  const crash = new Crash(point);
  await using app = await openAsked({ ...ON, echo: false, wrapStore: crash.wrapStore }, (opened) => {
    answerAtLength(opened);
    crash.aim(opened);
  });
  await crash.live(app, 200_000);
  await crash.restarted();
  expect(crash.happened).toBe(true);
  await app.clock.tick(200_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
  expect([...visibleReplies(app.chatwoot.ledger).values()]).toEqual([1, 1, 1]);
  expect(app.ai.asked).toHaveLength(1);
});

test("a crash between two parts keeps the pause: no part comes before it is over", async () => {
  await using app = await openTestApp({ ...ON });
  answerAtLength(app);
  await app.receive("quanto custa?");
  await app.clock.tick(SILENCE_MS);
  const [, second] = await pausesOf(app);
  await app.crash();
  await app.start();
  await app.clock.tick((second ?? 0) - 100);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS.slice(0, 1));
  await app.clock.tick(60_000);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(PARTS);
});
