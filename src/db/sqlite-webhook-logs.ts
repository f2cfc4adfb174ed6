// The store's verbs for the log of webhooks, each one transaction.
import type { WebhookLogStore } from "./store-webhook-logs.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function webhookLogWork({ webhookLogs }: Tables, transact: Transact): WebhookLogStore {
  return {
    addWebhookLines: (lines) => transact(() => lines.forEach((line) => webhookLogs.add(line))),
    listWebhookLines: (query) => transact(() => webhookLogs.list({ ...query })),
  };
}
