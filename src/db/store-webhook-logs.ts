// What the store keeps of every webhook that came, by ids and figures.
import type { ListQuery, Page } from "./store-insight.ts";

export const WEBHOOK_OUTCOMES = [
  "buffered",
  "duplicate",
  "skipped",
  "forwarded",
  "rejected",
  "failed",
] as const;

export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

/** One webhook, and what became of it. */
export interface WebhookLine {
  /** Null: it came to no connection that is known. */
  connectionKey: number | null;
  /** `unread` where it was refused before. */
  event: string;
  outcome: WebhookOutcome;
  /** Why it was skipped, or refused; null: neither. */
  reason: string | null;
  conversationId: number | null;
  messageId: number | null;
  /** Chatwoot's own name of the delivery. */
  deliveryId: string | null;
  bodyBytes: number;
  durationMs: number;
  at: number;
}

/** Which webhooks a list is of; what is left out says nothing. */
export interface WebhookFilter {
  outcome?: WebhookOutcome;
  event?: string;
  conversationId?: number;
  /** By name. */
  connection?: string;
}

export interface WebhookLogStore {
  addWebhookLines(lines: readonly WebhookLine[]): Promise<void>;
  listWebhookLines(query: ListQuery & WebhookFilter): Promise<Page>;
}
