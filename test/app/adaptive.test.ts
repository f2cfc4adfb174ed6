// The adaptive window over the whole app: what the pure rules say of a day is what the daemon does, customer by customer.
import { describe, expect, test } from "bun:test";
import type { WindowRules } from "../../src/buffer/window.ts";
import { readInsight } from "../../src/playground/insight.ts";
import { play, type Played } from "../buffer/day.ts";
import { type Customer, customersOfDay } from "../buffer/traffic.ts";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { TEST_START } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { INSIGHT } from "../playground/stage.ts";
import { listed } from "./signed.ts";

const ON = { LULL_FLAG_ADAPTIVE_WINDOW: "true" };
const SEED = 20_261_129;
const CUSTOMER_COUNT = 20;
const THOUGHTS_MAX = 5;
/** A day in so much less time: the silent hours between thoughts say nothing of the window. */
const SQUEEZE = 24;
/** The doubles answer at once: it is the wheel's slot that passes. */
const ANSWER_MS = 10;
const RULES: WindowRules = {
  silenceMs: 30_000,
  ageMaxMs: 300_000,
  sizeMax: 50,
  isAdaptive: true,
  urgencyMin: null,
};

function squeezed(customer: Customer): Customer {
  return customer
    .slice(0, THOUGHTS_MAX)
    .map(({ start, gapsMs }) => ({ start: "at" in start ? { at: start.at / SQUEEZE } : start, gapsMs }));
}

/** Everybody writes at the moments that were played, each in a conversation of their own. */
async function writeAll(app: TestApp, played: readonly Played[]): Promise<void> {
  const messages = played
    .flatMap(({ messagesAt }, index) =>
      messagesAt.map((at) => ({ at: Math.ceil(at), conversationId: index + 1 })),
    )
    .toSorted((a, b) => a.at - b.at);
  for (const { at, conversationId } of messages) {
    await app.clock.tick(at - (app.clock.now() - TEST_START));
    await app.receive("mais uma coisa", { conversationId });
  }
  await app.clock.tick(60_000);
}

/** What the buffers of a conversation say of themselves, oldest first. */
async function waitsOf(app: TestApp, conversationId: number) {
  const page = await app.store().listBuffers({ limit: 1_000, cursor: null, state: null });
  return page.data
    .filter((row) => row["conversationId"] === conversationId)
    .map(({ windowMs, windowReason: reason, messageCount }) => ({ windowMs, reason, messageCount }))
    .toReversed();
}

test("a day over the app closes every buffer where the rules alone close it, for the same reason", async () => {
  const customers = customersOfDay(CUSTOMER_COUNT, seededRandom(SEED)).map(squeezed);
  const played = customers.map((customer) => play(customer, RULES, ANSWER_MS));
  await using app = await openTestApp({ env: { ...ON, BUFFER_PROCESSING_INTERVAL_MS: "60000" } });
  await writeAll(app, played);
  let adaptedCount = 0;
  for (const [index, { buffers }] of played.entries()) {
    const expected = buffers.map(({ windowMs, reason, messageCount }) => ({
      windowMs,
      reason,
      messageCount,
    }));
    expect(await waitsOf(app, index + 1)).toEqual(expected);
    adaptedCount += buffers.filter(({ windowMs }) => windowMs < 30_000).length;
  }
  const bufferCount = played.flatMap(({ buffers }) => buffers).length;
  console.log(
    `${CUSTOMER_COUNT} customers over the app, seed ${SEED}: ${bufferCount} buffers, ${adaptedCount} closed by the customer's own rhythm`,
  );
  expect(app.ai.asked).toHaveLength(bufferCount);
  expect(adaptedCount).toBeGreaterThan(bufferCount / 4);
});

/** The customer writes so many messages with the same gap between them. */
async function writeEvery(app: TestApp, gapMs: number, count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    await app.receive("mais uma");
    await app.clock.tick(gapMs);
  }
}

async function windowNow(app: TestApp): Promise<number> {
  const [buffer] = await listed(app, "/buffers");
  return Number(buffer?.["windowMs"]);
}

describe("the window of one customer", () => {
  test("narrows with a fast rhythm and closes so much earlier", async () => {
    await using app = await openTestApp({ env: ON });
    await writeEvery(app, 2_000, 6);
    await app.clock.tick(6_010);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
    expect((await listed(app, "/buffers"))[0]).toMatchObject({
      windowMs: 8_000,
      windowReason: "8 s: this customer's gaps are 2 s, 95 % under 4 s, from 5 gaps",
    });
  });

  test("widens again for one who became slower than it, though each of the gaps closed a buffer", async () => {
    await using app = await openTestApp({ env: ON });
    await writeEvery(app, 2_000, 6);
    await app.clock.tick(60_000);
    expect(await windowNow(app)).toBe(8_000);
    await writeEvery(app, 13_000, 12);
    expect(app.ai.asked.length).toBeGreaterThan(1);
    expect(await windowNow(app)).toBeGreaterThan(14_000);
    const before = app.ai.asked.length;
    await writeEvery(app, 13_000, 3);
    expect(app.ai.asked).toHaveLength(before);
  });

  test("is known after a crash", async () => {
    await using app = await openTestApp({ env: ON });
    await writeEvery(app, 2_000, 6);
    await app.crash();
    await app.start();
    await app.clock.tick(60_000);
    await app.receive("voltei");
    expect(await windowNow(app)).toBe(8_000);
  });

  test("is the inbox's silence where the flag is off, however fast the customer", async () => {
    await using app = await openTestApp();
    await writeEvery(app, 2_000, 8);
    expect(await windowNow(app)).toBe(30_000);
  });

  test("is the whole of the ring that the playground draws", async () => {
    await using app = await openTestApp({ env: ON });
    await writeEvery(app, 2_000, 6);
    const { buffer } = await readInsight(app.store(), 1, CONVERSATION, INSIGHT, app.clock.now());
    expect(buffer).toMatchObject({ windowMs: 8_000, count: 6 });
  });
});
