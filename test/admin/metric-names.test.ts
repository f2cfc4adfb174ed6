// Every figure by its name, labels and buckets: dashboards and alarms of others are built on them. And what no label says.
import { describe, expect, test } from "bun:test";
import { readExposition, type Family } from "../harness/exposition.ts";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { SILENCE_MS } from "../delivery/scene.ts";

type Shape = { type: Family["type"]; labels?: string[]; buckets?: number[] };

const counter = (...labels: string[]): Shape => ({ type: "counter", labels });
const gauge = (...labels: string[]): Shape => ({ type: "gauge", labels });
const histogram = (buckets: number[], ...labels: string[]): Shape => ({ type: "histogram", labels, buckets });

const SHAPES: Record<string, Shape> = {
  lull_build_info: gauge("version", "commit", "bun"),
  lull_webhook_received_total: counter("event", "outcome"),
  lull_webhook_log_dropped_total: counter(),
  lull_catch_up_messages_total: counter("outcome"),
  lull_webhook_ack_duration_seconds: histogram([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]),
  lull_buffers_waiting: gauge(),
  lull_buffer_oldest_age_seconds: gauge(),
  lull_buffer_messages: histogram([1, 2, 3, 5, 8, 13, 20]),
  lull_buffer_wait_seconds: histogram([3, 5, 10, 15, 20, 30, 45, 60, 90, 120]),
  lull_buffer_timer_lag_seconds: histogram([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5]),
  lull_turns_total: counter("outcome", "reason"),
  lull_turn_duration_seconds: histogram([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], "step"),
  lull_turn_confidence: histogram([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
  lull_reply_after_silence_seconds: histogram([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]),
  lull_silences_total: counter("reason"),
  lull_chatwoot_requests_total: counter("method", "route", "status_class"),
  lull_chatwoot_request_duration_seconds: histogram(
    [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    "method",
    "route",
  ),
  lull_transcription_audio_seconds_total: counter("provider"),
  lull_ai_tokens_total: counter("provider", "model", "type"),
  lull_ai_cost_usd_total: counter("provider", "model"),
  lull_ai_calls_total: counter("provider", "outcome"),
  lull_ai_credential_rests_total: counter("provider", "reason"),
  lull_limit_notices_total: counter("kind", "level"),
  lull_identity_resolutions_total: counter("layer", "outcome"),
  lull_objects_stored_total: counter("kind"),
  lull_object_bytes_total: counter(),
  lull_outbox_pending: gauge(),
  lull_deliveries_total: counter("outcome", "reason"),
  lull_jobs: gauge("state"),
  lull_job_attempts_total: counter("kind", "outcome"),
  lull_flag_enabled: gauge("flag"),
  lull_processing_enabled: gauge(),
  lull_alerts_open: gauge("alert"),
  lull_unanswered_age_seconds: gauge(),
  lull_conversations_total: counter("outcome"),
  lull_csat_ratings_total: counter("rating"),
  lull_bucket_operation_seconds: histogram([0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30], "op"),
  lull_store_requests_total: counter("op", "outcome"),
  lull_spool_objects: gauge(),
  lull_spool_bytes: gauge(),
  lull_legacy_forwards_total: counter("outcome"),
  lull_schedule_runs_total: counter("task", "outcome"),
  lull_schedule_last_success_timestamp_seconds: gauge("task"),
  lull_http_request_seconds: histogram(
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    "route",
    "status_class",
  ),
  lull_db_query_seconds: histogram([0.001, 0.005, 0.02, 0.1, 0.5, 2], "query"),
  lull_db_size_bytes: gauge(),
  lull_db_wal_bytes: gauge(),
  lull_db_integrity_ok: gauge(),
  lull_backup_last_success_timestamp_seconds: gauge(),
  lull_event_loop_lag_seconds: histogram([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]),
  process_resident_memory_bytes: gauge(),
  process_cpu_seconds_total: counter(),
  process_start_time_seconds: gauge(),
  process_open_fds: gauge(),
  process_max_fds: gauge(),
};

async function figures(app: TestApp) {
  const answer = await app.handle(new Request("http://localhost/metrics"));
  return readExposition(await answer.text());
}

describe("the figures", () => {
  test("are all that is promised, with these labels and buckets and no others", async () => {
    await using app = await openTestApp();
    await app.receive("quanto custa o azul?");
    await app.clock.tick(SILENCE_MS);
    const families = await figures(app);
    const missing = Object.keys(SHAPES).filter((name) => !families.has(name));
    expect(missing).toEqual([]);
    for (const [name, { type, samples }] of families) {
      const shape = SHAPES[name] ?? { type };
      expect([name, type]).toEqual([name, shape.type]);
      for (const { labels, name: series } of samples) {
        const { le: _le, ...named } = labels;
        const expected = shape.labels ?? Object.keys(named);
        expect([series, Object.keys(named).toSorted()]).toEqual([series, expected.toSorted()]);
      }
      if (shape.buckets !== undefined && samples.length > 0)
        expect([name, boundsOf(samples)]).toEqual([name, shape.buckets]);
    }
  });

  test("tell of the process what the system knows", async () => {
    await using app = await openTestApp();
    const families = await figures(app);
    const value = (name: string) => families.get(name)?.samples[0]?.value ?? 0;
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(value("process_open_fds")).toBeGreaterThan(3);
    expect(value("process_max_fds")).toBeGreaterThan(value("process_open_fds"));
    expect(value("process_start_time_seconds")).toBe(app.clock.now() / 1000);
  });

  test("time every call of the store by its name, and count how conversations end when they are asked", async () => {
    await using app = await openTestApp();
    await app.receive("oi");
    await app.deliver(app.chatwoot.resolve(458));
    const before = await figures(app);
    expect(before.get("lull_conversations_total")?.samples).toEqual([]);
    await app.clock.tick(1);
    const families = await figures(app);
    const queries = families.get("lull_db_query_seconds")?.samples.map(({ labels }) => labels["query"]);
    expect(queries).toContain("receive");
    expect(families.get("lull_conversations_total")?.samples).toMatchObject([
      { labels: { outcome: "resolved" }, value: 1 },
    ]);
    const again = await figures(app);
    expect(again.get("lull_conversations_total")?.samples).toMatchObject([{ value: 1 }]);
  });

  test("say nothing of anybody in a label: no text, no number, no id, no key", async () => {
    await using app = await openTestApp();
    await app.receive("segredo azul");
    const { body } = await app.admin("POST", "/users", { name: "Ana Canary", email: "ana@canary.test" });
    await app.clock.tick(SILENCE_MS);
    const families = await figures(app);
    const id = String((body["data"] as Record<string, unknown>)["id"]);
    const said = [...families.values()].flatMap(({ samples }) =>
      samples.flatMap(({ labels }) => Object.values(labels)),
    );
    expect(said.length).toBeGreaterThan(100);
    const secrets = [/segredo/, /\d{7}/, /@/, /[0-9a-f]{8}-/, /Ana/, /\b458\b/, new RegExp(id)];
    for (const value of said.filter((text) => !/^\d+\.\d+/.test(text)))
      for (const secret of secrets) expect(value).not.toMatch(secret);
  });
});

function boundsOf(samples: Family["samples"]): number[] {
  const bounds = new Set(
    samples.flatMap(({ labels: { le } }) => (le === undefined || le === "+Inf" ? [] : [le])),
  );
  return [...bounds].map(Number).toSorted((a, b) => a - b);
}
