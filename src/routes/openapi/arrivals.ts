// What came by webhooks: the log of them.
import { WEBHOOK_OUTCOMES } from "../../db/store-webhook-logs.ts";
import { type Area, get, LIST, page } from "./operation.ts";
import { fields, moment, named, number, orNull, text, told, whole, wholeUpTo, words } from "./schema.ts";

const outcome = words(...WEBHOOK_OUTCOMES);

const line = named(
  "WebhookLine",
  fields({
    connection: orNull(text),
    event: told(text, "unread where it was refused before."),
    outcome,
    reason: told(orNull(text), "Why it was skipped or refused."),
    conversationId: orNull(whole),
    messageId: orNull(whole),
    deliveryId: told(orNull(text), "Chatwoot's own name of the delivery."),
    bodyBytes: whole,
    durationMs: number,
    processedAt: moment,
  }),
);

export const arrivals: Area = {
  tag: "arrivals",
  text: "What came by webhooks, and what became of it.",
  scopes: ["admin"],
  operations: [
    get("/admin/webhook-log", "Every webhook, the newest first", page(line), {
      query: {
        ...LIST,
        outcome,
        event: text,
        conversationId: wholeUpTo(Number.MAX_SAFE_INTEGER),
        connection: text,
      },
    }),
  ],
};
