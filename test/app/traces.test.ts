// Traces of turns and of calls of models, as a collector of OpenTelemetry gets them; and that nothing depends on one.
import { describe, expect, test } from "bun:test";
import { ONE, openVoiceApp, sendVoice } from "../harness/voice.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string };
}
interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code: number; message?: string };
}
interface Sent {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[];
}

/** A collector on a port of its own, which takes OTLP as JSON. */
class Collector implements Disposable {
  readonly sent: { body: Sent; key: string | null }[] = [];
  isRefusing = false;
  readonly #server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      if (request.method !== "POST" || new URL(request.url).pathname !== "/v1/traces")
        return new Response(null, { status: 404 });
      if (!(request.headers.get("content-type") ?? "").startsWith("application/json"))
        return new Response(null, { status: 415 });
      if (this.isRefusing) return new Response("s3cret-answer", { status: 400 });
      this.sent.push({ body: (await request.json()) as Sent, key: request.headers.get("api-key") });
      return Response.json({});
    },
  });

  get env() {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.port}`,
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=s3cret",
    };
  }

  get spans(): SentSpan[] {
    return this.sent.flatMap(({ body }) =>
      body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}

function attributesOf({ attributes }: { attributes: Attribute[] }): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}

/** A stop hands over what is left. */
async function spansOf(app: TestApp, collector: Collector): Promise<Map<string, SentSpan>> {
  await app.stop();
  return new Map(collector.spans.map((span) => [span.name.split(" ")[0] ?? "", span]));
}

describe("a turn", () => {
  test("is a span of the agent, with its calls of models inside, and no word of what was said", async () => {
    using collector = new Collector();
    await using app = await openTestApp({ env: collector.env });
    await app.receive("segredo azul");
    await app.clock.tick(SILENCE_MS);
    const spans = await spansOf(app, collector);
    const [turn, chat] = [spans.get("invoke_agent"), spans.get("chat")];
    if (turn === undefined || chat === undefined) throw new Error("a span is missing");
    expect([turn.name, turn.kind, turn.parentSpanId ?? ""]).toEqual(["invoke_agent lull", 1, ""]);
    expect([chat.kind, chat.parentSpanId, chat.traceId]).toEqual([3, turn.spanId, turn.traceId]);
    expect(attributesOf(turn)).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "lull",
      "gen_ai.conversation.id": "458",
      "lull.turn.outcome": "answered",
    });
    const { "gen_ai.request.model": model } = attributesOf(chat);
    expect(chat.name).toBe(`chat ${String(model)}`);
    expect(attributesOf(chat)).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.response.model": model,
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.conversation.id": "458",
    });
    expect(Number(chat.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(chat.startTimeUnixNano));
    const [first] = collector.sent;
    expect(first?.key).toBe("s3cret");
    expect(first?.body.resourceSpans[0]?.resource.attributes).toContainEqual({
      key: "service.name",
      value: { stringValue: "lull" },
    });
    const said = JSON.stringify(collector.sent.map(({ body }) => body));
    for (const secret of ["segredo", "5511", "Maria"]) expect(said).not.toContain(secret);
  });

  test("that fails says by which code, and its model's failure, too", async () => {
    using collector = new Collector();
    await using app = await openTestApp({ env: { ...collector.env, OTEL_SERVICE_NAME: "shop-bot" } });
    app.ai.failNext("unauthorized");
    await app.receive("oi");
    await app.clock.tick(SILENCE_MS + 60_000);
    const spans = await spansOf(app, collector);
    expect(attributesOf(spans.get("chat") ?? { attributes: [] })["error.type"]).toBe("ai_refused");
    expect(spans.get("chat")?.status.code).toBe(2);
    expect(spans.get("invoke_agent")?.status.code).toBe(2);
    expect(JSON.stringify(collector.sent[0]?.body)).toContain("shop-bot");
  });

  test("with a voice note has the listening for a span of its own", async () => {
    using collector = new Collector();
    await using app = await openVoiceApp({ 1: [ONE] }, { env: collector.env });
    await sendVoice(app, 1);
    await app.clock.tick(SILENCE_MS + 60_000);
    const spans = await spansOf(app, collector);
    expect(spans.get("transcription")?.parentSpanId).toBe(spans.get("invoke_agent")?.spanId ?? "none");
  });
});

test("a collector that refuses is told of once, without what it said", async () => {
  using collector = new Collector();
  collector.isRefusing = true;
  await using app = await openTestApp({ env: collector.env });
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  await app.stop();
  expect(collector.sent).toEqual([]);
  expect(app.events.filter(({ name }) => name === "traces.lost")).toHaveLength(1);
  expect(JSON.stringify(app.events)).not.toContain("s3cret");
});

test("a collector that nobody reaches keeps no customer waiting, and no stop for long", async () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    OTEL_EXPORTER_OTLP_HEADERS: "api-key=s3cret",
  };
  await using app = await openTestApp({ env });
  await app.receive("oi");
  await app.clock.tick(SILENCE_MS);
  await app.receive("e agora?");
  await app.clock.tick(SILENCE_MS);
  expect(app.chatwoot.visible(458)).toHaveLength(2);
  const stopping = app.stop();
  // Nobody answers: the stop goes on without it once its time is over.
  await app.clock.tick(3_000);
  await stopping;
  expect(app.events.map(({ name }) => name)).toContain("boot.stopped");
});
