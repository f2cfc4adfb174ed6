// The log of webhooks, for operators: what came, what became of it and how long that took.
import { Elysia } from "elysia";
import { WEBHOOK_OUTCOMES, type WebhookFilter } from "../db/store-webhook-logs.ts";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, listQuery, type WithQuery, wordIn } from "./admin-lists.ts";
import { given } from "./fields.ts";
import { NAME_LENGTH_MAX, PLACE_FILTERS, readPlace } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

const FILTERS = ["outcome", "event", ...PLACE_FILTERS];

export function webhookLogRoutes({ store }: Pick<ChangeDeps, "store">) {
  return new Elysia({ name: "admin-webhook-log" }).get("/webhook-log", async ({ query }: WithQuery) =>
    answerPage(await store.listWebhookLines({ ...listQuery(query, [], FILTERS), ...readFilter(query) })),
  );
}

function readFilter(query: WithQuery["query"]): WebhookFilter {
  const fields = new QueryFields(query);
  const outcome = wordIn(query, "outcome", WEBHOOK_OUTCOMES);
  const event = fields.line("event", NAME_LENGTH_MAX) ?? undefined;
  return { ...given({ outcome, event }), ...readPlace(fields) };
}
