// The log of webhooks.
import type { Database } from "bun:sqlite";
import { filteredList } from "./filtered.ts";
import type { WebhookLine } from "./store-webhook-logs.ts";

type Params = Record<string, string | number | null>;

const LINE = `w.id AS key, c.name AS connection, w.event, w.outcome, w.reason, w.conversation_id AS conversationId,
  w.chatwoot_message_id AS messageId, w.delivery_id AS deliveryId, w.body_bytes AS bodyBytes,
  w.duration_ms AS durationMs, w.processed_at AS processedAt
  FROM webhook_logs AS w LEFT JOIN connections AS c ON c.id = w.connection_id`;

const CONDITIONS = {
  outcome: "w.outcome = $outcome",
  event: "w.event = $event",
  conversationId: "w.conversation_id = $conversationId",
  connection: "c.name = $connection",
};

export function webhookLogTable(db: Database) {
  const add = db.query<null, [Params]>(`
    INSERT INTO webhook_logs (connection_id, event, outcome, reason, conversation_id, chatwoot_message_id, delivery_id,
      body_bytes, duration_ms, processed_at)
    VALUES ($connectionKey, $event, $outcome, $reason, $conversationId, $messageId, $deliveryId, $bodyBytes, $durationMs, $at)`);
  return {
    add: (line: WebhookLine) => void add.run({ ...line }),
    list: filteredList(db, LINE, "w", CONDITIONS),
  };
}
