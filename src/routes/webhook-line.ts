// The line that the log keeps of a webhook: ids and figures, no word of what it says.
import type { ReadEvent } from "../chatwoot/arrival.ts";
import type { Connection } from "../chatwoot/connections.ts";
import type { WebhookLine } from "../db/store-webhook-logs.ts";
import type { Receipt } from "../db/store-intake.ts";
import { AppError } from "../errors.ts";

/** What is known of a webhook by the time that it is answered. */
export interface Taken {
  connection: Connection | null;
  read: ReadEvent | null;
  bytes: number;
}

export type End = Pick<WebhookLine, "outcome" | "reason">;

/** Chatwoot's are UUIDs; whatever else a stranger writes there is not kept. */
const DELIVERY_ID = /^[\w-]{1,64}$/;

export function lineOf(
  { connection, read, bytes }: Taken,
  end: End,
  headers: Headers,
  durationMs: number,
  at: number,
): WebhookLine {
  const deliveryId = headers.get("x-chatwoot-delivery") ?? "";
  return {
    connectionKey: connection?.key ?? null,
    event: read?.event ?? "unread",
    ...end,
    conversationId: read?.conversationId ?? null,
    messageId: read?.messageId ?? null,
    deliveryId: DELIVERY_ID.test(deliveryId) ? deliveryId : null,
    bodyBytes: bytes,
    durationMs,
    at,
  };
}

export function endOf(receipt: Exclude<Receipt, { action: "failed" }>): End {
  return { outcome: receipt.action, reason: receipt.action === "skipped" ? receipt.reason : null };
}

/** A webhook that is refused is Chatwoot's matter or a stranger's; one that could not be kept is lull's. */
export function endBy(error: unknown): End {
  if (!(error instanceof AppError)) return { outcome: "failed", reason: "internal" };
  return { outcome: error.code === "cannot_store" ? "failed" : "rejected", reason: error.code };
}
