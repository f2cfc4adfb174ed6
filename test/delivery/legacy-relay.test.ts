// The relay to an older system by itself: how many calls at once, and what happens when an end cannot be written down.
import { expect, test } from "bun:test";
import type { DueForward, ForwardSettlement } from "../../src/db/store-legacy.ts";
import { LegacyRelay } from "../../src/delivery/legacy-relay.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";

function open(forwardCount: number) {
  const clock = new ManualClock();
  const waiting = Array.from({ length: forwardCount }, (_, index) => forwardOf(index + 1));
  const stage = {
    clock,
    isStoreDown: false,
    called: [] as number[],
    settled: [] as [number, ForwardSettlement["to"]][],
    answer: (): Promise<Response> => Promise.resolve(new Response("ok")),
  };
  const relay = new LegacyRelay({
    clock,
    random: seededRandom(),
    metrics: openMetrics("test"),
    log: createLog(() => {}),
    pollMs: 10_000,
    url: "http://legacy.test/",
    fetch: (_url, init) => {
      clock.touch();
      stage.called.push(Number(new Headers(init.headers).get("x-key")));
      return stage.answer();
    },
    store: {
      dueForwards: async (limit) => waiting.slice(0, limit),
      nextForwardAt: async () => null,
      settleForward: async (key, { to }) => {
        clock.touch();
        if (stage.isStoreDown) throw new Error("no room");
        stage.settled.push([key, to]);
        waiting.splice(
          waiting.findIndex((one) => one.key === key),
          1,
        );
      },
    },
  });
  relay.start();
  return { stage, relay };
}

function forwardOf(key: number): DueForward {
  const place = { id: `f${key}`, connectionKey: 1, conversationId: key, attempts: 0, createdAt: 0 };
  const webhook = { event: "message_created", headers: [["x-key", String(key)]] as const };
  return { key, ...place, ...webhook, body: new Uint8Array([1]) };
}

test("eight conversations are served at once, the others as soon as one of them is through", async () => {
  const { stage, relay } = open(10);
  const answers: ((response: Response) => void)[] = [];
  stage.answer = () => new Promise((resolve) => answers.push(resolve));
  await stage.clock.settle();
  expect(stage.called).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  answers[3]?.(new Response("ok"));
  await stage.clock.settle();
  expect([stage.called.at(-1), stage.settled]).toEqual([9, [[4, "sent"]]]);
  const stopping = relay.stop();
  for (const answer of answers) answer(new Response("ok"));
  await stopping;
  expect(stage.settled).toHaveLength(9);
});

test("an answer that cannot be written down is not asked for again, and is written down later", async () => {
  const { stage, relay } = open(1);
  stage.isStoreDown = true;
  await stage.clock.tick(60_000);
  expect([stage.called, stage.settled]).toEqual([[1], []]);
  stage.isStoreDown = false;
  await stage.clock.tick(10_000);
  expect([stage.called, stage.settled]).toEqual([[1], [[1, "sent"]]]);
  await relay.stop();
});
