// The settings of what lull does to keep itself running: how long it keeps what, and whom it hands over to. A part of the
// configuration.
import { DAY_MS } from "./clock.ts";
import type { Settings } from "./settings.ts";

export interface RetentionSettings {
  /** Of buffers that ended, with their messages, jobs and deliveries. */
  buffersMs: number;
  /** Of runs of schedules, webhooks and events. */
  logsMs: number;
  /** Of what was said (`customer_conversations`), from which prompts take their history. */
  historyMs: number;
}

/** Where alerts are told: an address they are posted to, or a conversation of Chatwoot's that gets notes. */
export type AlertTarget =
  { kind: "url"; url: string } | { kind: "chatwoot"; connection: string; conversationId: number };

/** The collector of OpenTelemetry that gets traces. */
export interface TracingSettings {
  endpoint: string;
  /** May hold a secret. */
  headers: Record<string, string>;
  serviceName: string;
}

export interface UpkeepSettings {
  /** Null: nobody gets traces. */
  tracing: TracingSettings | null;

  /** Null: nobody is told. */
  alertTarget: AlertTarget | null;

  retention: RetentionSettings;
  /** The older system that answers whatever is outside of a rollout; null: there is none. */
  legacyWebhookUrl: string | null;
}

const CHATWOOT_TARGET = /^chatwoot:([^/\s]{1,100})\/(\d{1,15})$/;
export const RETENTION_DAYS_MAX = 3_650;

/** Reads them; mistakes are the settings' to keep. */
export function readUpkeep(settings: Settings): UpkeepSettings {
  const days = (name: string, fallback: number): number =>
    settings.integer(name, fallback, 1, RETENTION_DAYS_MAX) * DAY_MS;
  return {
    retention: {
      buffersMs: days("LULL_RETENTION_DAYS", 30),
      logsMs: days("LULL_LOG_RETENTION_DAYS", 7),
      historyMs: days("LULL_HISTORY_RETENTION_DAYS", 365),
    },
    alertTarget: readAlertTarget(settings),
    tracing: readTracing(settings),
    legacyWebhookUrl: settings.url("LEGACY_WEBHOOK_URL"),
  };
}

/** The address may hold a secret, in its path or behind a question mark: it is read as one, and never shown. */
function readAlertTarget(settings: Settings): AlertTarget | null {
  const text = settings.secretText("LULL_ALERT_URL");
  if (text === null) return null;
  const [, connection = "", conversation = ""] = CHATWOOT_TARGET.exec(text) ?? [];
  if (connection !== "") return { kind: "chatwoot", connection, conversationId: Number(conversation) };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return { kind: "url", url: text };
  settings.mistake(
    "LULL_ALERT_URL",
    "must be an address that starts with http:// or https://, or chatwoot:<connection>/<conversation>",
    "for example https://ntfy.example.com/lull or chatwoot:default/12",
  );
  return null;
}

/** By the standard's own names. */
function readTracing(settings: Settings): TracingSettings | null {
  const endpoint = settings.url("OTEL_EXPORTER_OTLP_ENDPOINT");
  const headers = readHeaders(settings.secretText("OTEL_EXPORTER_OTLP_HEADERS"));
  const serviceName = settings.text("OTEL_SERVICE_NAME") ?? "lull";
  if (headers === null)
    settings.mistake(
      "OTEL_EXPORTER_OTLP_HEADERS",
      "must be a comma list of name=value",
      "for example api-key=…",
    );
  return endpoint === null ? null : { endpoint, headers: headers ?? {}, serviceName };
}

/** Null: it is no list of headers. By the standard a value is percent-encoded: `authorization=Basic%20…`. */
function readHeaders(text: string | null): Record<string, string> | null {
  const pairs = (text ?? "").split(",").filter((pair) => pair.trim() !== "");
  const read = pairs.map((pair) => {
    const [, name = "", encoded = ""] = /^\s*([\w-]+)\s*=([^]*)$/.exec(pair) ?? [];
    const value = decoded(encoded.trim());
    return name !== "" && value !== null && /^[\x20-\x7e]*$/.test(value) ? ([name, value] as const) : null;
  });
  return read.includes(null) ? null : Object.fromEntries(read.filter((pair) => pair !== null));
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
