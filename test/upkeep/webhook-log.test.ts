// The log of webhooks: written a moment later, in few transactions, and never without an end.
import { expect, test } from "bun:test";
import type { WebhookLine } from "../../src/db/store-webhook-logs.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { WebhookLog } from "../../src/upkeep/webhook-log.ts";
import { ManualClock } from "../harness/clock.ts";

function open() {
  const clock = new ManualClock();
  const metrics = openMetrics("test");
  const failures: string[] = [];
  const stage = { isDown: false, written: [] as number[][], failures, clock };
  const webhookLog = new WebhookLog({
    clock,
    metrics,
    log: createLog((_level, name) => void failures.push(name)),
    store: {
      async addWebhookLines(lines) {
        clock.touch();
        if (stage.isDown) throw new Error("no room");
        stage.written.push(lines.map(({ messageId }) => messageId ?? 0));
      },
    },
  });
  const dropped = async () => (await metrics.webhookLinesDropped.get()).values[0]?.value;
  return { stage, webhookLog, dropped };
}

function line(messageId: number, changes: Partial<WebhookLine> = {}): WebhookLine {
  const what = { connectionKey: 1, event: "message_created", outcome: "buffered", reason: null } as const;
  const figures = { deliveryId: null, bodyBytes: 900, durationMs: 1.5, at: 0 };
  return { ...what, ...figures, conversationId: 458, messageId, ...changes };
}

test("lines of a second are written together, in their order", async () => {
  const { stage, webhookLog } = open();
  webhookLog.note(line(1));
  await stage.clock.tick(900);
  webhookLog.note(line(2));
  expect(stage.written).toEqual([]);
  await stage.clock.tick(100);
  expect(stage.written).toEqual([[1, 2]]);
  expect(stage.clock.armedCount).toBe(0);
});

test("what is left is written at the stop, and nothing is armed after it", async () => {
  const { stage, webhookLog } = open();
  webhookLog.note(line(1));
  await webhookLog.stop();
  await webhookLog.stop();
  expect([stage.written, stage.clock.armedCount]).toEqual([[[1]], 0]);
});

test("many are written in several transactions: webhooks wait as long as one takes", async () => {
  const { stage, webhookLog } = open();
  for (let id = 1; id <= 1_200; id++) webhookLog.note(line(id));
  await stage.clock.tick(1_000);
  expect(stage.written.map((ids) => ids.length)).toEqual([500, 500, 200]);
});

test("more than may wait are dropped and counted", async () => {
  const { stage, webhookLog, dropped } = open();
  for (let id = 1; id <= 20_003; id++) webhookLog.note(line(id));
  expect(await dropped()).toBe(3);
  await stage.clock.tick(1_000);
  webhookLog.note(line(1));
  await webhookLog.stop();
  expect([await dropped(), stage.written.flat().length]).toEqual([3, 20_001]);
});

test("strangers that are refused fill neither the log nor the place of others", async () => {
  const { stage, webhookLog, dropped } = open();
  for (let id = 1; id <= 1_000; id++) webhookLog.note(line(id, { outcome: "rejected" }));
  webhookLog.note(line(7));
  await stage.clock.tick(1_000);
  expect([await dropped(), stage.written.flat().length]).toEqual([990, 11]);
  webhookLog.note(line(8, { outcome: "rejected" }));
  await webhookLog.stop();
  expect(stage.written.flat()).toHaveLength(12);
});

test("lines that could not be written are written later, also when there is no room for more", async () => {
  const { stage, webhookLog, dropped } = open();
  stage.isDown = true;
  for (let id = 1; id <= 20_000; id++) webhookLog.note(line(id));
  await stage.clock.tick(1_000);
  webhookLog.note(line(20_001));
  expect([stage.failures, await dropped()]).toEqual([["webhook_log.unwritten"], 1]);
  stage.isDown = false;
  await stage.clock.tick(1_000);
  expect(stage.written.flat()).toHaveLength(20_000);
});
