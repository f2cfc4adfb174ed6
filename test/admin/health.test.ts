// What probes and Prometheus ask: alive, ready, and the figures.
import { describe, expect, test } from "bun:test";
import { StoreError } from "../../src/db/store.ts";
import { openMetrics } from "../../src/metrics.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

async function probe(app: TestApp, path: string): Promise<{ status: number; text: string; type: string }> {
  const answer = await app.handle(new Request(`http://localhost${path}`));
  return {
    status: answer.status,
    text: await answer.text(),
    type: answer.headers.get("content-type") ?? "",
  };
}

test("a running app is alive and ready", async () => {
  await using app = await openTestApp();
  expect(JSON.parse((await probe(app, "/livez")).text)).toEqual({ success: true, status: "alive" });
  expect(JSON.parse((await probe(app, "/readyz")).text)).toEqual({ success: true, status: "ready" });
});

test("a store that cannot write makes it unready (503) but not dead, and ready again when it can", async () => {
  let isFull = false;
  await using app = await openTestApp({
    wrapStore: (store) => ({
      ...store,
      ping: (now) => (isFull ? Promise.reject(new StoreError("full", "secret-cause")) : store.ping(now)),
    }),
  });
  expect((await probe(app, "/readyz")).status).toBe(200);
  isFull = true;
  await app.clock.tick(1_500);
  const unready = await probe(app, "/readyz");
  expect(unready.status).toBe(503);
  expect(JSON.parse(unready.text)).toMatchObject({ success: false, code: "busy", retryable: true });
  expect(unready.text).not.toContain("secret-cause");
  expect((await probe(app, "/livez")).status).toBe(200);
  isFull = false;
  expect((await probe(app, "/readyz")).status).toBe(200);
});

describe("the metrics", () => {
  async function figures(app: TestApp): Promise<string> {
    const { status, text, type } = await probe(app, "/metrics");
    expect([status, type.split(";")[0]]).toEqual([200, "text/plain"]);
    return text;
  }

  test("hold every figure there is, after one turn", async () => {
    await using app = await openTestApp();
    await app.receive("quanto custa o azul?");
    await app.clock.tick(SILENCE_MS);
    const text = await figures(app);
    const names = openMetrics("0")
      .registry.getMetricsAsArray()
      .map(({ name }) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(text).toContain(`# TYPE ${name} `);
    expect(text).toContain('lull_webhook_received_total{event="message_created",outcome="buffered"} 1');
    expect(text).toContain('lull_turns_total{outcome="answered",reason=""} 1');
    expect(text).toContain('lull_deliveries_total{outcome="sent",reason=""} 1');
    expect(text).toMatch(/lull_ai_tokens_total\{provider="openai",model="[^"]+",type="input"\} 100/);
    expect(text).toContain('lull_jobs{state="failed"} 0');
    expect(text).toContain("lull_buffer_messages_count 1");
    expect(text).toContain(
      'lull_chatwoot_requests_total{method="POST",route="messages",status_class="2xx"} 1',
    );
    expect(text).toContain('lull_flag_enabled{flag="typing_indicators"} 1');
    expect(text).toMatch(
      /lull_http_request_seconds_count\{route="\/webhooks\/chatwoot",status_class="2xx"\} [1-9]/,
    );
  });

  test("hold no address that nobody answers at", async () => {
    await using app = await openTestApp();
    for (const path of ["/zoraide", "/admin/zoraide", "/webhooks/chatwoot/zoraide", "/admin/users/zoraide/x"])
      await probe(app, path);
    expect(await figures(app)).not.toContain("zoraide");
  });

  test("hold no name that a user gave a model", async () => {
    await using app = await openTestApp();
    const userId = await addUser(app, "Ana");
    await addNumber(app, userId, "+5511987654321");
    await addKey(app, userId, "sk-0123456789", { provider: "openai", model: "Zoraide's own" });
    await app.receive("oi", { contact: { id: 71, name: "Ana", phoneNumber: "+5511987654321" } });
    await app.clock.tick(SILENCE_MS);
    expect(app.ai.asked.map(({ model }) => model)).toEqual(["Zoraide's own"]);
    const text = await figures(app);
    expect(text).toContain('lull_ai_tokens_total{provider="openai",model="other",type="input"} ');
    expect(text).not.toContain("Zoraide");
  });

  test("count a reply once, whether its own webhook or Chatwoot's answer proves it first", async () => {
    await using app = await openTestApp({ echo: true });
    app.chatwoot.failNext("accept_500");
    await app.receive("oi");
    await app.clock.tick(SILENCE_MS + 120_000);
    await app.receive("e agora?");
    await app.clock.tick(SILENCE_MS);
    const text = await figures(app);
    expect(text).toContain('lull_turns_total{outcome="answered",reason=""} 2');
    expect(text).toContain('lull_deliveries_total{outcome="sent",reason=""} 2');
    expect(text).toContain("lull_outbox_pending 0");
  });

  test("count what waits while it waits", async () => {
    await using app = await openTestApp({ echo: false });
    app.chatwoot.failNext("reject_500");
    await app.receive("oi", { conversationId: 1 });
    await app.clock.tick(SILENCE_MS);
    await app.receive("oi", { conversationId: 2 });
    await app.clock.tick(5_000);
    const text = await figures(app);
    expect(text).toContain("lull_outbox_pending 1");
    expect(text).toContain("lull_buffers_waiting 1");
    expect(text).toContain("lull_buffer_oldest_age_seconds 5");
    expect(text).toContain('lull_deliveries_total{outcome="unknown",reason="http_500"} 1');
  });

  test("take an unknown address or event for one word, so that nobody can grow them", async () => {
    await using app = await openTestApp();
    for (let guess = 0; guess < 20; guess++) await probe(app, `/guess-${guess}`);
    const text = await figures(app);
    expect(text).not.toContain("guess-");
  });
});
