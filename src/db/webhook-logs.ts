// The log of webhooks.
import type { Database } from "bun:sqlite";
import { page, pageParams } from "./page.ts";
import type { WebhookLine, WebhookLogStore } from "./store-webhook-logs.ts";
import type { Row } from "./store-insight.ts";

type Params = Record<string, string | number | null>;

export function webhookLogTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO webhook_logs (connection_id, event, outcome, reason, conversation_id, chatwoot_message_id, delivery_id,
      body_bytes, duration_ms, processed_at)
    VALUES ($connectionKey, $event, $outcome, $reason, $conversationId, $messageId, $deliveryId, $bodyBytes, $durationMs, $at)`);
  const list = db.query<Row, [Params]>(`
    SELECT w.id AS key, c.name AS connection, w.event, w.outcome, w.reason, w.conversation_id AS conversationId,
      w.chatwoot_message_id AS messageId, w.delivery_id AS deliveryId, w.body_bytes AS bodyBytes,
      w.duration_ms AS durationMs, w.processed_at AS processedAt
    FROM webhook_logs AS w LEFT JOIN connections AS c ON c.id = w.connection_id
    WHERE ($cursor IS NULL OR w.id < $cursor) AND ($outcome IS NULL OR w.outcome = $outcome)
      AND ($event IS NULL OR w.event = $event) AND ($conversationId IS NULL OR w.conversation_id = $conversationId)
      AND ($connection IS NULL OR c.name = $connection)
    ORDER BY w.id DESC LIMIT $limit`);
  return {
    add: (line: WebhookLine) => void add.run({ ...line }),
    list({
      outcome,
      event,
      conversationId,
      connection,
      ...query
    }: Parameters<WebhookLogStore["listWebhookLines"]>[0]) {
      const { limit, cursor } = pageParams({ ...query, state: null });
      const params = {
        limit: limit ?? 0,
        cursor: cursor ?? null,
        outcome,
        event,
        conversationId,
        connection,
      };
      return page(list.all(params), query.limit);
    },
  };
}
