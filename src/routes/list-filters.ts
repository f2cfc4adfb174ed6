// Filters that many lists have: of one connection or conversation, and of a span of time.
import { type Fields, given } from "./fields.ts";

export const NAME_LENGTH_MAX = 200;

export const PLACE_FILTERS: readonly string[] = ["connection", "conversationId"];
export const SPAN_FILTERS: readonly string[] = ["since", "until"];

/** A query or a body: both are asked for the same. */
type Asked = Pick<Fields, "line" | "whole" | "moment">;

/** Throws AppError naming the one that is wrong, as all of these do. */
export function readPlace(fields: Asked): { connection?: string; conversationId?: number } {
  return given({
    connection: fields.line("connection", NAME_LENGTH_MAX) ?? undefined,
    conversationId: fields.whole("conversationId", 1, Number.MAX_SAFE_INTEGER) ?? undefined,
  });
}

/** No earlier, and before. */
export function readSpan(fields: Asked): { since?: number; until?: number } {
  return given({ since: fields.moment("since") ?? undefined, until: fields.moment("until") ?? undefined });
}
