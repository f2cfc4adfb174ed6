// Lists for people, page by page: newest first, the integer key of the last row as the cursor.
// A list selects its integer id as `key`, which stays inside.
import type { ListQuery, Page, Row } from "./store-insight.ts";

/** One row more than asked for tells whether there is a next page. */
export function pageParams({ limit, cursor, state }: ListQuery): Record<string, string | number | null> {
  return { limit: limit + 1, cursor: cursor === null ? null : Number(cursor), state };
}

/** What `pageParams` brought, as a page of at most `limit`. */
export function page(rows: readonly Row[], limit: number): Page {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? String(last["key"]) : null;
  return { data: data.map(withoutKey), nextCursor };
}

export function withoutKey({ key: _key, ...row }: Row): Row {
  return row;
}
