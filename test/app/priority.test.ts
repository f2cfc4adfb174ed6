// An urgent message closes its buffer early, where priority_processing is on: soon, but the burst is still one turn.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { only } from "../db/scene.ts";
import { listed, type Row } from "./signed.ts";

const ON = { env: { LULL_FLAG_PRIORITY_PROCESSING: "true" } };
const URGENT_MS = 3_010;

async function latestBuffer(app: TestApp): Promise<Row> {
  const [buffer] = await listed(app, "/buffers");
  if (buffer === undefined) throw new Error("there is no buffer");
  return buffer;
}

describe("an urgent burst", () => {
  test("is answered three seconds after its last line, as one turn, and says why", async () => {
    await using app = await openTestApp(ON);
    await app.receive("Oi");
    await app.clock.tick(10_000);
    await app.receive("É URGENTE, quero o reembolso hoje!!");
    await app.clock.tick(2_000);
    await app.receive("pedido 991");
    await app.clock.tick(2_900);
    expect(app.ai.asked).toHaveLength(0);
    await app.clock.tick(110);
    expect(only(app.ai.asked).prompt).toContain(
      "[1] Oi\n[2] É URGENTE, quero o reembolso hoje!!\n[3] pedido 991",
    );
    expect(await latestBuffer(app)).toMatchObject({
      windowMs: 3_000,
      windowReason: "urgent 10: urgent, refund, today, exclamations",
      urgency: 10,
      messageCount: 3,
    });
  });

  test("is found at its record alone, which repeats nothing of what was written", async () => {
    await using app = await openTestApp(ON);
    await app.receive("socorro, sou a Joana Prado");
    const { id } = await latestBuffer(app);
    const { body } = await app.admin("GET", `/buffers/${String(id)}`);
    expect(body["data"]).toMatchObject({ windowMs: 3_000, windowReason: "urgent 9: emergency", urgency: 9 });
  });

  test("waits like any other where the flag is off", async () => {
    await using app = await openTestApp();
    await app.receive("é uma emergência!!");
    await app.clock.tick(29_900);
    expect(app.ai.asked).toHaveLength(0);
    expect(await latestBuffer(app)).toMatchObject({ windowMs: 30_000, windowReason: null, urgency: null });
  });

  test("is urgent from the urgency on that its inbox says", async () => {
    await using app = await openTestApp(ON);
    await app.receive("é urgente");
    expect(await latestBuffer(app)).toMatchObject({ windowMs: 30_000, urgency: 7 });
    const [inbox] = (await app.admin("GET", "/inboxes")).body["data"] as { inboxId: number }[];
    await app.admin("PUT", `/inboxes/default/${inbox?.inboxId}`, { urgencyMin: 7 });
    await app.receive("alô");
    await app.clock.tick(URGENT_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("keeps its deadline over a crash", async () => {
    await using app = await openTestApp(ON);
    await app.receive("é uma emergência!!");
    await app.crash();
    await app.start();
    await app.clock.tick(URGENT_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  });

  test("hurries nobody else", async () => {
    await using app = await openTestApp(ON);
    await app.receive("bom dia", { conversationId: 1 });
    await app.receive("é uma emergência!!", { conversationId: 2 });
    await app.clock.tick(URGENT_MS);
    expect(app.chatwoot.sent(1)).toEqual([]);
    expect(app.chatwoot.sent(2)).toEqual(["ok"]);
  });
});
