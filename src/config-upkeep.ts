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

export interface UpkeepSettings {
  retention: RetentionSettings;
  /** The older system that answers whatever is outside of a rollout; null: there is none. */
  legacyWebhookUrl: string | null;
}

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
    legacyWebhookUrl: settings.url("LEGACY_WEBHOOK_URL"),
  };
}
