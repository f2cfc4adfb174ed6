// A day of simulated traffic over three ways to wait. An early close is one after which the customer's next message was
// still part of the same thought; a wait is from a thought's last message to its close, so model time is not in it.
import { expect, test } from "bun:test";
import type { WindowRules } from "../../src/buffer/window.ts";
import { seededRandom } from "../harness/random.ts";
import { type PlayedBuffer, play } from "./day.ts";
import { customersOfDay } from "./traffic.ts";

const SEED = 20_261_128;
const CUSTOMER_COUNT = 300;
/** Model and send. */
const ANSWER_MS = 3_000;
const FIXED: WindowRules = {
  silenceMs: 30_000,
  ageMaxMs: 300_000,
  sizeMax: 50,
  isAdaptive: false,
  urgencyMin: null,
};

const customers = customersOfDay(CUSTOMER_COUNT, seededRandom(SEED));

interface Figures {
  messageCount: number;
  earlyCount: number;
  meanMs: number;
  medianMs: number;
}

function dayOver(rules: WindowRules): Figures {
  const played = customers.map((customer) => play(customer, rules, ANSWER_MS));
  const buffers = played.flatMap((each) => each.buffers);
  const waits = buffers.filter(({ isEarly }) => !isEarly).map(waitMs);
  return {
    messageCount: played.reduce((sum, { messagesAt }) => sum + messagesAt.length, 0),
    earlyCount: buffers.filter(({ isEarly }) => isEarly).length,
    meanMs: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
    medianMs: waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)] ?? NaN,
  };
}

function waitMs({ closedAt, lastAt }: PlayedBuffer): number {
  return closedAt - lastAt;
}

function describeDay(name: string, { earlyCount, meanMs, medianMs }: Figures): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return `${name.padEnd(10)} early closes ${String(earlyCount).padStart(4)}, wait mean ${seconds(meanMs)}, median ${seconds(medianMs)}`;
}

test("the adaptive window closes less early than a fixed 5 s and waits less than a fixed 30 s", () => {
  const short = dayOver({ ...FIXED, silenceMs: 5_000 });
  const long = dayOver(FIXED);
  const adaptive = dayOver({ ...FIXED, isAdaptive: true });
  console.log(
    [
      `a day of ${CUSTOMER_COUNT} customers, ${long.messageCount} messages, seed ${SEED}:`,
      describeDay("fixed 5 s", short),
      describeDay("fixed 30 s", long),
      describeDay("adaptive", adaptive),
    ].join("\n  "),
  );
  expect([short.meanMs, long.meanMs]).toEqual([5_000, 30_000]);
  expect(adaptive.earlyCount).toBeLessThan(short.earlyCount / 4);
  expect(adaptive.meanMs).toBeLessThan(long.meanMs * 0.75);
  expect(adaptive.medianMs).toBeLessThan(long.medianMs * 0.75);
});

test("nobody waits longer than without it, nor less than the floor", () => {
  for (const customer of customers) {
    for (const { windowMs, reason } of play(customer, { ...FIXED, isAdaptive: true }, ANSWER_MS).buffers) {
      expect(windowMs).toBeLessThanOrEqual(30_000);
      expect(windowMs).toBeGreaterThanOrEqual(8_000);
      expect(reason).toStartWith(`${Math.round(windowMs / 1000)} s: `);
    }
  }
});
