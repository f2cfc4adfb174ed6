// What the admin's answers have in common: pages of rows, one row by its id, and rows as JSON with moments in ISO-8601.
import type { ListQuery, Page, Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import { accept } from "./answers.ts";

export interface WithQuery {
  query: Record<string, unknown>;
}

export interface WithId {
  params: { id: string };
}

const LIST_MAX = 200;
const LIST_DEFAULT = 50;
const LIST_FIELDS = ["limit", "cursor", "state"];

/** Columns that are moments without being named …At. */
const MOMENTS: ReadonlySet<string> = new Set([
  "heldUntil",
  "scheduledFor",
  "unknownSince",
  "restedUntil",
  "pausedUntil",
]);

/** A misspelt filter must not pass for one left out: it would list everything. Throws AppError `invalid_query`. */
export function refuseUnknown(query: Record<string, unknown>, known: readonly string[]): void {
  if (Object.keys(query).every((name) => known.includes(name))) return;
  throw new AppError(
    "invalid_query",
    `The query has a field that is not known; known are ${known.join(", ")}.`,
  );
}

/**
 * Reads `limit`, `cursor` and `state`, beside which the list has these filters and no others. Throws AppError
 * `invalid_query` naming the first that is wrong.
 */
export function listQuery(
  query: Record<string, unknown>,
  states: readonly string[],
  filters: readonly string[] = [],
): ListQuery {
  refuseUnknown(query, [...LIST_FIELDS, ...filters]);
  const limit = Number(query["limit"] ?? LIST_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIST_MAX) {
    throw new AppError("invalid_query", `limit must be a whole number from 1 to ${LIST_MAX}.`);
  }
  const cursor = query["cursor"];
  if (cursor !== undefined && (typeof cursor !== "string" || !/^\d{1,15}$/.test(cursor))) {
    throw new AppError("invalid_query", "cursor must be a nextCursor of an earlier answer.");
  }
  if (query["state"] !== undefined && states.length === 0) {
    throw new AppError("invalid_query", "This list has no states.");
  }
  return { limit, cursor: cursor ?? null, state: wordIn(query, "state", states) ?? null };
}

/** Reads one of these words; undefined where it is not given. Throws AppError `invalid_query` naming the field. */
export function wordIn<Word extends string>(
  query: Record<string, unknown>,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = query[name];
  const word = words.find((one) => one === value);
  if (word === undefined && value !== undefined)
    throw new AppError("invalid_query", `${name} must be one of ${words.join(", ")}.`);
  return word;
}

/** Reads a whole number from 1 to `max`; `fallback` where it is not given. Throws AppError `invalid_query` naming it. */
export function wholeIn(query: Record<string, unknown>, name: string, fallback: number, max: number): number {
  const value = query[name];
  if (value === undefined) return fallback;
  const whole = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : 0;
  if (whole >= 1 && whole <= max) return whole;
  throw new AppError("invalid_query", `${name} must be a whole number from 1 to ${max}.`);
}

/** Answers with a page. */
export function answerPage({ data, nextCursor }: Page, presentRow = present): Response {
  return accept({ data: data.map((row) => presentRow(row)), nextCursor });
}

/** Throws AppError `not_found` where the store found nothing or could change nothing. */
export function found<T>(value: T | null | false, noun: string): T {
  if (value === null || value === false) throw new AppError("not_found", `There is no such ${noun}.`);
  return value;
}

const KEPT_AS_JSON: ReadonlySet<string> = new Set(["detail", "quality"]);

/** A row as JSON: moments in ISO-8601, what is either so or not as true or false, what is kept as JSON as that. */
export function present(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, presentValue(name, value)]));
}

function presentValue(name: string, value: Row[string]): unknown {
  const isMoment = name.endsWith("At") || MOMENTS.has(name);
  if (typeof value === "number" && isMoment) return new Date(value).toISOString();
  if (typeof value === "number" && /^is[A-Z]/.test(name)) return value !== 0;
  return KEPT_AS_JSON.has(name) && typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}
