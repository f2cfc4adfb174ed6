// Lists for people by what they ask for: only what is asked stands in the statement, so that SQLite finds it by an index.
import type { Database } from "bun:sqlite";
import { page } from "./page.ts";
import type { ListQuery, Page, Row } from "./store-insight.ts";

/** What is asked for by name; what is not there is not asked. */
type Asked = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** Each as SQL with its name as the parameter. */
type Conditions = Readonly<Record<string, string>>;
type Params = Record<string, string | number>;

/** Pages, newest first: `select` is what follows SELECT, with the integer id of the table called `alias` as `key`. */
export function filteredList(db: Database, select: string, alias: string, conditions: Conditions) {
  const all = { ...conditions, cursor: `${alias}.id < CAST($cursor AS INTEGER)` };
  return ({ limit, ...asked }: ListQuery & Asked): Page => {
    const { where, params } = whereOf(asked, all);
    const sql = `SELECT ${select} ${where} ORDER BY ${alias}.id DESC LIMIT $limit`;
    return page(db.query<Row, [Params]>(sql).all({ ...params, limit: limit + 1 }), limit);
  };
}

/** The WHERE of what is asked for, and its parameters: what is either so or not as 1 or 0. */
export function whereOf(asked: Asked, conditions: Conditions): { where: string; params: Params } {
  const given = Object.entries(conditions).flatMap(([name, sql]) => {
    const value = asked[name] ?? null;
    return value === null ? [] : [{ name, sql, value }];
  });
  const params = given.map(({ name, value }) => [name, typeof value === "boolean" ? Number(value) : value]);
  return {
    where: given.length === 0 ? "" : `WHERE ${given.map(({ sql }) => sql).join(" AND ")}`,
    params: Object.fromEntries(params) as Params,
  };
}
