// Traces for OpenTelemetry, in the words of its conventions for generative AI (in development there: names may change). Loaded
// only where a collector is named. One that cannot be reached costs the traces and nothing else.
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { type Clock, startDeadline } from "../clock.ts";
import type { TracingSettings } from "../config-upkeep.ts";
import type { Log } from "../log.ts";
import type { TracedCall, Tracing } from "./traces.ts";

type Resource = ReadableSpan["resource"];

/** Turns that may be open at once; of more the eldest is forgotten. */
const TURNS_MAX = 1_000;
/** Spans that wait at most for the collector. */
const WAITING_MAX = 2_048;
const EXPORT_EVERY_MS = 5_000;
const EXPORT_MAX_MS = 5_000;
/** Most time that a stop waits for the collector. */
const STOP_MAX_MS = 2_000;
const AGENT = "lull";

interface OpenTurn {
  span: Span;
  context: Context;
  conversationId: number;
}

export function openTracing(settings: TracingSettings, { log, clock }: { log: Log; clock: Clock }): Tracing {
  const { endpoint, headers, serviceName } = settings;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers,
    timeoutMillis: EXPORT_MAX_MS,
  });
  const processor = new BatchSpanProcessor(toldOnce(exporter, log), {
    maxQueueSize: WAITING_MAX,
    scheduledDelayMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_MAX_MS,
  });
  const provider = new BasicTracerProvider({
    resource: serviceCalled(serviceName),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer(serviceName);
  const turns = new Map<string, OpenTurn>();

  function called(call: TracedCall): void {
    const turn = turns.get(call.subjectId);
    const attributes = {
      ...callAttributes(call),
      ...(turn === undefined ? {} : { "gen_ai.conversation.id": String(turn.conversationId) }),
    };
    const startTime = call.endedAt - Math.round(call.durationMs);
    const name = `${call.operation} ${call.model}`;
    const options = { kind: SpanKind.CLIENT, startTime, attributes };
    const span = tracer.startSpan(name, options, turn?.context ?? ROOT_CONTEXT);
    if (call.outcome !== "ok") span.setStatus({ code: SpanStatusCode.ERROR, message: call.outcome });
    span.end(call.endedAt);
  }

  return {
    turnBegan(turnId, conversationId, at) {
      const attributes = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": AGENT,
        "gen_ai.conversation.id": String(conversationId),
        "lull.turn.id": turnId,
      };
      const options = { kind: SpanKind.INTERNAL, startTime: at, attributes };
      const span = tracer.startSpan(`invoke_agent ${AGENT}`, options, ROOT_CONTEXT);
      turns.set(turnId, { span, context: trace.setSpan(ROOT_CONTEXT, span), conversationId });
      const [eldest] = turns.keys();
      if (turns.size > TURNS_MAX && eldest !== undefined) turns.delete(eldest);
    },
    called,
    turnEnded(turnId, outcome, at) {
      const turn = turns.get(turnId);
      turns.delete(turnId);
      turn?.span.setAttribute("lull.turn.outcome", outcome);
      if (outcome === "failed") turn?.span.setStatus({ code: SpanStatusCode.ERROR });
      turn?.span.end(at);
    },
    stop: () => within(clock, STOP_MAX_MS, provider.shutdown()),
  };
}

/** What the traces are of. */
function serviceCalled(name: string): Resource {
  const attributes = { "service.name": name };
  const resource: Resource = {
    attributes,
    getRawAttributes: () => Object.entries(attributes),
    merge: () => resource,
  };
  return resource;
}

function callAttributes({ operation, provider, model, outcome, ...taken }: TracedCall) {
  return {
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": model,
    ...(outcome === "ok" ? { "gen_ai.response.model": model } : { "error.type": outcome }),
    ...(taken.inputTokens === null ? {} : { "gen_ai.usage.input_tokens": taken.inputTokens }),
    ...(taken.cachedTokens === null ? {} : { "gen_ai.usage.cache_read.input_tokens": taken.cachedTokens }),
    ...(taken.outputTokens === null ? {} : { "gen_ai.usage.output_tokens": taken.outputTokens }),
  };
}

/** Whether the collector takes traces is said when that changes, not with each batch. */
function toldOnce(exporter: SpanExporter, log: Log): SpanExporter {
  let isLost = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const isNowLost = result.code !== 0;
        // What the collector says, and where it is, may hold a secret.
        if (isNowLost && !isLost) log.event("warning", "traces.lost", {});
        if (!isNowLost && isLost) log.event("info", "traces.taken_again", {});
        isLost = isNowLost;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

async function within(clock: Clock, limitMs: number, work: Promise<void>): Promise<void> {
  const deadline = startDeadline(clock, limitMs);
  const late = new Promise<void>((resolve) =>
    deadline.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  // Lost traces are told of already.
  await Promise.race([work.catch(() => {}), late]);
  deadline.clear();
}
