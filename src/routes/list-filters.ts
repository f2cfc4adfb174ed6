// Filters that many lists have: of one connection or conversation, and of a span of time.
import { given } from "./fields.ts";
import { QueryFields } from "./query-fields.ts";

export const NAME_LENGTH_MAX = 200;

export const PLACE_FILTERS: readonly string[] = ["connection", "conversationId"];
export const SPAN_FILTERS: readonly string[] = ["since", "until"];

/** Throws AppError `invalid_query` naming the one that is wrong, as all of these do. */
export function readPlace(query: Record<string, unknown>): { connection?: string; conversationId?: number } {
  const fields = new QueryFields(query);
  return given({
    connection: fields.line("connection", NAME_LENGTH_MAX) ?? undefined,
    conversationId: fields.whole("conversationId", 1, Number.MAX_SAFE_INTEGER) ?? undefined,
  });
}

/** No earlier, and before. */
export function readSpan(query: Record<string, unknown>): { since?: number; until?: number } {
  const fields = new QueryFields(query);
  return given({ since: fields.moment("since") ?? undefined, until: fields.moment("until") ?? undefined });
}
