// The log of webhooks, for operators: what came, what became of it and how long that took.
import { Elysia } from "elysia";
import { WEBHOOK_OUTCOMES } from "../db/store-webhook-logs.ts";
import type { ChangeDeps } from "./admin.ts";
import { answerPage, listQuery, type WithQuery, wordIn } from "./admin-lists.ts";
import { QueryFields } from "./query-fields.ts";

const FILTERS = ["outcome", "event", "conversationId", "connection"];
const NAME_LENGTH_MAX = 200;

export function webhookLogRoutes({ store }: Pick<ChangeDeps, "store">) {
  return new Elysia({ name: "admin-webhook-log" }).get("/webhook-log", async ({ query }: WithQuery) =>
    answerPage(await store.listWebhookLines(readQuery(query))),
  );
}

function readQuery(query: Record<string, unknown>) {
  const { limit, cursor } = listQuery(query, [], FILTERS);
  const fields = new QueryFields(query);
  return {
    limit,
    cursor,
    outcome: wordIn(query, "outcome", WEBHOOK_OUTCOMES) ?? null,
    event: fields.line("event", NAME_LENGTH_MAX) ?? null,
    conversationId: fields.whole("conversationId", 1, Number.MAX_SAFE_INTEGER) ?? null,
    connection: fields.line("connection", NAME_LENGTH_MAX) ?? null,
  };
}
