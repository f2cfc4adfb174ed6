// The timeline of a conversation as pages: its cursor is a moment, and which of the rows of that moment comes next.
import {
  TIMELINE_KINDS,
  type TimelineItem,
  type TimelinePoint,
  type TimelineQuery,
} from "../db/store-conversations.ts";
import type { Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import { listQuery, present, wordIn } from "./admin-lists.ts";
import { accept } from "./answers.ts";

const CURSOR = /^(\d{1,15})-(\d{1,2})-(\d{1,15})$/;

/** Reads `limit`, `cursor` and `kind`. Throws AppError `invalid_query` naming the first that is wrong. */
export function timelineQuery({ cursor, ...query }: Record<string, unknown>): TimelineQuery {
  const { limit } = listQuery(query, [], ["kind"]);
  return { limit, before: readCursor(cursor), kind: wordIn(query, "kind", TIMELINE_KINDS) ?? null };
}

function readCursor(cursor: unknown): TimelinePoint | null {
  if (cursor === undefined) return null;
  const [at, rank, key] = (typeof cursor === "string" && CURSOR.exec(cursor)?.slice(1).map(Number)) || [];
  if (at === undefined || rank === undefined || key === undefined)
    throw new AppError("invalid_query", "cursor must be a nextCursor of an earlier answer.");
  return { at, rank, key };
}

export function answerTimeline(page: { items: TimelineItem[]; next: TimelinePoint | null }): Response {
  const { items, next } = page;
  const nextCursor = next === null ? null : `${next.at}-${next.rank}-${next.key}`;
  return accept({ data: items.map(presentItem), nextCursor });
}

function presentItem({ at, kind, detail }: TimelineItem): Record<string, unknown> {
  const { steps, ...told } = JSON.parse(detail) as Row & { steps?: Row[] };
  const parts = steps === undefined ? {} : { steps: steps.map(present) };
  return { ...present({ happenedAt: at }), kind, detail: { ...present(told), ...parts } };
}
