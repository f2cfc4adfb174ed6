// How well it goes, as data: what was asked of the old database by hand, and each aim beside what was measured.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addToken } from "../harness/tenants.ts";
import type { Row } from "../app/signed.ts";
import { call } from "../routes/table.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Figures {
  buffers: { byStatus: Row; perHour: Row[]; processingPerHour: Row[] };
  turns: Row;
  failedJobs: Row & { newest: Row[] };
  messageCounts: Row & { miscounted: Row[] };
  conversations: Row;
  criteria: Row[];
}

async function figures(app: TestApp, hours = 24): Promise<Figures> {
  const { status, body } = await app.admin("GET", `/metrics?hours=${hours}`);
  expect(status).toBe(200);
  return body["data"] as unknown as Figures;
}

async function criterion(app: TestApp, name: string): Promise<Row | undefined> {
  return (await figures(app)).criteria.find((one) => one["name"] === name);
}

async function burst(app: TestApp, conversationId: number, texts: readonly string[]): Promise<void> {
  for (const text of texts) await app.receive(text, { conversationId });
  await app.clock.tick(31_000);
}

describe("the work", () => {
  test("is told by the hour: buffers with their size, and how long they took", async () => {
    await using app = await openTestApp();
    await burst(app, 1, ["oi", "tudo bem?"]);
    await burst(app, 2, ["oi"]);
    await app.clock.tick(HOUR_MS);
    await burst(app, 1, ["oi"]);
    const { perHour, processingPerHour, byStatus } = (await figures(app)).buffers;
    expect(byStatus).toEqual({ completed: 3 });
    expect(perHour).toMatchObject([
      { buffersCreated: 2, averageMessagesPerBuffer: 1.5 },
      { buffersCreated: 1, averageMessagesPerBuffer: 1 },
    ]);
    expect(processingPerHour).toMatchObject([{ buffersProcessed: 2 }, { buffersProcessed: 1 }]);
    for (const { averageProcessingSeconds } of processingPerHour)
      expect(averageProcessingSeconds).toBeWithin(30, 31);
    expect((await figures(app, 1)).buffers.byStatus).toEqual({ completed: 1 });
  });

  test("that failed is counted and listed with its reason, without what was discarded", async () => {
    await using app = await openTestApp();
    app.ai.failNext("context_too_long", 2);
    await burst(app, 1, ["oi"]);
    await burst(app, 2, ["oi"]);
    expect((await figures(app)).failedJobs).toMatchObject({
      count: 2,
      quarantinedCount: 0,
      newest: [
        { conversationId: 2, errorCode: "ai_context_too_long", failureCount: 1 },
        { conversationId: 1, errorCode: "ai_context_too_long" },
      ],
    });
    await app.admin("POST", "/jobs/discard", { conversationId: 1 });
    expect((await figures(app)).failedJobs).toMatchObject({ count: 1, newest: [{ conversationId: 2 }] });
  });

  test("counts as many messages as there are", async () => {
    await using app = await openTestApp();
    await burst(app, 1, ["um", "dois", "três"]);
    expect((await figures(app)).messageCounts).toEqual({ checked: 1, miscounted: [] });
  });

  test("is listed buffer by buffer with its turn and both counts", async () => {
    await using app = await openTestApp();
    app.ai.failNext("context_too_long");
    await burst(app, 1, ["um", "dois"]);
    const since = new Date(app.clock.now() - HOUR_MS).toISOString();
    const { body } = await app.admin("GET", `/buffers?since=${since}`);
    expect(body["data"]).toMatchObject([
      {
        status: "failed",
        messageCount: 2,
        actualMessageCount: 2,
        turnState: "failed",
        attempts: 1,
        errorCode: "ai_context_too_long",
        errorMessage: expect.any(String),
      },
    ]);
  });
});

describe("the aims", () => {
  test("are all there, and of nothing nothing is measured", async () => {
    await using app = await openTestApp();
    const { criteria } = await figures(app);
    expect(criteria.map(({ name, target, measured }) => [name, target, measured])).toEqual([
      ["bufferSuccess", 0.99, null],
      ["replyAfterSilence", 5, null],
      ["meanConfidence", 0.8, null],
      ["identification", 0.95, null],
      ["bucketLookup", 2, null],
      ["duplicateBuckets", 0, 0],
      ["uptime", 0.999, null],
      ["completion", 0.9, null],
      ["satisfaction", 4.5, null],
    ]);
  });

  test("are measured: success, confidence, and the reply without the time of models", async () => {
    await using app = await openTestApp();
    app.ai.failNext("context_too_long");
    await burst(app, 1, ["oi"]);
    await burst(app, 2, ["oi"]);
    app.ai.hold();
    await app.receive("oi", { conversationId: 3 });
    await app.clock.tick(30_010);
    await app.clock.tick(4_000);
    app.ai.release();
    await app.clock.tick(1_000);
    expect(await criterion(app, "bufferSuccess")).toMatchObject({ measured: 0.6667, isMet: false });
    expect(await criterion(app, "meanConfidence")).toMatchObject({
      measured: expect.any(Number),
      isMet: true,
    });
    const reply = await criterion(app, "replyAfterSilence");
    expect(reply).toMatchObject({ isMet: true, unit: "seconds" });
    expect(reply?.["measured"]).toBeWithin(0, 1);
    const { modelSeconds } = { ...(reply?.["beside"] as Row | undefined) };
    expect(modelSeconds).toBeWithin(4, 4.2);
  });

  test("count the time that nobody was there", async () => {
    await using app = await openTestApp();
    await app.clock.tick(18 * MINUTE_MS);
    expect(await criterion(app, "uptime")).toMatchObject({ measured: 1, isMet: true });
    await app.stop();
    await app.clock.tick(2 * MINUTE_MS);
    await app.start();
    expect(await criterion(app, "uptime")).toMatchObject({ measured: 0.9, isMet: false });
    await app.crash();
    await app.start();
    await app.clock.tick(20 * MINUTE_MS);
    expect((await criterion(app, "uptime"))?.["measured"]).toBeWithin(0.949, 0.9501);
  });

  test("count conversations by how they ended last", async () => {
    await using app = await openTestApp();
    for (const id of [1, 2]) await burst(app, id, ["oi"]);
    for (const id of [1, 2]) await app.deliver(app.chatwoot.resolve(id));
    expect(await criterion(app, "completion")).toMatchObject({ measured: 1, isMet: true });
    await app.clock.tick(MINUTE_MS);
    await app.deliver(app.chatwoot.setStatus(2, "open"));
    expect(await criterion(app, "completion")).toMatchObject({ measured: 0.5, isMet: false });
    expect((await figures(app)).conversations).toMatchObject({
      ended: 2,
      resolved: 1,
      resolvedWithoutHuman: 1,
    });
  });

  test("time the look-up of buckets", async () => {
    await using app = await openTestApp();
    const token = await addToken(app, "service");
    const path = "/functions/v1/user-bucket-service";
    const body = { action: "identify-and-ensure-bucket", whatsappNumber: "+5511999999999" };
    for (let count = 0; count < 2; count++) await call(app, { method: "POST", path }, token, body);
    expect(await criterion(app, "bucketLookup")).toMatchObject({ unit: "seconds", isMet: true });
    expect((await criterion(app, "bucketLookup"))?.["measured"]).toBeWithin(0, 2);
  });
});
