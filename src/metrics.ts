// The figures for Prometheus: names and buckets in one place, no text and no number of a person in a label.
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof openMetrics>;

/** A fresh set of metrics; `version` and the commit it was built from go into lull_build_info. */
export function openMetrics(version: string, commit = "unknown") {
  const registry = new Registry();
  const registers = [registry];
  const build = new Gauge({
    name: "lull_build_info",
    help: "The running build",
    labelNames: ["version", "commit", "bun"],
    registers,
  });
  build.set({ version, commit, bun: Bun.version }, 1);
  return {
    registry,
    webhooks: new Counter({
      name: "lull_webhook_received_total",
      help: "Webhooks by what became of them",
      labelNames: ["event", "outcome"],
      registers,
    }),
    webhookLinesDropped: new Counter({
      name: "lull_webhook_log_dropped_total",
      help: "Webhooks that were answered and are not in their log: too many came at once",
      registers,
    }),
    caughtUp: new Counter({
      name: "lull_catch_up_messages_total",
      help: "Customers' messages that no webhook brought; those that are answered were so before lull heard of them",
      labelNames: ["outcome"],
      registers,
    }),
    ackSeconds: new Histogram({
      name: "lull_webhook_ack_duration_seconds",
      help: "From a webhook's arrival to its answer; Chatwoot gives up at 5",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    buffersWaiting: new Gauge({ name: "lull_buffers_waiting", help: "Open buffers", registers }),
    oldestBufferSeconds: new Gauge({
      name: "lull_buffer_oldest_age_seconds",
      help: "Age of the oldest open buffer",
      registers,
    }),
    bufferMessages: new Histogram({
      name: "lull_buffer_messages",
      help: "Messages of a buffer when it closed",
      buckets: [1, 2, 3, 5, 8, 13, 20],
      registers,
    }),
    bufferWait: new Histogram({
      name: "lull_buffer_wait_seconds",
      help: "From a buffer's first message to its close",
      buckets: [3, 5, 10, 15, 20, 30, 45, 60, 90, 120],
      registers,
    }),
    bufferLag: new Histogram({
      name: "lull_buffer_timer_lag_seconds",
      help: "How late a buffer closed after its deadline",
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers,
    }),
    turns: new Counter({
      name: "lull_turns_total",
      help: "Turns by how they ended",
      labelNames: ["outcome", "reason"],
      registers,
    }),
    silences: new Counter({
      name: "lull_silences_total",
      help: "Silences by reason",
      labelNames: ["reason"],
      registers,
    }),
    turnConfidence: new Histogram({
      name: "lull_turn_confidence",
      help: "How sure models were of their answers, where they said so; 0.7 is enough unless set otherwise",
      buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
      registers,
    }),
    turnSeconds: new Histogram({
      name: "lull_turn_duration_seconds",
      help: "Time of a turn's steps",
      labelNames: ["step"],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    replyAfterSilence: new Histogram({
      name: "lull_reply_after_silence_seconds",
      help: "From the end of the silence to the reply accepted by Chatwoot, model time included",
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    chatwootRequests: new Counter({
      name: "lull_chatwoot_requests_total",
      help: "Requests to Chatwoot",
      labelNames: ["method", "route", "status_class"],
      registers,
    }),
    chatwootSeconds: new Histogram({
      name: "lull_chatwoot_request_duration_seconds",
      help: "Time of requests to Chatwoot",
      labelNames: ["method", "route"],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
      registers,
    }),
    aiTokens: new Counter({
      name: "lull_ai_tokens_total",
      help: "Tokens by provider, model and direction",
      labelNames: ["provider", "model", "type"],
      registers,
    }),
    aiCalls: new Counter({
      name: "lull_ai_calls_total",
      help: "Model calls by outcome",
      labelNames: ["provider", "outcome"],
      registers,
    }),
    transcriptionSeconds: new Counter({
      name: "lull_transcription_audio_seconds_total",
      help: "Sound that was listened to",
      labelNames: ["provider"],
      registers,
    }),
    aiCost: new Counter({
      name: "lull_ai_cost_usd_total",
      help: "Estimated cost of the calls whose price is known",
      labelNames: ["provider", "model"],
      registers,
    }),
    credentialRests: new Counter({
      name: "lull_ai_credential_rests_total",
      help: "AI keys passed over for a while, by what the provider holds against them",
      labelNames: ["provider", "reason"],
      registers,
    }),
    limitNotices: new Counter({
      name: "lull_limit_notices_total",
      help: "Users that came near a limit or reached it",
      labelNames: ["kind", "level"],
      registers,
    }),
    identityResolutions: new Counter({
      name: "lull_identity_resolutions_total",
      help: "Who wrote, by the layer that knew and how sure it is",
      labelNames: ["layer", "outcome"],
      registers,
    }),
    deliveries: new Counter({
      name: "lull_deliveries_total",
      help: "What became of deliveries, each time one was settled or put back",
      labelNames: ["outcome", "reason"],
      registers,
    }),
    jobAttempts: new Counter({
      name: "lull_job_attempts_total",
      help: "Attempts of jobs by outcome",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    legacyForwards: new Counter({
      name: "lull_legacy_forwards_total",
      help: "Tries to hand a webhook on to the older system, by what became of it",
      labelNames: ["outcome"],
      registers,
    }),
    legacySeconds: new Histogram({
      name: "lull_legacy_answer_seconds",
      help: "Time the older system took to answer a webhook",
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    storeRequests: new Counter({
      name: "lull_store_requests_total",
      help: "Requests to the store of objects by what became of them",
      labelNames: ["op", "outcome"],
      registers,
    }),
    bucketSeconds: new Histogram({
      name: "lull_bucket_operation_seconds",
      help: "Time of making a bucket or of looking up whose it is",
      labelNames: ["op"],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
      registers,
    }),
    objectsStored: new Counter({
      name: "lull_objects_stored_total",
      help: "Objects that reached their bucket, by kind",
      labelNames: ["kind"],
      registers,
    }),
    objectBytes: new Counter({
      name: "lull_object_bytes_total",
      help: "Bytes of the objects that reached their bucket",
      registers,
    }),
    spoolObjects: new Gauge({
      name: "lull_spool_objects",
      help: "Objects that wait on the disk for their bucket",
      registers,
    }),
    spoolBytes: new Gauge({
      name: "lull_spool_bytes",
      help: "Bytes of the objects that wait on the disk for their bucket",
      registers,
    }),
    outboxPending: new Gauge({ name: "lull_outbox_pending", help: "Deliveries not yet settled", registers }),
    jobs: new Gauge({
      name: "lull_jobs",
      help: "Jobs that wait, run or failed",
      labelNames: ["state"],
      registers,
    }),
    conversations: new Counter({
      name: "lull_conversations_total",
      help: "Conversations that were resolved, handed to people or opened again",
      labelNames: ["outcome"],
      registers,
    }),
    ratings: new Counter({
      name: "lull_csat_ratings_total",
      help: "What customers thought of their conversation, 1 to 5",
      labelNames: ["rating"],
      registers,
    }),
    alertsOpen: new Gauge({
      name: "lull_alerts_open",
      help: "What an operator has to know now, by its name",
      labelNames: ["alert"],
      registers,
    }),
    unansweredSeconds: new Gauge({
      name: "lull_unanswered_age_seconds",
      help: "How long a customer waits past their silence at most; 0 while nobody waits for minutes",
      registers,
    }),
    processing: new Gauge({
      name: "lull_processing_enabled",
      help: "Whether buffers close and replies go out",
      registers,
    }),
    flags: new Gauge({
      name: "lull_flag_enabled",
      help: "Whether a flag is on",
      labelNames: ["flag"],
      registers,
    }),
    httpSeconds: new Histogram({
      name: "lull_http_request_seconds",
      help: "Time of answers by route",
      labelNames: ["route", "status_class"],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    }),
    scheduleRuns: new Counter({
      name: "lull_schedule_runs_total",
      help: "Runs of scheduled tasks by how they ended",
      labelNames: ["task", "outcome"],
      registers,
    }),
    scheduleSuccessSeconds: new Gauge({
      name: "lull_schedule_last_success_timestamp_seconds",
      help: "When a scheduled task last did what it should",
      labelNames: ["task"],
      registers,
    }),
    databaseIntegrity: new Gauge({
      name: "lull_db_integrity_ok",
      help: "0: the last check found the database damaged",
      registers,
    }),
    backupSuccessSeconds: new Gauge({
      name: "lull_backup_last_success_timestamp_seconds",
      help: "When the newest backup was made",
      registers,
    }),
    databaseBytes: new Gauge({ name: "lull_db_size_bytes", help: "Size of the database", registers }),
    walBytes: new Gauge({ name: "lull_db_wal_bytes", help: "Size of the write-ahead log", registers }),
    databaseSeconds: new Histogram({
      name: "lull_db_query_seconds",
      help: "Time of the store's calls, each one transaction",
      labelNames: ["query"],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
    loopLag: new Histogram({
      name: "lull_event_loop_lag_seconds",
      help: "How late timers fired: what kept the process busy",
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    residentBytes: new Gauge({ name: "process_resident_memory_bytes", help: "Resident memory", registers }),
    cpuSeconds: new Counter({
      name: "process_cpu_seconds_total",
      help: "Processor time, the system's and its own",
      registers,
    }),
    startedSeconds: new Gauge({
      name: "process_start_time_seconds",
      help: "When the process began",
      registers,
    }),
    openFiles: new Gauge({ name: "process_open_fds", help: "Open files and sockets", registers }),
    openFilesMax: new Gauge({
      name: "process_max_fds",
      help: "Most files and sockets that may be open",
      registers,
    }),
  };
}
